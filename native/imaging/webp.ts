import { createRequire } from 'node:module';
import type { RgbImage } from '../../electron/contract/events.ts';
import { compositeRow } from './alpha.ts';
import { solid, type Rgb } from './canvas.ts';
import { readOrientation, skipExifPrefix, type Orientation } from './exif.ts';
import {
  checkSize,
  fourCharacters,
  refuse,
  viewOf,
  type DecodeNote,
  type ImageHeader,
} from './image-file.ts';
import { openCodec } from './wasm-codec.ts';

const require = createRequire(import.meta.url);

interface Chunk {
  type: string;
  /** With its header and padding. */
  whole: Uint8Array;
  data: Uint8Array;
}

/** A WebP whose chunks are checked. */
export interface WebpFile extends ImageHeader {
  format: 'webp';
  /** The still picture, or the first one of an animation with its place on the canvas. */
  still: { x: number; y: number; width: number; height: number; file: Uint8Array };
}

/** The chunks of a RIFF list. @throws LavidaError file.invalid when one reaches past the end */
function* chunksOf(name: string, bytes: Uint8Array): Generator<Chunk> {
  const view = viewOf(bytes);
  for (let at = 0; at + 8 <= bytes.length;) {
    const length = view.getUint32(at + 4, true);
    const padded = length + (length & 1);
    if (at + 8 + length > bytes.length) refuse(name, 'is cut short.', `chunk ${fourCharacters(bytes, at)}`);
    yield {
      type: fourCharacters(bytes, at),
      whole: bytes.subarray(at, Math.min(at + 8 + padded, bytes.length)),
      data: bytes.subarray(at + 8, at + 8 + length),
    };
    at += 8 + padded;
  }
}

function uint24(bytes: Uint8Array, at: number): number {
  return (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16);
}

/** Size in the head of a lossy (RFC 6386, §9.1) or lossless (WebP lossless, §3.1) bitstream. */
function bitstreamSize(name: string, chunk: Chunk): { width: number; height: number } {
  const { data } = chunk;
  const view = viewOf(data);
  if (chunk.type === 'VP8 ') {
    if (data.length < 10 || uint24(data, 3) !== 0x2a019d) refuse(name, 'is a damaged WebP.', 'no key frame');
    return { width: view.getUint16(6, true) & 0x3fff, height: view.getUint16(8, true) & 0x3fff };
  }
  if (data.length < 5 || data[0] !== 0x2f) refuse(name, 'is a damaged WebP.', 'no lossless signature');
  const bits = view.getUint32(1, true);
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
}

function riff(parts: readonly Uint8Array[]): Uint8Array {
  const size = parts.reduce((sum, part) => sum + part.length + (part.length & 1), 0);
  const out = new Uint8Array(12 + size);
  out.set([0x52, 0x49, 0x46, 0x46]);
  viewOf(out).setUint32(4, 4 + size, true);
  out.set([0x57, 0x45, 0x42, 0x50], 8);
  let at = 12;
  for (const part of parts) {
    out.set(part, at);
    at += part.length + (part.length & 1);
  }
  return out;
}

/** The extended-format header that an alpha chunk needs, for a canvas of one frame. */
function extendedHeader(width: number, height: number): Uint8Array {
  const chunk = new Uint8Array(18);
  chunk.set([0x56, 0x50, 0x38, 0x58]);
  const view = viewOf(chunk);
  view.setUint32(4, 10, true);
  chunk[8] = 0x10;
  view.setUint16(12, width - 1, true);
  view.setUint16(15, height - 1, true);
  return chunk;
}

