import type { RgbImage } from '../../electron/contract/events.ts';

/** A colour, each channel 0…255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** Background of the base view and of single views: the mean of the tower's input, truncated (MODEL §5). */
export const midGray: Rgb = [127, 127, 127];
/** Background of the any-res canvas and of the VQ path (MODEL §4, §5). */
export const black: Rgb = [0, 0, 0];
export const white: Rgb = [255, 255, 255];

/** A picture of one colour. */
export function solid(width: number, height: number, color: Rgb): RgbImage {
  const rgb = new Uint8Array(width * height * 3);
  if (color[0] === color[1] && color[1] === color[2]) rgb.fill(color[0]);
  else for (let i = 0; i < rgb.length; i += 3) rgb.set(color, i);
  return { width, height, rgb };
}

/** Copies a picture into a larger one, its left upper corner at (x, y). @throws RangeError when it does not fit */
export function paste(canvas: RgbImage, image: RgbImage, x: number, y: number): void {
  if (x < 0 || y < 0 || x + image.width > canvas.width || y + image.height > canvas.height) {
    throw new RangeError('The pasted picture does not fit the canvas.');
  }
  const stride = image.width * 3;
  for (let row = 0; row < image.height; row++) {
    const source = image.rgb.subarray(row * stride, (row + 1) * stride);
    canvas.rgb.set(source, ((y + row) * canvas.width + x) * 3);
  }
}

/** A rectangle of a picture as a picture of its own. @throws RangeError when it leaves the picture */
export function crop(image: RgbImage, x: number, y: number, width: number, height: number): RgbImage {
  if (x < 0 || y < 0 || width < 1 || height < 1 || x + width > image.width || y + height > image.height) {
    throw new RangeError('The crop leaves the picture.');
  }
  const rgb = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    const from = ((y + row) * image.width + x) * 3;
    rgb.set(image.rgb.subarray(from, from + width * 3), row * width * 3);
  }
  return { width, height, rgb };
}
