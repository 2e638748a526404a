import type { remaskingNames } from '../../electron/contract/request.ts';
import type { RowDistribution } from './probabilities.ts';

/** How sure a drafted token is (PIPELINE §1.5): probability of the draft, chance, negative entropy, or lead over the second. */
export type Remasking = (typeof remaskingNames)[number];

/** Σ p·ln(p + 1e−10): the negative entropy as the published strategy defines it. */
function negativeEntropy({ weights, weightSum }: RowDistribution): number {
  let sum = 0;
  for (const weight of weights) {
    const p = weight / weightSum;
    sum += p * Math.log(p + 1e-10);
  }
  return sum;
}

/** Difference of the two largest probabilities. */
function margin({ weights, weightSum, best }: RowDistribution): number {
  let second = 0;
  for (let v = 0; v < weights.length; v++) {
    if (v !== best) second = Math.max(second, weights[v] as number);
  }
  return ((weights[best] as number) - second) / weightSum;
}

/**
 * Confidence of a draft, from the softmax without noise, in float64 (PIPELINE §1.5).
 * @param row read at temperature 1; @param id the drafted id; @param random uniform in (0,1), asked for by `random` alone
 */
export function draftConfidence(
  remasking: Remasking,
  row: RowDistribution,
  id: number,
  random: () => number,
): number {
  switch (remasking) {
    case 'low_confidence':
      return row.probability(id);
    case 'random':
      return random();
    case 'entropy':
      return negativeEntropy(row);
    case 'margin':
      return margin(row);
  }
}
