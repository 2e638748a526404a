import { crc32, deflateSync, inflateSync } from 'node:zlib';
import { LavidaError } from '../errors.ts';
import type { RgbImage } from '../../electron/contract/events.ts';

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** Largest text a file may bring in, decompressed, in bytes: an explicit order of 65,536 positions fits. */
export const maxTextBytes = 1024 * 1024;
/** How far into a file text is looked for; we write text before the pixels. */
export const maxHeadBytes = 4 * maxTextBytes;
/** The last chunk of every whole PNG. */
export const endChunk = Uint8Array.of(0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82);

export interface PngText {
  keyword: string;
  text: string;
}

/**
 * Encodes an RGB picture as a PNG of 8 bits a channel without alpha. The same picture and texts give the same bytes: no
 * time stamp, fixed compression level. Texts that fit Latin-1 become tEXt, others iTXt (UTF-8), before the pixels;
 * `forceUnicode` keywords are always iTXt.
 */
export function encodePng(
  image: RgbImage,
  texts: readonly PngText[],
  forceUnicode: readonly string[] = [],
): Uint8Array {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, image.width);
  view.setUint32(4, image.height);
  header.set([8, 2, 0, 0, 0], 8);
  const parts = [
    signature,
    chunk('IHDR', header),
    ...texts.map((entry) => textChunk(entry, forceUnicode.includes(entry.keyword))),
    chunk('IDAT', deflateSync(filterRows(image), { level: 9 })),
    endChunk,
  ];
  return concat(parts);
}

/**
 * Size and texts from the beginning of a PNG. Stops at the pixels; damaged or oversized text chunks are left out.
 *
 * @param head the first bytes of the file, at most `maxHeadBytes` of them
 * @throws LavidaError `file.invalid` when it is no PNG
 */
export function readPngHead(
  head: Uint8Array,
  name: string,
): { width: number; height: number; texts: PngText[] } {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const isPng =
    head.length >= 33 && signature.every((byte, i) => head[i] === byte) && chunkType(head, 12) === 'IHDR';
  if (!isPng) throw new LavidaError('file.invalid', `${name} is not a PNG file.`);
  const width = view.getUint32(16);
  const height = view.getUint32(20);
  if (width === 0 || height === 0) throw new LavidaError('file.invalid', `${name} is a PNG without pixels.`);
  const texts: PngText[] = [];
  for (let at = 33; at + 12 <= head.length;) {
    const length = view.getUint32(at);
    const type = chunkType(head, at + 4);
    if (type === 'IDAT' || type === 'IEND' || at + 12 + length > head.length) break;
    if ((type === 'tEXt' || type === 'iTXt') && length <= maxTextBytes) {
      const isWhole = crc32(head.subarray(at + 4, at + 8 + length)) === view.getUint32(at + 8 + length);
      const entry = isWhole ? parseText(type, head.subarray(at + 8, at + 8 + length)) : null;
      if (entry) texts.push(entry);
    }
    at += 12 + length;
  }
  return { width, height, texts };
}

function parseText(type: 'tEXt' | 'iTXt', data: Uint8Array): PngText | null {
  const end = data.indexOf(0);
  if (end < 1 || end > 79) return null;
  const keyword = Buffer.from(data.subarray(0, end)).toString('latin1');
  if (type === 'tEXt') return { keyword, text: Buffer.from(data.subarray(end + 1)).toString('latin1') };
  const compressed = data[end + 1] === 1;
  const language = data.indexOf(0, end + 3);
  const translated = language < 0 ? -1 : data.indexOf(0, language + 1);
  if (translated < 0) return null;
  const body = data.subarray(translated + 1);
  try {
    const bytes = compressed ? inflateSync(body, { maxOutputLength: maxTextBytes }) : body;
    return { keyword, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return null;
  }
}

function textChunk({ keyword, text }: PngText, unicode: boolean): Uint8Array {
  const name = Buffer.from(keyword, 'latin1');
  if (!unicode && isLatin1(text)) {
    return chunk('tEXt', concat([name, Uint8Array.of(0), Buffer.from(text, 'latin1')]));
  }
  // Null-ended keyword, no compression, empty language and translated keyword.
  return chunk('iTXt', concat([name, Uint8Array.of(0, 0, 0, 0, 0), Buffer.from(text, 'utf8')]));
}

/** PNG forbids NUL inside a text and control characters other than line feed in tEXt. */
function isLatin1(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0xff || (code < 0x20 && code !== 0x0a) || (code > 0x7e && code < 0xa0)) return false;
  }
  return true;
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const out = new Uint8Array(12 + data.length);
  const view = new DataView(out.buffer);
  view.setUint32(0, data.length);
  for (let i = 0; i < 4; i++) out[4 + i] = type.charCodeAt(i);
  out.set(data, 8);
  view.setUint32(8 + data.length, crc32(out.subarray(4, 8 + data.length)));
  return out;
}

function chunkType(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Filters each row with whichever of the five PNG filters leaves the smallest sum of magnitudes (PNG 3, §12.7). */
function filterRows({ width, height, rgb }: RgbImage): Uint8Array {
  const stride = width * 3;
  if (rgb.length !== stride * height)
    throw new RangeError('The picture does not have width x height x 3 bytes.');
  const out = new Uint8Array((stride + 1) * height);
  const candidate = new Uint8Array(stride);
  const zeros = new Uint8Array(stride);
  for (let y = 0; y < height; y++) {
    const row = rgb.subarray(y * stride, (y + 1) * stride);
    const above = y > 0 ? rgb.subarray((y - 1) * stride, y * stride) : zeros;
    let best = Infinity;
    for (let filter = 0; filter < 5; filter++) {
      const cost = filterRow(filter, row, above, candidate);
      if (cost >= best) continue;
      best = cost;
      out[y * (stride + 1)] = filter;
      out.set(candidate, y * (stride + 1) + 1);
    }
  }
  return out;
}

function filterRow(filter: number, row: Uint8Array, above: Uint8Array, out: Uint8Array): number {
  let cost = 0;
  for (let x = 0; x < row.length; x++) {
    const left = x >= 3 ? (row[x - 3] as number) : 0;
    const up = above[x] as number;
    const upLeft = x >= 3 ? (above[x - 3] as number) : 0;
    let guess = 0;
    if (filter === 1) guess = left;
    else if (filter === 2) guess = up;
    else if (filter === 3) guess = (left + up) >> 1;
    else if (filter === 4) guess = paeth(left, up, upLeft);
    const value = ((row[x] as number) - guess) & 0xff;
    out[x] = value;
    cost += value < 128 ? value : 256 - value;
  }
  return cost;
}

function paeth(left: number, up: number, upLeft: number): number {
  const estimate = left + up - upLeft;
  const toLeft = Math.abs(estimate - left);
  const toUp = Math.abs(estimate - up);
  const toUpLeft = Math.abs(estimate - upLeft);
  if (toLeft <= toUp && toLeft <= toUpLeft) return left;
  return toUp <= toUpLeft ? up : upLeft;
}
