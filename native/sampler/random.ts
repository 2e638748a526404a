const mask64 = (1n << 64n) - 1n;

/** One output of SplitMix64 (Steele, Lea and Flood 2014): a bijective mix of 64 bits. */
function splitMix64(state: bigint): bigint {
  let z = (state + 0x9e3779b97f4a7c15n) & mask64;
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & mask64;
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & mask64;
  return z ^ (z >> 31n);
}

/** What a stream of random numbers is for; the numbers are part of the determinism promise and never change. */
const noisePurposes = {
  /** Which id is drafted at a position. */
  draft: 1,
  /** Which positions a step commits. */
  selection: 2,
  /** The uniform position order. */
  order: 3,
  /** Gumbel noise on text logits. */
  gumbel: 4,
  /** Confidences of `random` remasking. */
  confidence: 5,
  /** Which codes refinement masks again. */
  remask: 6,
  /** Which earlier rounds a round of reflection is shown. */
  history: 7,
  /** What wildcards and choices of a prompt become. */
  wildcard: 8,
} as const;
export type NoisePurpose = keyof typeof noisePurposes;

/**
 * xoshiro128** (Blackman and Vigna 2018) seeded through SplitMix64. The state is derived from the seed, the purpose and
 * any further coordinates (step, position), so the noise of a step never depends on how earlier noise was consumed.
 */
export class RandomStream {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  /** @param seed any integer below 2^53; @param coordinates non-negative integers, such as step and position */
  constructor(seed: number, purpose: NoisePurpose, ...coordinates: readonly number[]) {
    let state = splitMix64(BigInt.asUintN(64, BigInt(seed)));
    for (const coordinate of [noisePurposes[purpose], ...coordinates]) {
      state = splitMix64(state ^ BigInt(coordinate));
    }
    const low = splitMix64(state);
    const high = splitMix64(low);
    this.#a = Number(low & 0xffffffffn) | 0;
    this.#b = Number(low >> 32n) | 0;
    this.#c = Number(high & 0xffffffffn) | 0;
    // An all-zero state would stay zero for ever.
    this.#d = Number(high >> 32n) | 0 || 1;
  }

  /** Uniform integer in [0, 2^32). */
  next32(): number {
    const scaled = Math.imul(this.#b, 5);
    const result = Math.imul((scaled << 7) | (scaled >>> 25), 9);
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return result >>> 0;
  }

  /** Uniform in the open interval (0,1), 52 bits: k + ½ over 2^52, so neither end is ever reached. */
  uniform(): number {
    const high = this.next32() >>> 6;
    const low = this.next32() >>> 6;
    return (high * 0x4000000 + low + 0.5) / 0x10000000000000;
  }

  /** Uniform integer in [0, bound), without bias; bound ≤ 2^32. */
  below(bound: number): number {
    const limit = 0x1_0000_0000 - (0x1_0000_0000 % bound);
    let drawn = this.next32();
    while (drawn >= limit) drawn = this.next32();
    return drawn % bound;
  }
}

/** Standard Gumbel value of a uniform u in (0,1): −ln(−ln u) (PIPELINE §2.6). */
export function gumbelOf(uniform: number): number {
  return -Math.log(-Math.log(uniform));
}

/** Exponential value of mean 1 of a uniform u in (0,1): −ln u. */
export function exponentialOf(uniform: number): number {
  return -Math.log(uniform);
}
