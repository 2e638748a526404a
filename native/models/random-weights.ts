import type { Dtype } from '../tensor/dtype.ts';
import { blockBytes, blocksPerRow, type QuantizedBits } from '../tensor/quantize.ts';
import { quantizedShape } from '../tensor/quantized-tensors.ts';

/** Numbers drawn once and used again and again from random places: drawing 11 billion would take many minutes. */
const poolLength = 2 ** 19;

/** Uniform 32-bit numbers from a seed (mulberry32). */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  };
}

/** Standard deviation of a stored value drawn uniformly from all 2^bits. */
const storedDeviation = { 4: 4.61, 8: 73.9 } as const;

function product(shape: readonly number[]): number {
  return shape.reduce((total, length) => total * length, 1);
}

/** Mean and deviation of a tensor's numbers, such that states keep their size from layer to layer. */
function distribution(name: string, shape: readonly number[]): { mean: number; deviation: number } {
  if (name.endsWith('.bias')) return { mean: name.includes('decoder.conv_out') ? 0.5 : 0, deviation: 0.02 };
  if (shape.length === 1) return name.endsWith('image_newline') ? { mean: 0, deviation: 1 } : { mean: 1, deviation: 0.1 };
  if (/(wte|gen_embedding\.0|quantize\.embedding|position_embedding)\.weight$/u.test(name)) {
    return { mean: 0, deviation: 1 };
  }
  const [rows = 1] = shape;
  // Transposed convolutions are stored [in, out, 2, 2].
  const fanIn = name.includes('upsample_gen') ? rows : product(shape.slice(1));
  const isResidual = /\.(attn_out|ff_out(_vision)?|out_proj|fc2)\.weight$/u.test(name);
  const gain = name.includes('decoder.conv_out') ? 0.2 : isResidual ? 0.3 : 1;
  // Rounded to half powers of two, so that tensors of many sizes share few pools.
  return { mean: 0, deviation: 2 ** (Math.round(Math.log2(gain / Math.sqrt(fanIn)) * 2) / 2) };
}

/** Bytes of random tensors, in pieces, the same for the same seed and name. */
export class RandomWeights {
  readonly #seed: number;
  readonly #normal: Float32Array;
  readonly #bytes: Uint8Array;
  readonly #pools = new Map<string, Uint8Array>();

  constructor(seed: number) {
    this.#seed = seed;
    const next = generator(seed);
    // The sum of four uniform numbers is close enough to a normal one; variance 4/12.
    this.#normal = Float32Array.from(
      { length: poolLength },
      () => ((next() + next() + next() + next()) / 2 ** 32 - 2) * Math.sqrt(3),
    );
    this.#bytes = Uint8Array.from({ length: poolLength }, () => next() >>> 24);
  }

  #tensorGenerator(name: string): () => number {
    let hash = this.#seed >>> 0;
    for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193) >>> 0;
    return generator(hash);
  }

  /** The pool as bytes of a dtype, for one mean and deviation. */
  #pool(dtype: Dtype, mean: number, deviation: number): Uint8Array {
    const key = `${dtype} ${mean} ${deviation}`;
    let pool = this.#pools.get(key);
    if (pool === undefined) {
      const values = this.#normal.map((x) => mean + deviation * x);
      const words = new Uint32Array(values.buffer);
      pool = new Uint8Array(dtype === 'BF16' ? Uint16Array.from(words, (word) => word >>> 16).buffer : values.buffer);
      this.#pools.set(key, pool);
    }
    return pool;
  }

  *#cut(pool: Uint8Array, elementBytes: number, total: number, next: () => number): Generator<Uint8Array> {
    let left = total;
    while (left > 0) {
      const start = (next() % (pool.byteLength / elementBytes)) * elementBytes;
      const piece = pool.subarray(start, Math.min(pool.byteLength, start + left));
      left -= piece.byteLength;
      yield piece;
    }
  }

  /** A tensor stored as F32 or BF16. */
  *dense(name: string, shape: readonly number[], dtype: 'F32' | 'BF16'): Generator<Uint8Array> {
    const { mean, deviation } = distribution(name, shape);
    const bytes = dtype === 'BF16' ? 2 : 4;
    yield* this.#cut(this.#pool(dtype, mean, deviation), bytes, product(shape) * bytes, this.#tensorGenerator(name));
  }

  /** Packed weights of a quantised matrix. */
  *packed(name: string, shape: readonly [number, number], bits: QuantizedBits, block: number): Generator<Uint8Array> {
    const sizes = quantizedShape(shape, { bits, block });
    const total = sizes.rows * blocksPerRow(sizes) * blockBytes(sizes);
    yield* this.#cut(this.#bytes, 1, total, this.#tensorGenerator(name));
  }

  /** Scales of a quantised matrix, F32, which give its rows the deviation the dense form has. */
  *scales(name: string, shape: readonly [number, number], bits: QuantizedBits, block: number): Generator<Uint8Array> {
    const sizes = quantizedShape(shape, { bits, block });
    const { deviation } = distribution(name, shape);
    const next = this.#tensorGenerator(`${name} scales`);
    const values = Float32Array.from(
      { length: sizes.rows * blocksPerRow(sizes) },
      () => (deviation / storedDeviation[bits]) * (0.9 + (0.2 * next()) / 2 ** 32),
    );
    yield new Uint8Array(values.buffer);
  }
}
