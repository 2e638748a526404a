const size = 624;
const middle = 397;

/**
 * MT19937 with the seeding, integer drawing and shuffle of CPython's `random.Random(seed)`: the published stratified
 * order is defined by it (PIPELINE §2.7).
 */
export class MersenneTwister {
  readonly #state = new Uint32Array(size);
  #index = size;

  /** @param seed integer in [0, 2^32) */
  constructor(seed: number) {
    const state = this.#state;
    state[0] = 19650218;
    for (let i = 1; i < size; i++) {
      const previous = state[i - 1] as number;
      state[i] = Math.imul(1812433253, previous ^ (previous >>> 30)) + i;
    }
    // init_by_array with the one-word key [seed]: the key's index is always 0.
    let i = 1;
    for (let k = 0; k < size; k++) {
      const previous = state[i - 1] as number;
      state[i] = ((state[i] as number) ^ Math.imul(previous ^ (previous >>> 30), 1664525)) + seed;
      i = this.#wrap(i + 1);
    }
    for (let k = 1; k < size; k++) {
      const previous = state[i - 1] as number;
      state[i] = ((state[i] as number) ^ Math.imul(previous ^ (previous >>> 30), 1566083941)) - i;
      i = this.#wrap(i + 1);
    }
    state[0] = 0x80000000;
  }

  /** Word 0 is rewritten from the last one whenever seeding reaches the end. */
  #wrap(i: number): number {
    if (i < size) return i;
    this.#state[0] = this.#state[size - 1] as number;
    return 1;
  }

  /** Uniform integer in [0, 2^32). */
  next32(): number {
    if (this.#index === size) this.#refill();
    let y = this.#state[this.#index++] as number;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    return y >>> 0;
  }

  /** Uniform integer in [0, bound), by drawing the bits of `bound` until the value is below it; 1 ≤ bound < 2^32. */
  below(bound: number): number {
    const shift = Math.clz32(bound);
    let drawn = this.next32() >>> shift;
    while (drawn >= bound) drawn = this.next32() >>> shift;
    return drawn;
  }

  /** Uniform integer in [from, to). */
  range(from: number, to: number): number {
    return from + this.below(to - from);
  }

  /** Fisher-Yates from the end, in place. */
  shuffle(items: unknown[]): void {
    for (let i = items.length - 1; i >= 1; i--) {
      const j = this.below(i + 1);
      [items[i], items[j]] = [items[j], items[i]];
    }
  }

  #refill(): void {
    const state = this.#state;
    for (let i = 0; i < size; i++) {
      const y = ((state[i] as number) & 0x80000000) | ((state[(i + 1) % size] as number) & 0x7fffffff);
      state[i] = (state[(i + middle) % size] as number) ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.#index = 0;
  }
}
