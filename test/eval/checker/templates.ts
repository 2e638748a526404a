import type { ColorName, Faces } from '../scene/scene.ts';
import { colorNames } from '../scene/scene.ts';
import type { Sprite, SpriteSheet } from '../scene/sheet.ts';
import { shrink } from './pyramid.ts';

/** Alpha below which a pixel of a template is not compared. */
const leastAlpha = 0.1;
/** One pixel in so many stands for all of them in a first look. */
const draftStep = 5;

/**
 * One object at one size and scale, with the colours it comes in. Only its visible pixels are kept: first a draft of
 * pixels from all over, then the others.
 */
export interface Template {
  name: string;
  /** Whether it is mirrored left to right. */
  flip: boolean;
  /** Side in pixels of the full picture, and at this scale. */
  size: number;
  side: number;
  /** Where each visible pixel lies in a picture of this scale whose left top corner is the template's. */
  offsets: Int32Array;
  alpha: Float32Array;
  /** Sum of alpha. */
  area: number;
  /** Pixels of the draft, and their part of the area. */
  draft: number;
  draftShare: number;
  /** For each colour the straight colours of the visible pixels [n, 3]. */
  looks: { color: ColorName | null; rgb: Float32Array }[];
}

/** What the checker can recognise. */
export interface Vocabulary {
  names: readonly string[];
  colors: readonly ColorName[];
  /** Side of the pictures in pixels. */
  imageSize: number;
  /** Sides of sprites in pixels of the full picture; multiples of the coarse scale. */
  sizes: readonly number[];
  /** Of these it tells which way they face, and sees them both ways round; everything else only as it is on the sheet. */
  faces?: Faces;
}

/** The templates of a vocabulary, at 1/factor of the full scale for each factor. */
export function makeTemplates(
  sheet: SpriteSheet,
  vocabulary: Vocabulary,
  factors: readonly number[],
): Template[][] {
  const { names, sizes, imageSize, faces = {} } = vocabulary;
  const colors = [null, ...colorNames.filter((color) => vocabulary.colors.includes(color))];
  const made: Template[][] = factors.map(() => []);
  for (const size of sizes) {
    for (const name of names) {
      for (const flip of Object.hasOwn(faces, name) ? [false, true] : [false]) {
        const looks = sheet.looks(name, colors, size, { flip });
        factors.forEach((factor, i) => made[i]?.push(makeTemplate(looks, flip, factor, imageSize / factor)));
      }
    }
  }
  return made;
}

/** @param across width of the picture at the template's scale */
function makeTemplate(sprites: readonly Sprite[], flip: boolean, factor: number, across: number): Template {
  const [{ name, size, alpha: fullAlpha }] = sprites as [Sprite];
  const side = size / factor;
  const alpha = shrink(fullAlpha, size, factor, 1);
  const inRows = [...alpha.keys()].filter((i) => (alpha[i] as number) >= leastAlpha);
  const inDraft = inRows.filter((_, k) => k % draftStep === 0);
  const visible = [...inDraft, ...inRows.filter((_, k) => k % draftStep !== 0)];
  const looks = sprites.map(({ color, premultiplied }) => {
    const small = shrink(premultiplied, size, factor, 3);
    const rgb = new Float32Array(visible.length * 3);
    visible.forEach((i, k) => {
      for (let c = 0; c < 3; c++) rgb[k * 3 + c] = (small[i * 3 + c] as number) / (alpha[i] as number);
    });
    return { color, rgb };
  });
  const kept = Float32Array.from(visible, (i) => alpha[i] as number);
  const sum = (values: Float32Array): number => values.reduce((total, a) => total + a, 0);
  return {
    name,
    flip,
    size,
    side,
    offsets: Int32Array.from(visible, (i) => Math.floor(i / side) * across + (i % side)),
    alpha: kept,
    area: sum(kept),
    draft: inDraft.length,
    draftShare: sum(kept.subarray(0, inDraft.length)) / sum(kept),
    looks,
  };
}
