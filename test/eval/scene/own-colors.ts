import { colorNames, type ColorName } from './scene.ts';
import type { SpriteSheet } from './sheet.ts';
import { tints } from './tint.ts';

/** Share of an object's pixels that must look like a colour for the object to be called so. */
const leastShare = 0.4;
const size = 64;

/** Squared distance of a colour to the straight line from black over a tint to white, where shading moves colours. */
function distanceToShades(color: readonly number[], target: readonly number[]): number {
  let best = Infinity;
  for (let step = -4; step <= 4; step++) {
    const t = step / 10;
    const squares = target.map((channel, c) => {
      const shade = t < 0 ? channel * (1 + t) : channel + (1 - channel) * t;
      return ((color[c] as number) - shade) ** 2;
    });
    best = Math.min(
      best,
      squares.reduce((sum, square) => sum + square, 0),
    );
  }
  return best;
}

/** The colours a person would call an untinted object: those that a good part of its pixels are shades of. */
export function ownColors(sheet: SpriteSheet, name: string): ColorName[] {
  const { premultiplied, alpha } = sheet.sprite(name, null, size);
  const counts = new Map<ColorName, number>();
  let pixels = 0;
  alpha.forEach((a, i) => {
    if (a < 0.9) return;
    pixels++;
    const color = [...premultiplied.subarray(i * 3, i * 3 + 3)].map((channel) => channel / a);
    const distances = colorNames.map((tint) =>
      distanceToShades(
        color,
        tints[tint].map((channel) => channel / 255),
      ),
    );
    const nearest = colorNames[distances.indexOf(Math.min(...distances))] as ColorName;
    counts.set(nearest, (counts.get(nearest) ?? 0) + 1);
  });
  return colorNames.filter((color) => (counts.get(color) ?? 0) >= leastShare * pixels);
}
