import type { RgbImage } from '../../electron/contract/events.ts';
import type { Size } from './geometry.ts';

/** Samples of a mask from this value on belong to it. */
const threshold = 128;

/**
 * Cells of a code grid that a box touches, raster indices.
 * @param box left, top, right, bottom in pixels of the picture, right and bottom exclusive
 */
export function cellsOfBox(
  [left, top, right, bottom]: readonly [number, number, number, number],
  picture: Size,
  grid: Size,
): number[] {
  const x = grid.width / picture.width;
  const y = grid.height / picture.height;
  const cells: number[] = [];
  for (
    let row = Math.max(0, Math.floor(top * y));
    row < Math.min(grid.height, Math.ceil(bottom * y));
    row++
  ) {
    const until = Math.min(grid.width, Math.ceil(right * x));
    for (let column = Math.max(0, Math.floor(left * x)); column < until; column++) {
      cells.push(row * grid.width + column);
    }
  }
  return cells;
}

/**
 * Cells of a code grid with a white pixel (128 and above) of a mask in them, whatever the mask's size.
 * @param square where the grid lies on the mask, as shares of its sides: left, top, right, bottom
 */
export function cellsOfMask(
  { width, height, rgb }: RgbImage,
  grid: Size,
  [left, top, right, bottom]: readonly [number, number, number, number] = [0, 0, 1, 1],
): number[] {
  const marked = new Set<number>();
  for (let y = 0; y < height; y++) {
    const row = Math.floor(((y - top * height) * grid.height) / ((bottom - top) * height));
    if (row < 0 || row >= grid.height) continue;
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      const value = Math.max(rgb[at] as number, rgb[at + 1] as number, rgb[at + 2] as number);
      const column = Math.floor(((x - left * width) * grid.width) / ((right - left) * width));
      if (value >= threshold && column >= 0 && column < grid.width) marked.add(row * grid.width + column);
    }
  }
  return [...marked].sort((a, b) => a - b);
}

/** Left, top, right, bottom of the white pixels of a mask, right and bottom exclusive; null where none is white. */
export function maskBounds({ width, height, rgb }: RgbImage): [number, number, number, number] | null {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      const value = Math.max(rgb[at] as number, rgb[at + 1] as number, rgb[at + 2] as number);
      if (value < threshold) continue;
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
      top = Math.min(top, y);
      bottom = y + 1;
    }
  }
  return right > left ? [left, top, right, bottom] : null;
}
