import { colorNames, type ColorName } from './scene.ts';
import type { SpriteSheet } from './sheet.ts';
import { tints } from './tint.ts';

/** Share of an object's pixels that must look like a colour for the object to be called so. */
const leastShare = 0.4;
const size = 64;

/** What a pixel may be called: a name, its colour, and how far to black and to white its shades go, in tenths. */
interface Shades {
  name: ColorName | null;
  color: readonly number[];
  toBlack: number;
  toWhite: number;
}

/**
 * The tints, of which white does not go as far as grey nor black, and two colours that nobody is asked for but that would
 * pass for white or orange otherwise: grey and beige.
 */
const shades: readonly Shades[] = [
  ...colorNames.map((name) => ({
    name,
    color: tints[name].map((channel) => channel / 255),
    toBlack: name === 'white' ? 1 : 4,
    toWhite: name === 'black' ? 1 : 4,
  })),
  { name: null, color: [0.62, 0.61, 0.64], toBlack: 3, toWhite: 3 },
  { name: null, color: [0.94, 0.8, 0.64], toBlack: 1, toWhite: 4 },
];

/** Squared distance of a colour to the straight line from black over a colour to white, where shading moves colours. */
function distanceToShades(
  color: readonly number[],
  { color: target, toBlack, toWhite }: Omit<Shades, 'name'>,
): number {
  let best = Infinity;
  for (let step = -toBlack; step <= toWhite; step++) {
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
    const distances = shades.map((one) => distanceToShades(color, one));
    const nearest = shades[distances.indexOf(Math.min(...distances))]?.name;
    if (nearest) counts.set(nearest, (counts.get(nearest) ?? 0) + 1);
  });
  return colorNames.filter((color) => (counts.get(color) ?? 0) >= leastShare * pixels);
}
