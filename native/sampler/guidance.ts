/** How the source-only row weighs in when editing (PIPELINE §5); 0 is the shipped mode. */
export type EditMode = 0 | 1 | 2 | 3;

/**
 * Whether guidance is on at a step. The reference counts steps from 1 (Q11): on when ⌊a·S⌋ ≤ step+1 ≤ ⌊b·S⌋.
 * @param step 0-based; @param steps S; @param interval [a,b], fractions of the run (PIPELINE §2.4)
 */
export function guidanceIsOn(step: number, steps: number, [from, to]: readonly [number, number]): boolean {
  return Math.floor(from * steps) <= step + 1 && step + 1 <= Math.floor(to * steps);
}

/** Weights of F, E and U (PIPELINE §5); they sum to 1, so equal rows stay as they are. */
export function threeRowWeights(
  w: number,
  imageScale: number,
  mode: EditMode,
): { conditional: number; sourceOnly: number; unconditional: number } {
  const mixed = mode === 0 || mode === 3;
  const conditional = mixed ? 1 + imageScale : 1 / (1 + imageScale);
  const sourceOnly = mixed ? -imageScale : imageScale / (1 + imageScale);
  return { conditional: (1 + w) * conditional, sourceOnly: (1 + w) * sourceOnly, unconditional: -w };
}
