import { pixelError } from './pixel-error.ts';
import type { Planes } from './pyramid.ts';
import type { Template } from './templates.ts';

/** Alpha from which a pixel of a sprite hides what is behind it. */
const opaque = 0.9;
/** How many such pixels two sprites must share for one to cover the other. */
const leastShared = 8;

/** A look of a template, by its index, with its left top corner in the picture. */
export interface Sprite {
  template: number;
  look: number;
  x: number;
  y: number;
}

/** The error of each opaque pixel of a sprite, by its place in the picture. */
function opaqueErrors(
  { width, data }: Planes,
  { alpha, offsets, looks }: Template,
  { look, x, y }: Sprite,
): Map<number, number> {
  const { rgb } = looks[look] as Template['looks'][number];
  const hiding = [...alpha.keys()].filter((k) => (alpha[k] as number) >= opaque);
  return new Map(
    hiding.map((k) => {
      const at = y * width + x + (offsets[k] as number);
      return [at, pixelError(data, at * 3, rgb, k * 3)];
    }),
  );
}

/** Whether what is seen where two sprites lie is the first one. */
function covers(first: Map<number, number>, second: Map<number, number>): boolean {
  const shared = [...first.keys()].filter((at) => second.has(at));
  const gain = shared.reduce((sum, at) => sum + (second.get(at) ?? 0) - (first.get(at) ?? 0), 0);
  return shared.length >= leastShared && gain > 0;
}

/** Of how many of the other sprites each covers a part. */
export function depthsOf(
  picture: Planes,
  templates: readonly Template[],
  sprites: readonly Sprite[],
): number[] {
  const errors = sprites.map((sprite) =>
    opaqueErrors(picture, templates[sprite.template] as Template, sprite),
  );
  return errors.map((own) => errors.filter((other) => other !== own && covers(own, other)).length);
}