/** The first frame of an animation as a WebP of its own. */
function firstFrame(name: string, data: Uint8Array): WebpFile['still'] {
  if (data.length < 16) refuse(name, 'is a damaged WebP.', 'a frame without a header');
  const frame = {
    x: uint24(data, 0) * 2,
    y: uint24(data, 3) * 2,
    width: uint24(data, 6) + 1,
    height: uint24(data, 9) + 1,
  };
  const chunks = [...chunksOf(name, data.subarray(16))];
  const alpha = chunks.find((chunk) => chunk.type === 'ALPH');
  const pixels = chunks.find((chunk) => chunk.type === 'VP8 ' || chunk.type === 'VP8L');
  if (!pixels) refuse(name, 'is a damaged WebP.', 'a frame without pixels');
  const size = bitstreamSize(name, pixels);
  if (size.width !== frame.width || size.height !== frame.height) {
    refuse(name, 'is a damaged WebP.', 'a frame of another size than its pixels');
  }
  const file = alpha
    ? riff([extendedHeader(frame.width, frame.height), alpha.whole, pixels.whole])
    : riff([pixels.whole]);
  return { ...frame, file };
}

/**
 * Walks the chunks of a WebP.
 * @throws LavidaError file.invalid when it is cut short, damaged or too large
 */
export function parseWebp(name: string, bytes: Uint8Array): WebpFile {
  const length = viewOf(bytes).getUint32(4, true);
  if (8 + length > bytes.length) refuse(name, 'is cut short.', `${bytes.length} of ${8 + length} bytes`);
  const whole = bytes.subarray(0, 8 + length);
  let canvas: { width: number; height: number } | null = null;
  let still: WebpFile['still'] | null = null;
  let orientation: Orientation = 1;
  const notes: DecodeNote[] = [];
  for (const chunk of chunksOf(name, whole.subarray(12))) {
    if (chunk.type === 'VP8X') {
      if (chunk.data.length < 10) refuse(name, 'is a damaged WebP: its header is too short.');
      canvas = { width: uint24(chunk.data, 4) + 1, height: uint24(chunk.data, 7) + 1 };
      checkSize(name, canvas.width, canvas.height);
    } else if (chunk.type === 'ICCP') {
      notes.push('profile-ignored');
    } else if (chunk.type === 'EXIF') {
      orientation = readOrientation(skipExifPrefix(chunk.data));
    } else if (chunk.type === 'ANMF' && !still) {
      still = firstFrame(name, chunk.data);
      notes.push('first-frame');
    } else if ((chunk.type === 'VP8 ' || chunk.type === 'VP8L') && !still) {
      still = { x: 0, y: 0, ...bitstreamSize(name, chunk), file: whole };
    }
  }
  if (!still) refuse(name, 'is a WebP without pixels.');
  const size = canvas ?? { width: still.width, height: still.height };
  checkSize(name, size.width, size.height);
  checkSize(name, still.width, still.height);
  if (still.x + still.width > size.width || still.y + still.height > size.height) {
    refuse(name, 'is a damaged WebP: its pixels leave its canvas.');
  }
  return { format: 'webp', ...size, orientation, notes, still };
}

/**
 * Decodes the pixels of a WebP onto a background, as stored.
 * @returns the picture and whether any of it was transparent
 * @throws LavidaError file.invalid
 */
export function decodeWebp(
  name: string,
  file: WebpFile,
  background: Rgb,
): { image: RgbImage; translucent: boolean } {
  const { still } = file;
  const covers = still.width === file.width && still.height === file.height;
  const image = solid(file.width, file.height, background);
  let translucent = !covers;
  try {
    const codec = openCodec(require.resolve('@cwasm/webp/webp.wasm'));
    const source = codec.put(still.file);
    const size = codec.reserve(8);
    const pixels = codec.functions['WebPDecodeRGBA']?.(source, still.file.length, size, size + 4) ?? 0;
    if (pixels === 0) throw new Error('the codec gave up');
    const seen = viewOf(codec.view(size, 8));
    if (seen.getInt32(0, true) !== still.width || seen.getInt32(4, true) !== still.height) {
      throw new Error('the codec sees another size');
    }
    const rgba = codec.view(pixels >>> 0, still.width * still.height * 4);
    for (let y = 0; y < still.height; y++) {
      const row = rgba.subarray(y * still.width * 4);
      const to = ((still.y + y) * file.width + still.x) * 3;
      const out = image.rgb.subarray(to, to + still.width * 3);
      translucent = compositeRow(row, still.width, background, out) || translucent;
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    refuse(name, 'is a damaged WebP: its pixels cannot be decoded.', reason);
  }
  return { image, translucent };
}
