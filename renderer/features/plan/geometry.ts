import type { PlanBox } from '../../../electron/contract/request.ts';

/** Bins across the square that surrounds a picture. */
const bins = 1024;

interface Size {
  width: number;
  height: number;
}

export interface PixelBox {
  x0: number;
  y0: number;
  x1: number;
  y1: number;
}

/** Side of the square around a picture, and where the picture lies in it. */
function square({ width, height }: Size): { side: number; left: number; top: number } {
  const side = Math.max(width, height);
  return { side, left: Math.floor((side - width) / 2), top: Math.floor((side - height) / 2) };
}

/** A box of a layout in pixels of a picture. */
export function toPixels(box: PlanBox['box'], size: Size): PixelBox {
  const { side, left, top } = square(size);
  const [x0, y0, x1, y1] = box.map((bin) => (bin * side) / bins) as [number, number, number, number];
  return { x0: x0 - left, y0: y0 - top, x1: x1 - left, y1: y1 - top };
}

/** A box in pixels of a picture as one of a layout, within the square. */
export function toBins({ x0, y0, x1, y1 }: PixelBox, size: Size): PlanBox['box'] {
  const { side, left, top } = square(size);
  const bin = (pixel: number): number => Math.min(bins, Math.max(0, Math.round((pixel * bins) / side)));
  return [bin(x0 + left), bin(y0 + top), bin(x1 + left), bin(y1 + top)];
}
