import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { RgbImage } from '../../electron/contract/events.ts';
import { LavidaError } from '../errors.ts';
import { white, type Rgb } from './canvas.ts';
import { fourCharacters, maxFileBytes, refuse, type ImageHeader } from './image-file.ts';
import { decodeJpeg, parseJpeg, type JpegFile } from './jpeg.ts';
import { applyOrientation } from './orient.ts';
import { decodePng } from './png-decode.ts';
import { parsePng, pngSignature, type PngFile } from './png.ts';
import { decodeWebp, parseWebp, type WebpFile } from './webp.ts';

export type { ImageHeader } from './image-file.ts';

/** An upright picture and what was done to get it. */
export interface DecodedImage {
  image: RgbImage;
  format: ImageHeader['format'];
  notes: ImageHeader['notes'];
}

export interface DecodeOptions {
  /** What shows through transparent parts; white unless stated. */
  background?: Rgb;
}

/** First bytes of formats that people try and that are not read. */
const foreign: [name: string, matches: (head: Uint8Array) => boolean][] = [
  ['a GIF', (head) => fourCharacters(head, 0) === 'GIF8'],
  ['a BMP', (head) => head[0] === 0x42 && head[1] === 0x4d],
  ['a TIFF', (head) => ['II*\0', 'MM\0*'].includes(fourCharacters(head, 0))],
  ['an AVIF or HEIC', (head) => fourCharacters(head, 4) === 'ftyp'],
  ['a PDF', (head) => fourCharacters(head, 0) === '%PDF'],
  ['an SVG', (head) => /^\s*<(\?xml|svg)/u.test(Buffer.from(head.subarray(0, 64)).toString('latin1'))],
  ['a JPEG XL', (head) => head[0] === 0xff && head[1] === 0x0a],
];

function parse(name: string, bytes: Uint8Array): PngFile | JpegFile | WebpFile {
  if (bytes.length === 0) refuse(name, 'is empty.');
  if (pngSignature.every((byte, i) => bytes[i] === byte)) return parsePng(name, bytes);
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return parseJpeg(name, bytes);
  if (bytes.length >= 12 && fourCharacters(bytes, 0) === 'RIFF' && fourCharacters(bytes, 8) === 'WEBP') {
    return parseWebp(name, bytes);
  }
  const kind = foreign.find(([, matches]) => matches(bytes));
  if (kind) return refuse(name, `is ${kind[0]}; PNG, JPEG and WebP can be read.`);
  return refuse(name, 'is not a picture; PNG, JPEG and WebP can be read.');
}

/**
 * What a picture's headers say, without decoding it. Structure and size are checked, so a file that is cut short, of a
 * foreign format or too large is refused here.
 *
 * @param name what errors call the file
 * @throws LavidaError file.invalid
 */
export function probeImage(bytes: Uint8Array, name: string): ImageHeader {
  const { format, width, height, orientation, notes } = parse(name, bytes);
  return { format, width, height, orientation, notes };
}

/**
 * Decodes a PNG, JPEG or WebP to upright 8-bit RGB. EXIF orientation is applied, transparency laid on the background,
 * colour profiles are ignored; the notes say which of these happened. Sizes are checked before anything is decoded.
 *
 * @param name what errors call the file
 * @throws LavidaError file.invalid
 */
export function decodeImage(bytes: Uint8Array, name: string, options: DecodeOptions = {}): DecodedImage {
  const background = options.background ?? white;
  const file = parse(name, bytes);
  let stored: RgbImage;
  if (file.format === 'jpeg') {
    stored = decodeJpeg(name, file, bytes);
  } else {
    const { image, translucent } =
      file.format === 'png' ? decodePng(name, file, background) : decodeWebp(name, file, background);
    if (translucent) file.notes.push('alpha-composited');
    stored = image;
  }
  return { image: applyOrientation(stored, file.orientation), format: file.format, notes: file.notes };
}

/**
 * Reads and decodes a picture file.
 * @throws LavidaError file.missing when it cannot be read, file.invalid when it is no picture or too large
 */
export async function readImage(path: string, options: DecodeOptions = {}): Promise<DecodedImage> {
  let bytes: Uint8Array;
  try {
    await using handle = await open(path, 'r');
    const stat = await handle.stat();
    if (!stat.isFile()) refuse(basename(path), 'is not a file.');
    if (stat.size > maxFileBytes) {
      refuse(
        basename(path),
        `is too large: ${Math.round(stat.size / 1e6)} MB.`,
        `at most ${maxFileBytes} bytes`,
      );
    }
    bytes = await handle.readFile();
  } catch (error) {
    if (error instanceof LavidaError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new LavidaError('file.missing', `${path} cannot be read.`, reason);
  }
  return decodeImage(bytes, basename(path), options);
}
