import { letterBoxOf, type Size } from './geometry.ts';

declare const unit: unique symbol;

/** A coordinate token's number, 0…1024: 1024 times a place on the letter-boxed square (PIPELINE §6). */
export type LocBin = number & { readonly [unit]: 'LocBin' };
/** A place in pixels of the picture the user gave, 0 at the left or upper edge; need not be whole. */
type Pixel = number & { readonly [unit]: 'Pixel' };

/** Left, top, right, bottom. */
export type BinBox = readonly [LocBin, LocBin, LocBin, LocBin];
export type PixelBox = readonly [Pixel, Pixel, Pixel, Pixel];

/** Largest bin; there is one more bin than this. */
export const maxLocBin = 1024;

/** Whether a number is a coordinate bin. */
export function isLocBin(value: number): value is LocBin {
  return Number.isInteger(value) && value >= 0 && value <= maxLocBin;
}

function clamp(value: number, high: number): number {
  return Math.min(Math.max(value, 0), high);
}

/** Bins of a box given in pixels of a picture of this size: q = round(1024 · v / D) on the letter-boxed square. */
export function pixelBoxToBins(box: PixelBox, image: Size): BinBox {
  const { side, left, top } = letterBoxOf(image);
  const bin = (pixel: number, padding: number): LocBin =>
    clamp(Math.round(((pixel + padding) / side) * maxLocBin), maxLocBin) as LocBin;
  return [bin(box[0], left), bin(box[1], top), bin(box[2], left), bin(box[3], top)];
}

/** The box in pixels of the original picture: v = q / 1024 · D less the padding, clamped to the picture. */
export function binsToPixelBox(bins: BinBox, image: Size): PixelBox {
  const { side, left, top } = letterBoxOf(image);
  const pixel = (bin: number, padding: number, high: number): Pixel =>
    clamp((bin / maxLocBin) * side - padding, high) as Pixel;
  return [
    pixel(bins[0], left, image.width),
    pixel(bins[1], top, image.height),
    pixel(bins[2], left, image.width),
    pixel(bins[3], top, image.height),
  ];
}
