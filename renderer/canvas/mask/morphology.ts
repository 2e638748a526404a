import { squaredDistances } from '../../../electron/contract/distance.ts';
import type { Mask, PixelRect } from './mask.ts';

/**
 * Squared distance of every pixel of a stretch to the nearest one with `value` in it, between centres, raster order;
 * Infinity where there is none. What lies beyond the edge of the picture has no value.
 */
function distancesWithin(mask: Mask, value: 0 | 1, { x0, y0, x1, y1 }: PixelRect): Float64Array {
  const width = x1 - x0;
  const height = y1 - y0;
  const squared = new Float64Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      squared[y * width + x] = mask.data[(y + y0) * mask.width + x + x0] === value ? 0 : Infinity;
    }
  }
  squaredDistances(squared, width, height);
  return squared;
}

/** The stretch around everything inside, with a margin, as far as it lies on the picture. */
function surroundings(mask: Mask, margin: number): PixelRect | null {
  const bounds = mask.bounds();
  return (
    bounds &&
    mask.clip({
      x0: bounds.x0 - margin,
      y0: bounds.y0 - margin,
      x1: bounds.x1 + margin,
      y1: bounds.y1 + margin,
    })
  );
}

/** Takes in everything within `radius` pixels; returns the stretch looked at, or null for an empty mask. */
export function grow(mask: Mask, radius: number): PixelRect | null {
  const rect = surroundings(mask, Math.ceil(radius));
  if (rect) setWithin(mask, rect, distancesWithin(mask, 1, rect), radius, 1);
  return rect;
}

/** Gives up everything within `radius` pixels of the border; the edge of the picture is no border. */
export function shrink(mask: Mask, radius: number): PixelRect | null {
  // The nearest pixel outside is never farther than one beyond everything inside.
  const rect = surroundings(mask, 1);
  if (rect) setWithin(mask, rect, distancesWithin(mask, 0, rect), radius, 0);
  return rect;
}

function setWithin(
  mask: Mask,
  { x0, y0, x1, y1 }: PixelRect,
  squared: Float64Array,
  radius: number,
  value: 0 | 1,
): void {
  for (let y = y0, i = 0; y < y1; y++) {
    for (let x = x0; x < x1; x++, i++) {
      if ((squared[i] as number) <= radius * radius) mask.data[y * mask.width + x] = value;
    }
  }
}

export function invert({ data }: Mask): void {
  for (let i = 0; i < data.length; i++) data[i] = data[i] === 1 ? 0 : 1;
}

/**
 * How strongly an edited pixel will show [height·width], 0 to 255: outside nothing, inside fading in over `feather`
 * pixels from the border, as the engine blends an edit into its picture.
 */
export function featheredAlpha(mask: Mask, feather: number): Uint8Array {
  if (feather <= 0) return mask.data.map((value) => value * 255);
  const alpha = new Uint8Array(mask.data.length);
  const rect = surroundings(mask, 1);
  if (!rect) return alpha;
  const squared = distancesWithin(mask, 0, rect);
  for (let y = rect.y0, i = 0; y < rect.y1; y++) {
    for (let x = rect.x0; x < rect.x1; x++, i++) {
      alpha[y * mask.width + x] = Math.round(
        255 * Math.min(1, Math.sqrt(squared[i] as number) / (feather + 1)),
      );
    }
  }
  return alpha;
}
