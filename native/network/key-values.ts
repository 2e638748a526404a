/**
 * Keys (before rotation) and values of one layer, each [rows, positions, kvHeads·headWidth] float32, with the absolute
 * positions they stand at. Attention has no mask, so their order is free.
 */
export interface LayerKeyValue {
  readonly positions: Int32Array;
  readonly key: Float32Array;
  readonly value: Float32Array;
}

/** Rows of one branch as the graph returns them. */
export interface BranchKeyValue {
  positions: Int32Array;
  key: Float32Array;
  value: Float32Array;
}

/** Copies chosen positions of a [rows, length, width] tensor. `pick[i]` is [source, position in it]. */
function gather(
  sources: readonly { data: Float32Array; length: number }[],
  pick: readonly (readonly [number, number])[],
  rows: number,
  width: number,
): Float32Array {
  const result = new Float32Array(rows * pick.length * width);
  for (let row = 0; row < rows; row++) {
    pick.forEach(([source, position], i) => {
      const from = sources[source];
      if (from === undefined) return;
      const start = (row * from.length + position) * width;
      result.set(from.data.subarray(start, start + width), (row * pick.length + i) * width);
    });
  }
  return result;
}

/** Joins the branches of one layer in the order of the sequence. */
export function mergeKeyValues(
  branches: readonly BranchKeyValue[],
  rows: number,
  width: number,
): LayerKeyValue {
  const [only] = branches;
  if (branches.length === 1 && only !== undefined) return only;
  const places = branches.flatMap((branch, b) =>
    Array.from(branch.positions, (position, i) => ({ position, pick: [b, i] as const })),
  );
  places.sort((a, b) => a.position - b.position);
  const pick = places.map((place) => place.pick);
  const merge = (part: 'key' | 'value') =>
    gather(
      branches.map((branch) => ({ data: branch[part], length: branch.positions.length })),
      pick,
      rows,
      width,
    );
  return { positions: Int32Array.from(places, (p) => p.position), key: merge('key'), value: merge('value') };
}

/** A cache without some positions: what a dual-cache step sees when it computes those positions anew (PIPELINE §1). */
export function withoutPositions(
  layers: readonly LayerKeyValue[],
  dropped: ReadonlySet<number>,
  rows: number,
): LayerKeyValue[] {
  return layers.map((layer) => {
    const pick = Array.from(layer.positions, (position, i) => ({ position, i }))
      .filter(({ position }) => !dropped.has(position))
      .map(({ i }) => [0, i] as const);
    const width = layer.positions.length === 0 ? 0 : layer.key.length / (rows * layer.positions.length);
    const keep = (data: Float32Array) =>
      gather([{ data, length: layer.positions.length }], pick, rows, width);
    return {
      positions: Int32Array.from(pick, ([, i]) => layer.positions[i] as number),
      key: keep(layer.key),
      value: keep(layer.value),
    };
  });
}

/** Two caches of the same rows as one, in the order of the sequence: the other half of a dual-cache step. */
export function joinKeyValues(
  left: readonly LayerKeyValue[],
  right: readonly LayerKeyValue[],
  rows: number,
): LayerKeyValue[] {
  return left.map((layer, i) => {
    const other = right[i];
    if (other === undefined) throw new RangeError('two caches of different numbers of layers');
    const width = other.key.length / (rows * other.positions.length);
    return mergeKeyValues([layer, other], rows, width);
  });
}
