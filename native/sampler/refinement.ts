import type { ImageNoise } from './noise.ts';
import { RowDistribution } from './probabilities.ts';

/** Factor on the sampling temperature while refining; so small that the draw is all but argmax (PIPELINE §2.9). */
export const refinementTemperature = 1e-5;

/**
 * First half of a refinement pass (PIPELINE §2.9): masks each code again with probability `ratio`.
 * @param ids committed codes [N]; @param uniforms one in (0,1) a code
 * @returns a copy [N] with `maskId` where masked again
 */
export function remask(
  ids: Uint16Array,
  maskId: number,
  ratio: number,
  uniforms: ArrayLike<number>,
): Uint16Array {
  return ids.map((id, p) => ((uniforms[p] as number) < ratio ? maskId : id));
}

/**
 * Second half: drafts an id at every masked code and commits them all; other codes stay.
 * @param ids [N] of `remask`; @param logits guided logits [N, V] of the network on those codes
 * @param temperature the run's τ times `refinementTemperature`; @param step index the noise is asked for
 */
export function fillMasked(
  ids: Uint16Array,
  maskId: number,
  logits: Float32Array,
  temperature: number,
  noise: ImageNoise,
  step: number,
): Uint16Array {
  const row = new RowDistribution(logits.length / ids.length);
  const vocabulary = row.weights.length;
  return ids.map((id, p) =>
    id === maskId ? noise.draft(step, p, row.read(logits, p * vocabulary, temperature)) : id,
  );
}
