/** How many tokens fast-dLLM commits a pass (PIPELINE §1.7): by `factor` (1 as published), else by a fixed `threshold`, else by schedule. */
export interface ParallelCommit {
  factor: number | null;
  /** Read when `factor` is null. */
  threshold: number | null;
}

/**
 * Commit count of the factor rule (PIPELINE §1.7): the set ends before the first rank i ≥ 1 (0-based) whose confidence is
 * below 1 − factor/(i+2). A set that reaches up to the last rank takes that one too, whatever its confidence.
 * @param confidences of the masked tokens of a block, largest first, not empty
 */
export function factorCommitCount(confidences: readonly number[], factor: number): number {
  const last = confidences.length - 1;
  let count = Math.min(1, last);
  while (count < last && (confidences[count] as number) >= 1 - factor / (count + 2)) count++;
  return count === last ? last + 1 : count;
}

/**
 * Commit count of the fixed rule (PIPELINE §1.7): all tokens at or above the threshold, at least the best one.
 * @param confidences of the masked tokens of a block, largest first, not empty
 */
export function thresholdCommitCount(confidences: readonly number[], threshold: number): number {
  return Math.max(1, confidences.filter((confidence) => confidence >= threshold).length);
}
