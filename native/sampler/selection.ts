/** Positions with the largest scores, best first; the lower position wins a tie. Scores of −∞ are never chosen. */
export function topPositions(scores: Float64Array, count: number): number[] {
  const candidates: number[] = [];
  for (let p = 0; p < scores.length; p++) if ((scores[p] as number) > -Infinity) candidates.push(p);
  candidates.sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
  return candidates.slice(0, count);
}

/**
 * `mmada` confidence (PIPELINE §2.6): ln max(q,1e−20) + A·g at masked positions, −∞ elsewhere.
 * @param probability q [N], softmax probability of the drafted id at temperature 1
 * @param masked 1 where masked [N]
 * @param temperature A of this step
 * @param gumbel standard Gumbel noise of a position
 */
export function noisyLogConfidence(
  probability: Float32Array,
  masked: Uint8Array,
  temperature: number,
  gumbel: (position: number) => number,
): Float64Array {
  return Float64Array.from(masked, (flag, p) =>
    flag === 1
      ? Math.log(Math.max(probability[p] as number, 1e-20)) +
        (temperature === 0 ? 0 : temperature * gumbel(p))
      : -Infinity,
  );
}

/**
 * `mask_git` weights (PIPELINE §2.6): softmax of q/A over the masked positions, 0 elsewhere. A = 0 puts all weight on
 * the most confident positions.
 */
export function maskGitWeights(
  probability: Float32Array,
  masked: Uint8Array,
  temperature: number,
): Float64Array {
  let max = 0;
  for (let p = 0; p < masked.length; p++) {
    if (masked[p] === 1) max = Math.max(max, probability[p] as number);
  }
  const scale = 1 / Math.max(temperature, 1e-6);
  const weights = Float64Array.from(masked, (flag, p) =>
    flag === 1 ? Math.exp(((probability[p] as number) - max) * scale) : 0,
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/**
 * Scores whose largest k are a draw of k without replacement: weight over exponential noise, −∞ where not masked. In
 * logarithms, so that weights too small for a float still differ.
 */
export function withoutReplacementScores(
  weights: Float64Array,
  masked: Uint8Array,
  exponential: (position: number) => number,
): Float64Array {
  return weights.map((weight, p) =>
    masked[p] === 1 ? Math.log(Math.max(weight, Number.MIN_VALUE)) - Math.log(exponential(p)) : -Infinity,
  );
}
