/** Cosines and sines of the rotary embedding for a list of positions, each [positions, headWidth/2] float32. */
interface RopeTable {
  readonly cos: Float32Array;
  readonly sin: Float32Array;
  readonly length: number;
}

/**
 * inv_freq_j = θ^(−2j/headWidth) with every operation rounded to float32, as the reference computes it (MODEL §2.4).
 * A float64 frequency would turn the angle of late positions by more than the parity tolerance.
 */
function inverseFrequencies(theta: number, headWidth: number): Float32Array {
  return Float32Array.from({ length: headWidth / 2 }, (_, j) =>
    Math.fround(1 / Math.fround(theta ** Math.fround((2 * j) / headWidth))),
  );
}

/** Tables for absolute positions in the flat sequence, every slot counted. */
function ropeTable(positions: Int32Array, theta: number, headWidth: number): RopeTable {
  const half = headWidth / 2;
  const frequencies = inverseFrequencies(theta, headWidth);
  const cos = new Float32Array(positions.length * half);
  const sin = new Float32Array(positions.length * half);
  for (let p = 0; p < positions.length; p++) {
    for (let j = 0; j < half; j++) {
      const angle = Math.fround((positions[p] as number) * (frequencies[j] as number));
      cos[p * half + j] = Math.cos(angle);
      sin[p * half + j] = Math.sin(angle);
    }
  }
  return { cos, sin, length: positions.length };
}

/** Tables kept: positions rarely change between the forwards of a run. */
const keptTables = 8;

/** Rotary tables by positions, the latest ones kept. */
export class RopeTables {
  readonly #theta: number;
  readonly #headWidth: number;
  readonly #kept: { positions: Int32Array; table: RopeTable }[] = [];

  constructor(theta: number, headWidth: number) {
    this.#theta = theta;
    this.#headWidth = headWidth;
  }

  get(positions: Int32Array): RopeTable {
    const known = this.#kept.find(
      (kept) =>
        kept.positions.length === positions.length && kept.positions.every((p, i) => p === positions[i]),
    );
    if (known !== undefined) return known.table;
    const table = ropeTable(positions, this.#theta, this.#headWidth);
    this.#kept.unshift({ positions: positions.slice(), table });
    if (this.#kept.length > keptTables) this.#kept.pop();
    return table;
  }
}
