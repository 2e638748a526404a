import type { ColorName } from '../scene/scene.ts';
import { colorNames } from '../scene/scene.ts';
import type { SpriteSheet } from '../scene/sheet.ts';
import { shrink } from './pyramid.ts';

/** Alpha below which a pixel of a template is not compared. */
const leastAlpha = 0.1;

/** One object at one size and scale, with the colours it comes in. Only its visible pixels are kept. */
export interface Template {
  name: string;
  /** Side in pixels of the full picture, and at this scale. */
  size: number;
  side: number;
  /** Column and row of each visible pixel. */
  columns: Uint8Array;
  rows: Uint8Array;
  alpha: Float32Array;
  /** Sum of alpha. */
  area: number;
  /** For each colour the straight colours of the visible pixels [n, 3]. */
  looks: { color: ColorName | null; rgb: Float32Array }[];
}

/** What the checker can recognise. */
export interface Vocabulary {
  names: readonly string[];
  colors: readonly ColorName[];
  /** Sides of sprites in pixels of the full picture; multiples of 4. */
  sizes: readonly number[];
}

/** The templates of a vocabulary at 1/factor of the full scale. */
export function makeTemplates(sheet: SpriteSheet, vocabulary: Vocabulary, factor: number): Template[] {
  const { names, sizes } = vocabulary;
  const colors = colorNames.filter((color) => vocabulary.colors.includes(color));
  return sizes.flatMap((size) => names.map((name) => makeTemplate(sheet, name, size, colors, factor)));
}

function makeTemplate(
  sheet: SpriteSheet,
  name: string,
  size: number,
  colors: readonly ColorName[],
  factor: number,
): Template {
  const side = size / factor;
  const alpha = shrink(sheet.sprite(name, null, size).alpha, size, factor, 1);
  const visible = [...alpha.keys()].filter((i) => (alpha[i] as number) >= leastAlpha);
  const looks = [null, ...colors].map((color) => {
    const { premultiplied } = sheet.sprite(name, color, size);
    const small = shrink(premultiplied, size, factor, 3);
    const rgb = new Float32Array(visible.length * 3);
    visible.forEach((i, k) => {
      for (let c = 0; c < 3; c++) rgb[k * 3 + c] = (small[i * 3 + c] as number) / (alpha[i] as number);
    });
    return { color, rgb };
  });
  const kept = Float32Array.from(visible, (i) => alpha[i] as number);
  return {
    name,
    size,
    side,
    columns: Uint8Array.from(visible, (i) => i % side),
    rows: Uint8Array.from(visible, (i) => Math.floor(i / side)),
    alpha: kept,
    area: kept.reduce((sum, a) => sum + a, 0),
    looks,
  };
}
