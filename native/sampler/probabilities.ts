import { exponential } from './exponential.ts';

/** Below this exponent a weight is lost beside the largest, which is 1, in a float64 sum of any vocabulary. */
const negligible = -60;

/**
 * Everything one row of logits ℓ [V] tells, from a single pass after its maximum: the softmax at temperature 1, its
 * entropy, and the unnormalised weights e^{(ℓ−max)/τ} that drafting draws from (PIPELINE §2.5). float32 in, float64
 * sums. One object serves many rows.
 */
export class RowDistribution {
  /** e^{(ℓ_v−max)/τ}, [V]. */
  readonly weights: Float64Array;
  /** Sum of `weights`. */
  weightSum = 0;
  /** The likeliest id, the lowest one on a tie. */
  best = 0;
  /** Its logit. */
  max = -Infinity;
  /** ln Σ e^ℓ. */
  logSumExp = 0;
  /** Shannon entropy at temperature 1, nats. */
  entropy = 0;
  #logits: Float32Array = new Float32Array(0);
  #start = 0;

  /** @param vocabulary V */
  constructor(vocabulary: number) {
    this.weights = new Float64Array(vocabulary);
  }

  /**
   * Reads the row that begins at `start`. −∞ marks ids that cannot be drawn.
   * @param temperature τ > 0; it shapes `weights` and `weightSum` alone
   */
  read(logits: Float32Array, start: number, temperature: number): this {
    const weights = this.weights;
    const length = weights.length;
    let max = -Infinity;
    let best = 0;
    for (let v = 0; v < length; v++) {
      const value = logits[start + v] as number;
      if (value > max) {
        max = value;
        best = v;
      }
    }
    let sum = 0;
    let moment = 0;
    let weightSum = 0;
    const inverse = 1 / temperature;
    for (let v = 0; v < length; v++) {
      const below = (logits[start + v] as number) - max;
      const e = exponential(below);
      sum += e;
      if (e > 0) moment += e * below;
      const scaled = below * inverse;
      const weight = temperature === 1 ? e : scaled < negligible ? 0 : exponential(scaled);
      weights[v] = weight;
      weightSum += weight;
    }
    const logSum = Math.log(sum);
    this.#logits = logits;
    this.#start = start;
    this.best = best;
    this.max = max;
    this.weightSum = weightSum;
    this.logSumExp = max + logSum;
    // H = ln Σe^d − Σ d·e^d / Σe^d with d = ℓ − max.
    this.entropy = Math.max(0, logSum - moment / sum);
    return this;
  }

  /**
   * Writes the likeliest ids of the row, most likely first and the lower id first on a tie, with their probabilities at
   * temperature 1; ids that cannot be drawn are left out.
   * @param ids, probabilities written from `at` on; @param count how many at most
   */
  top(count: number, ids: Uint16Array | Int32Array, probabilities: Float32Array, at: number): void {
    const logits = this.#logits;
    const start = this.#start;
    const length = this.weights.length;
    const chosen: number[] = [];
    let least = -Infinity;
    for (let v = 0; v < length; v++) {
      const value = logits[start + v] as number;
      if (value <= least) continue;
      let place = chosen.length;
      while (place > 0 && (logits[start + (chosen[place - 1] as number)] as number) < value) place--;
      chosen.splice(place, 0, v);
      if (chosen.length > count) chosen.pop();
      if (chosen.length === count) least = logits[start + (chosen[count - 1] as number)] as number;
    }
    chosen.forEach((id, i) => {
      ids[at + i] = id;
      probabilities[at + i] = this.probability(id);
    });
  }

  /** Softmax probability of an id at temperature 1. */
  probability(id: number): number {
    return Math.exp((this.#logits[this.#start + id] as number) - this.logSumExp);
  }
}
