import { createRequire } from 'node:module';
import type { RgbImage } from '../../electron/contract/events.ts';
import { readOrientation, skipExifPrefix, type Orientation } from './exif.ts';
import { checkSize, refuse, viewOf, type DecodeNote, type ImageHeader } from './image-file.ts';
import { openCodec } from './wasm-codec.ts';

const require = createRequire(import.meta.url);

/** A JPEG whose markers are checked. */
export interface JpegFile extends ImageHeader {
  format: 'jpeg';
  components: number;
}

/** Start-of-frame markers the codec can decode: baseline, extended and progressive, Huffman coded. */
const frames = new Set([0xc0, 0xc1, 0xc2]);
/** Start-of-frame markers it cannot: lossless, hierarchical, arithmetic coded. */
const otherFrames = new Set([0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf]);
/** More scans than any encoder writes; each costs a pass over the whole picture. */
const maxScans = 500;

function startsWith(bytes: Uint8Array, text: string): boolean {
  return [...text].every((character, i) => bytes[i] === character.charCodeAt(0));
}

/** Position of the marker that ends the entropy-coded data beginning at `from`, or -1. */
function endOfScan(bytes: Uint8Array, from: number): number {
  for (
    let at = bytes.indexOf(0xff, from);
    at >= 0 && at + 1 < bytes.length;
    at = bytes.indexOf(0xff, at + 1)
  ) {
    const next = bytes[at + 1] as number;
    const isData = next === 0x00 || next === 0xff || (next >= 0xd0 && next <= 0xd7);
    if (!isData) return at;
  }
  return -1;
}

/**
 * Walks the markers of a JPEG to its end of image.
 * @throws LavidaError file.invalid when it is cut short, of a kind that cannot be decoded, or too large
 */
export function parseJpeg(name: string, bytes: Uint8Array): JpegFile {
  const view = viewOf(bytes);
  let frame: { width: number; height: number; components: number } | null = null;
  let orientation: Orientation = 1;
  let scans = 0;
  const notes: DecodeNote[] = [];
  for (let at = 2; ;) {
    while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at++;
    if (at + 2 > bytes.length) refuse(name, 'is cut short.', 'a JPEG ends with an end-of-image marker');
    if (bytes[at] !== 0xff) refuse(name, 'is a damaged JPEG.', `no marker at byte ${at}`);
    const marker = bytes[at + 1] as number;
    if (marker === 0xd9) break;
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) {
      at += 2;
      continue;
    }
    if (at + 4 > bytes.length) refuse(name, 'is cut short.', `marker ${marker.toString(16)}`);
    const length = view.getUint16(at + 2);
    if (length < 2) refuse(name, 'is a damaged JPEG.', `marker ${marker.toString(16)} has no length`);
    if (at + 2 + length > bytes.length) refuse(name, 'is cut short.', `marker ${marker.toString(16)}`);
    const data = bytes.subarray(at + 4, at + 2 + length);
    if (frames.has(marker)) {
      if (frame) refuse(name, 'is a damaged JPEG: it has two frames.');
      if (data.length < 6) refuse(name, 'is a damaged JPEG: its frame is too short.');
      const [precision, components] = [data[0] as number, data[5] as number];
      if (precision !== 8) refuse(name, `is a JPEG of ${precision} bits a sample; only 8 can be read.`);
      frame = { height: viewOf(data).getUint16(1), width: viewOf(data).getUint16(3), components };
      checkSize(name, frame.width, frame.height);
      if (![1, 3, 4].includes(components)) refuse(name, `is a JPEG of ${components} channels.`);
    } else if (otherFrames.has(marker)) {
      refuse(
        name,
        'is a JPEG of a kind this program cannot read.',
        `frame type ${marker.toString(16)}: lossless, hierarchical or arithmetic coding`,
      );
    } else if (marker === 0xe1 && startsWith(data, 'Exif\0\0')) {
      orientation = readOrientation(skipExifPrefix(data));
    } else if (marker === 0xe2 && startsWith(data, 'ICC_PROFILE\0') && !notes.includes('profile-ignored')) {
      notes.push('profile-ignored');
    }
    at += 2 + length;
    if (marker !== 0xda) continue;
    if (!frame) refuse(name, 'is a damaged JPEG: pixels come before the frame.');
    if (++scans > maxScans) refuse(name, 'is a hostile JPEG.', `more than ${maxScans} scans`);
    at = endOfScan(bytes, at);
    if (at < 0) refuse(name, 'is cut short.', 'a JPEG ends with an end-of-image marker');
  }
  if (!frame || scans === 0) refuse(name, 'is a JPEG without pixels.');
  return { format: 'jpeg', orientation, notes, ...frame };
}

/** Pixel formats of the TurboJPEG interface. */
const turboRgb = 0;
const turboCmyk = 11;

/** Inverted CMYK, as every JPEG of four channels stores it, to RGB without a profile, as Pillow converts. */
function cmykToRgb(cmyk: Uint8Array, rgb: Uint8Array): void {
  for (let from = 0, to = 0; to < rgb.length; from += 4, to += 3) {
    const light = cmyk[from + 3] as number;
    for (let c = 0; c < 3; c++) {
      const product = (255 - (cmyk[from + c] as number)) * light + 128;
      rgb[to + c] = Math.max(0, light - (((product >> 8) + product) >> 8));
    }
  }
}

/**
 * Decodes the pixels of a JPEG, as stored. Adds `damaged` to the file's notes when the codec had to guess.
 * @throws LavidaError file.invalid
 */
export function decodeJpeg(name: string, file: JpegFile, bytes: Uint8Array): RgbImage {
  const { width, height } = file;
  const cmyk = file.components === 4;
  const channels = cmyk ? 4 : 3;
  const rgb = new Uint8Array(width * height * 3);
  try {
    const codec = openCodec(require.resolve('@cwasm/jpeg-turbo/jpeg-turbo.wasm'));
    const { tjInitDecompress, tjDecompressHeader3, tjDecompress2 } = codec.functions;
    if (!tjInitDecompress || !tjDecompressHeader3 || !tjDecompress2) {
      throw new Error('the codec lacks a function');
    }
    const source = codec.put(bytes);
    const handle = tjInitDecompress();
    const header = codec.reserve(16);
    tjDecompressHeader3(handle, source, bytes.length, header, header + 4, header + 8, header + 12);
    const seen = viewOf(codec.view(header, 8));
    if (seen.getInt32(0, true) !== width || seen.getInt32(4, true) !== height) {
      throw new Error('the codec sees another size');
    }
    const target = codec.reserve(width * height * channels);
    const pixelFormat = cmyk ? turboCmyk : turboRgb;
    const status = tjDecompress2(
      handle,
      source,
      bytes.length,
      target,
      width,
      width * channels,
      height,
      pixelFormat,
      0,
    );
    // A failure that cannot be passed over ends in an exception; what is left are warnings.
    if (status !== 0) file.notes.push('damaged');
    const pixels = codec.view(target, width * height * channels);
    if (cmyk) cmykToRgb(pixels, rgb);
    else rgb.set(pixels);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    refuse(name, 'is a damaged JPEG: its pixels cannot be decoded.', reason);
  }
  if (cmyk) file.notes.push('cmyk-converted');
  return { width, height, rgb };
}
