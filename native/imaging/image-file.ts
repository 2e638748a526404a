import { LavidaError } from '../errors.ts';
import type { Orientation } from './exif.ts';

type ImageFormat = 'png' | 'jpeg' | 'webp';

/** What decoding left out or changed, for whoever shows the picture. */
export type DecodeNote =
  /** A colour profile is embedded; the samples were taken as sRGB. */
  | 'profile-ignored'
  /** Transparent parts were laid on the background. */
  | 'alpha-composited'
  /** 16-bit samples were cut to 8. */
  | 'depth-reduced'
  /** The file is an animation; this is its first picture. */
  | 'first-frame'
  /** CMYK was converted without a profile. */
  | 'cmyk-converted'
  /** The compressed data are damaged in places. */
  | 'damaged';

/** What the header says, before anything is decoded. Width and height are as stored, not yet turned upright. */
export interface ImageHeader {
  format: ImageFormat;
  width: number;
  height: number;
  orientation: Orientation;
  notes: DecodeNote[];
}

/** Largest file that is read, in bytes. */
export const maxFileBytes = 256 * 1024 * 1024;
/** Largest picture that is decoded, in pixels. */
const maxPixels = 100_000_000;
/** Longest side that is decoded, in pixels. */
const maxSide = 20_000;

/** @throws LavidaError file.invalid, the sentence naming the file and what is wrong with it */
export function refuse(name: string, why: string, detail = ''): never {
  throw new LavidaError('file.invalid', `${name} ${why}`, detail);
}

/** What a picture is too large for, or undefined: a larger one could be written, but never opened again. */
export function sizeLimit(width: number, height: number): string | undefined {
  if (width <= maxSide && height <= maxSide && width * height <= maxPixels) return undefined;
  return `at most ${maxSide} pixels a side and ${maxPixels / 1e6} megapixels are decoded`;
}

/** Refuses sizes no decoder should be asked for. Called with header values, before decoding. */
export function checkSize(name: string, width: number, height: number): void {
  if (width < 1 || height < 1) refuse(name, 'is a picture without pixels.');
  const why = sizeLimit(width, height);
  if (why) refuse(name, `is too large: ${width} x ${height} pixels.`, why);
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Four bytes as the characters they stand for. */
export function fourCharacters(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}
