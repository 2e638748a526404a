import { pixelError } from './pixel-error.ts';
import type { Planes } from './pyramid.ts';
import type { Template } from './templates.ts';

/** By how much the error of a draft may pass what is allowed for the whole. */
const draftMargin = 1.3;

/**
 * Sum over a template's pixels of alpha · error, of a look at a place; Infinity once it passes `most`, or when the draft
 * alone makes it all but certain that it will.
 */
export function lookError(
  { data }: Planes,
  { offsets, looks, draft, draftShare }: Template,
  alpha: Float32Array,
  look: number,
  at: number,
  most: number,
): number {
  const { rgb } = looks[look] as Template['looks'][number];
  let sum = 0;
  for (let k = 0; k < draft; k++) {
    sum += (alpha[k] as number) * pixelError(data, (at + (offsets[k] as number)) * 3, rgb, k * 3);
  }
  if (sum > most * draftShare * draftMargin) return Infinity;
  for (let k = draft; k < alpha.length; k++) {
    sum += (alpha[k] as number) * pixelError(data, (at + (offsets[k] as number)) * 3, rgb, k * 3);
    if (sum > most) return Infinity;
  }
  return sum;
}

/** Sum over a template's pixels of alpha · a value of each pixel, such as the error that is left. */
export function leftError(
  left: Float32Array,
  { offsets, alpha: whole }: Template,
  at: number,
  alpha: Float32Array = whole,
): number {
  let sum = 0;
  for (let k = 0; k < alpha.length; k++) {
    sum += (alpha[k] as number) * (left[at + (offsets[k] as number)] as number);
  }
  return sum;
}

/** Alpha of a template's pixels where nothing lies that was found before. */
export function uncovered(claimed: Float32Array, { offsets, alpha }: Template, at: number): Float32Array {
  return alpha.map((a, k) => a * (1 - (claimed[at + (offsets[k] as number)] as number)));
}
