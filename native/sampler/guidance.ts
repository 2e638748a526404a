/** How the source-only row weighs in when editing (PIPELINE §5); 0 is the shipped mode. */
export type EditMode = 0 | 1 | 2 | 3;

/**
 * Whether guidance is on at a step. The reference counts steps from 1 (Q11): on when ⌊a·S⌋ ≤ step+1 ≤ ⌊b·S⌋.
 * @param step 0-based; @param steps S; @param interval [a,b], fractions of the run (PIPELINE §2.4)
 */
export function guidanceIsOn(step: number, steps: number, [from, to]: readonly [number, number]): boolean {
  return Math.floor(from * steps) <= step + 1 && step + 1 <= Math.floor(to * steps);
}

/**
 * ℓ = (1+w)·conditional − w·unconditional (PIPELINE §2.4).
 * @param conditional, unconditional logits of equal length; @param w guidance scale
 * @param out where to write; may be one of the inputs. A new array when left out.
 */
export function combineTwoRows(
  conditional: Float32Array,
  unconditional: Float32Array,
  w: number,
  out: Float32Array = new Float32Array(conditional.length),
): Float32Array {
  const keep = 1 + w;
  for (let i = 0; i < out.length; i++) {
    out[i] = keep * (conditional[i] as number) - w * (unconditional[i] as number);
  }
  return out;
}

export interface ThreeRows {
  /** F: everything visible. */
  conditional: Float32Array;
  /** E: what `EditMode` leaves visible. */
  sourceOnly: Float32Array;
  /** U: nothing but the canvas. */
  unconditional: Float32Array;
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

/**
 * Three-row guidance of editing (PIPELINE §5): modes 0 and 3 give C = (1+w_i)F − w_i·E, modes 1 and 2
 * C = (F + w_i·E)/(1+w_i); then ℓ = (1+w)C − w·U.
 * @param out where to write; may be one of the inputs. A new array when left out.
 */
export function combineThreeRows(
  { conditional, sourceOnly, unconditional }: ThreeRows,
  w: number,
  imageScale: number,
  mode: EditMode,
  out: Float32Array = new Float32Array(conditional.length),
): Float32Array {
  const weights = threeRowWeights(w, imageScale, mode);
  const { conditional: f, sourceOnly: e, unconditional: u } = weights;
  for (let i = 0; i < out.length; i++) {
    out[i] =
      f * (conditional[i] as number) + e * (sourceOnly[i] as number) + u * (unconditional[i] as number);
  }
  return out;
}
