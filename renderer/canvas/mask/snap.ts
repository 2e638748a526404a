import { Mask, union, type PixelRect } from './mask.ts';
import type { CellCover } from './token-cells.ts';

/** Drawn on and wiped again for every stroke; kept because strokes come in hundreds. */
let scratch: Mask | null = null;

/**
 * Fills every token cell that a shape reaches into.
 *
 * @param draw draws the shape with 1 on an empty mask and returns what it touched
 * @returns what was filled, or null for nothing
 */
export function fillCells(
  mask: Mask,
  cover: CellCover,
  value: 0 | 1,
  draw: (empty: Mask) => PixelRect | null,
): PixelRect | null {
  if (scratch?.width !== mask.width || scratch.height !== mask.height)
    scratch = new Mask(mask.width, mask.height);
  const shape = scratch;
  const touched = draw(shape);
  if (!touched) return null;
  let filled: PixelRect | null = null;
  for (const cell of cover.cellsIn(touched)) {
    const pixels = cover.cellPixels(cell);
    if (holds(shape, pixels)) filled = union(filled, mask.fillRect(pixels, value));
  }
  shape.fillRect(touched, 0);
  return filled;
}

function holds(mask: Mask, rect: PixelRect): boolean {
  for (let y = rect.y0; y < rect.y1; y++) {
    if (mask.data.subarray(y * mask.width + rect.x0, y * mask.width + rect.x1).includes(1)) return true;
  }
  return false;
}
