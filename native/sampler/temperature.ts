import type { curveNames } from '../../electron/contract/request.ts';
import { float32Steps, sigma } from './schedule.ts';

/** Curves of A_i; `exp` is offered besides the contract's names because the published sampling curve knows it (Q10). */
export type CurveName = (typeof curveNames)[number] | 'exp';

export interface TemperatureCurve {
  curve: CurveName;
  /** Floor reached at the last step, in [0,1]. */
  min: number;
  /** s of the curve `shift`. */
  shift: number;
}

/**
 * Factor a step on a temperature (PIPELINE §2.6), from 1 at the first step down to `min` at the last, with
 * t = i/(S−1): linear 1−t, cosine2 cos(πt/2), shift σ(1−t), exp σ_exp(1−t), each times (1−min) plus min.
 * @returns [steps] factors in (0,1]
 */
export function temperatureFactors(steps: number, { curve, min, shift }: TemperatureCurve): number[] {
  const times = steps === 1 ? [0] : [...float32Steps(steps - 1)];
  return times.map((t) => sigma({ name: curve, shift }, Math.fround(1 - t)) * (1 - min) + min);
}
