import { explained } from './pixel-error.ts';

/** A picture with more than this is not clean: two codes of nano's grid. */
const leastUnclean = 0.002;
/** Pixels around an object, at the fine scale, that may be off: its edge is blurred. */
const margin = 1;

/**
 * Share of a picture that neither its background nor an object accounts for: specks, blots and smears, which the search for
 * objects passes over.
 * @param left the error of each pixel that objects leave [height · width]
 * @param claimed alpha of the objects found, of each pixel
 */
export function strayShare(left: Float32Array, claimed: Float32Array, width: number): number {
  const height = left.length / width;
  let stray = 0;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if ((left[i] as number) >= explained && !nearObject(claimed, width, height, x, y)) stray++;
    }
  }
  return stray / left.length;
}

/** Whether a picture is free of specks, blots and smears, 1 or 0. */
export function clean(stray: number): number {
  return stray < leastUnclean ? 1 : 0;
}

function nearObject(claimed: Float32Array, width: number, height: number, x: number, y: number): boolean {
  for (let v = Math.max(0, y - margin); v <= Math.min(height - 1, y + margin); v++) {
    for (let u = Math.max(0, x - margin); u <= Math.min(width - 1, x + margin); u++) {
      if ((claimed[v * width + u] as number) > 0) return true;
    }
  }
  return false;
}
