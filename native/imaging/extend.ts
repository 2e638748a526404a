import type { RgbImage } from '../../electron/contract/events.ts';
import { assertAllocation } from '../tensor/allocation.ts';

/** Pixels added on each side. */
export interface Margins {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** The picture with margins, each pixel of which has the colour of the picture's nearest one. */
export function extendPicture(image: RgbImage, { left, top, right, bottom }: Margins): RgbImage {
  const width = image.width + left + right;
  const height = image.height + top + bottom;
  assertAllocation(width * height * 3, 'the extended picture');
  const rgb = new Uint8Array(width * height * 3);
  const stride = image.width * 3;
  for (let y = 0; y < height; y++) {
    const from = Math.min(image.height - 1, Math.max(0, y - top)) * stride;
    const row = rgb.subarray(y * width * 3, (y + 1) * width * 3);
    row.set(image.rgb.subarray(from, from + stride), left * 3);
    const first = image.rgb.subarray(from, from + 3);
    const last = image.rgb.subarray(from + stride - 3, from + stride);
    for (let x = 0; x < left; x++) row.set(first, x * 3);
    for (let x = left + image.width; x < width; x++) row.set(last, x * 3);
  }
  return { width, height, rgb };
}
