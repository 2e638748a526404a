/** Squared distance of samples to the nearest zero of `values` along one line (Felzenszwalb and Huttenlocher 2012). */
function lineTransform(values: Float64Array, result: Float64Array): void {
  const n = values.length;
  const places = new Int32Array(n);
  const bounds = new Float64Array(n + 1);
  let last = -1;
  for (let q = 0; q < n; q++) {
    const value = values[q] as number;
    if (value === Infinity) continue;
    let crossing = -Infinity;
    while (last >= 0) {
      const p = places[last] as number;
      crossing = (value + q * q - ((values[p] as number) + p * p)) / (2 * (q - p));
      if (crossing > (bounds[last] as number)) break;
      last--;
      crossing = -Infinity;
    }
    last++;
    places[last] = q;
    bounds[last] = crossing;
  }
  if (last < 0) {
    result.fill(Infinity);
    return;
  }
  bounds[last + 1] = Infinity;
  for (let q = 0, k = 0; q < n; q++) {
    while ((bounds[k + 1] as number) < q) k++;
    const p = places[k] as number;
    result[q] = (q - p) ** 2 + (values[p] as number);
  }
}

/**
 * Distance of every sample inside a mask to the nearest sample outside it, in samples between centres; 0 outside. What
 * lies beyond the edge of the picture counts as inside, so a mask that touches the edge has no border there.
 * @param mask [height·width], 1 inside
 */
export function distanceToOutside(mask: Uint8Array, width: number, height: number): Float32Array {
  const squared = Float64Array.from(mask, (inside) => (inside === 1 ? Infinity : 0));
  const column = new Float64Array(height);
  const columnResult = new Float64Array(height);
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) column[y] = squared[y * width + x] as number;
    lineTransform(column, columnResult);
    for (let y = 0; y < height; y++) squared[y * width + x] = columnResult[y] as number;
  }
  const rowResult = new Float64Array(width);
  for (let y = 0; y < height; y++) {
    lineTransform(squared.slice(y * width, (y + 1) * width), rowResult);
    squared.set(rowResult, y * width);
  }
  return Float32Array.from(squared, Math.sqrt);
}
