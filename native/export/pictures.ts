import { createRequire } from 'node:module';
import type gifencLibrary from 'gifenc';
import type { RgbImage } from '../../electron/contract/events.ts';
import { LavidaError } from '../errors.ts';
import { assertAllocation } from '../tensor/allocation.ts';
import { digitHeight, drawDigits } from './digits.ts';

// Its CommonJS build names its parts in a way that neither Node's nor Vite's import sees alike.
const { applyPalette, GIFEncoder, quantize } = createRequire(import.meta.url)(
  'gifenc',
) as typeof gifencLibrary;

/** How long a GIF rests on the finished picture, milliseconds. */
const lastDelay = 1600;

/**
 * Pictures of equal size as a GIF that plays for ever, each with a palette of its own.
 * @param framesPerSecond at most 50: GIF delays are hundredths of a second, and viewers slow down shorter ones
 */
export async function encodeGif(
  frames: AsyncIterable<RgbImage>,
  framesPerSecond: number,
): Promise<Uint8Array> {
  const encoder = GIFEncoder();
  const delay = Math.max(20, Math.round(100 / framesPerSecond) * 10);
  let held: RgbImage | null = null;
  const write = ({ width, height, rgb }: RgbImage, time: number): void => {
    const rgba = new Uint8Array(width * height * 4).fill(255);
    for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4) {
      rgba.set(rgb.subarray(from, from + 3), to);
    }
    const palette = quantize(rgba, 256);
    encoder.writeFrame(applyPalette(rgba, palette), width, height, {
      palette,
      delay: time,
      repeat: 0,
    });
  };
  for await (const frame of frames) {
    if (held) write(held, delay);
    held = frame;
  }
  if (!held) throw new LavidaError('internal', 'A film without pictures cannot be written.');
  write(held, lastDelay);
  encoder.finish();
  return encoder.bytes();
}

/** A picture of a sheet and what is written under it: digits, `/` and `.` alone. */
export interface SheetPicture {
  image: RgbImage;
  label: string;
}

const gap = 8;
const ground = 18;
const ink = 190;

/** Pictures of equal size side by side on a dark ground, about as many rows as columns, each with its label below. */
export function drawSheet(pictures: readonly SheetPicture[]): RgbImage {
  const first = pictures[0]?.image;
  if (!first) throw new LavidaError('internal', 'A sheet without pictures cannot be drawn.');
  const columns = Math.ceil(Math.sqrt(pictures.length));
  const rows = Math.ceil(pictures.length / columns);
  const scale = Math.max(2, Math.round(first.width / 64));
  const line = digitHeight * scale + gap;
  const width = gap + columns * (first.width + gap);
  const height = gap + rows * (first.height + line + gap);
  assertAllocation(width * height * 3, 'a sheet of pictures');
  const sheet = { width, height, rgb: new Uint8Array(width * height * 3).fill(ground) };
  pictures.forEach(({ image, label }, i) => {
    const left = gap + (i % columns) * (first.width + gap);
    const top = gap + Math.floor(i / columns) * (first.height + line + gap);
    for (let y = 0; y < image.height; y++) {
      const row = image.rgb.subarray(y * image.width * 3, (y + 1) * image.width * 3);
      sheet.rgb.set(row, ((top + y) * width + left) * 3);
    }
    drawDigits(sheet, label, { x: left, y: top + first.height + gap / 2, scale }, ink);
  });
  return sheet;
}
