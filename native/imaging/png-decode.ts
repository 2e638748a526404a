import type { RgbImage } from '../../electron/contract/events.ts';
import { compositeRow } from './alpha.ts';
import type { Rgb } from './canvas.ts';
import { refuse, viewOf } from './image-file.ts';
import { inflatePng, type PngFile } from './png.ts';

/** One of the reduced pictures of an interlaced PNG, or the only one: its first pixel and its steps. */
interface Pass {
  x: number;
  y: number;
  stepX: number;
  stepY: number;
}

const onePass: readonly Pass[] = [{ x: 0, y: 0, stepX: 1, stepY: 1 }];

/** Adam7 (PNG 3, §8). */
const adam7: readonly Pass[] = [
  { x: 0, y: 0, stepX: 8, stepY: 8 },
  { x: 4, y: 0, stepX: 8, stepY: 8 },
  { x: 0, y: 4, stepX: 4, stepY: 8 },
  { x: 2, y: 0, stepX: 4, stepY: 4 },
  { x: 0, y: 2, stepX: 2, stepY: 4 },
  { x: 1, y: 0, stepX: 2, stepY: 2 },
  { x: 0, y: 1, stepX: 1, stepY: 2 },
];

/** Undoes the filter of one row in place (PNG 3, §9). `above` is the row before, unfiltered, or zeros. */
function unfilter(
  name: string,
  filter: number,
  row: Uint8Array,
  above: Uint8Array,
  pixelBytes: number,
): void {
  const length = row.length;
  switch (filter) {
    case 0:
      return;
    case 1:
      for (let i = pixelBytes; i < length; i++) row[i] = (row[i] as number) + (row[i - pixelBytes] as number);
      return;
    case 2:
      for (let i = 0; i < length; i++) row[i] = (row[i] as number) + (above[i] as number);
      return;
    case 3:
      for (let i = 0; i < length; i++) {
        const left = i >= pixelBytes ? (row[i - pixelBytes] as number) : 0;
        row[i] = (row[i] as number) + ((left + (above[i] as number)) >> 1);
      }
      return;
    case 4:
      for (let i = 0; i < length; i++) {
        const left = i >= pixelBytes ? (row[i - pixelBytes] as number) : 0;
        const corner = i >= pixelBytes ? (above[i - pixelBytes] as number) : 0;
        row[i] = (row[i] as number) + paeth(left, above[i] as number, corner);
      }
      return;
    default:
      refuse(name, 'is a damaged PNG.', `row filter ${filter}`);
  }
}

function paeth(left: number, above: number, corner: number): number {
  const toLeft = Math.abs(above - corner);
  const toAbove = Math.abs(left - corner);
  const toCorner = Math.abs(left + above - 2 * corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}

/** Turns unfiltered row bytes into straight-alpha RGBA of 8 bits. 16-bit samples keep their upper byte, as in Pillow. */
type Expand = (row: Uint8Array, pixels: number, rgba: Uint8Array) => void;

function expandPalette(name: string, file: PngFile): Expand {
  const palette = file.palette ?? new Uint8Array(0);
  const colors = palette.length / 3;
  const table = new Uint8Array(256 * 4);
  for (let i = 0; i < colors && i < 256; i++) {
    table.set(palette.subarray(i * 3, i * 3 + 3), i * 4);
    table[i * 4 + 3] = file.transparency?.[i] ?? 255;
  }
  const { depth } = file;
  const perByte = 8 / depth;
  const mask = (1 << depth) - 1;
  return (row, pixels, rgba) => {
    for (let i = 0; i < pixels; i++) {
      const shift = 8 - depth * ((i % perByte) + 1);
      const index = ((row[Math.floor(i / perByte)] as number) >> shift) & mask;
      if (index >= colors) refuse(name, 'is a damaged PNG: a pixel lies outside its palette.');
      for (let c = 0; c < 4; c++) rgba[i * 4 + c] = table[index * 4 + c] as number;
    }
  };
}

function expandSmallGray(file: PngFile): Expand {
  const { depth } = file;
  const perByte = 8 / depth;
  const highest = (1 << depth) - 1;
  const key =
    file.transparency && file.transparency.length >= 2 ? viewOf(file.transparency).getUint16(0) : -1;
  return (row, pixels, rgba) => {
    for (let i = 0; i < pixels; i++) {
      const shift = 8 - depth * ((i % perByte) + 1);
      const sample = ((row[Math.floor(i / perByte)] as number) >> shift) & highest;
      rgba.fill((sample * 255) / highest, i * 4, i * 4 + 3);
      rgba[i * 4 + 3] = sample === key ? 0 : 255;
    }
  };
}

/** Whole-byte samples: grey, RGB, grey and alpha, RGBA, each of 8 or 16 bits. */
function expandSamples(file: PngFile): Expand {
  const { channels } = file;
  const bytes = file.depth / 8;
  const colors = channels >= 3 ? 3 : 1;
  const hasAlpha = channels === 2 || channels === 4;
  const keyed = !hasAlpha && file.transparency !== null && file.transparency.length >= colors * 2;
  const key = keyed && file.transparency ? viewOf(file.transparency) : null;
  const isKey = (row: Uint8Array, at: number, view: DataView): boolean => {
    for (let c = 0; c < colors; c++) {
      const high = row[at + c * bytes] as number;
      const sample = bytes === 2 ? high * 256 + (row[at + c * 2 + 1] as number) : high;
      if (sample !== view.getUint16(c * 2)) return false;
    }
    return true;
  };
  return (row, pixels, rgba) => {
    for (let i = 0, at = 0, to = 0; i < pixels; i++, at += channels * bytes, to += 4) {
      rgba[to] = row[at] as number;
      rgba[to + 1] = row[at + (colors === 3 ? bytes : 0)] as number;
      rgba[to + 2] = row[at + (colors === 3 ? 2 * bytes : 0)] as number;
      if (hasAlpha) rgba[to + 3] = row[at + (channels - 1) * bytes] as number;
      else rgba[to + 3] = key && isKey(row, at, key) ? 0 : 255;
    }
  };
}

function expanderOf(name: string, file: PngFile): Expand {
  if (file.colorType === 3) return expandPalette(name, file);
  return file.depth < 8 ? expandSmallGray(file) : expandSamples(file);
}

/**
 * Decodes the pixels of a PNG onto a background.
 * @returns the picture as stored, and whether any of it was transparent
 */
export function decodePng(
  name: string,
  file: PngFile,
  background: Rgb,
): { image: RgbImage; translucent: boolean } {
  const { width, height } = file;
  const bits = file.depth * file.channels;
  const passes = (file.interlaced ? adam7 : onePass).map((pass) => {
    const columns = Math.ceil((width - pass.x) / pass.stepX);
    const rows = Math.ceil((height - pass.y) / pass.stepY);
    return { ...pass, columns, rows: columns > 0 ? rows : 0, rowBytes: Math.ceil((columns * bits) / 8) };
  });
  const expected = passes.reduce((sum, pass) => sum + Math.max(0, pass.rows) * (1 + pass.rowBytes), 0);
  const data = inflatePng(name, file, expected);
  const expand = expanderOf(name, file);
  const rgb = new Uint8Array(width * height * 3);
  const rgba = new Uint8Array(width * 4);
  const line = new Uint8Array(width * 3);
  const pixelBytes = Math.max(1, bits / 8);
  let translucent = false;
  let at = 0;
  for (const pass of passes) {
    let above: Uint8Array = new Uint8Array(pass.rowBytes);
    for (let y = 0; y < pass.rows; y++) {
      const row = new Uint8Array(data.buffer, data.byteOffset + at + 1, pass.rowBytes);
      unfilter(name, data[at] as number, row, above, pixelBytes);
      expand(row, pass.columns, rgba);
      translucent = compositeRow(rgba, pass.columns, background, line) || translucent;
      let to = ((pass.y + y * pass.stepY) * width + pass.x) * 3;
      if (pass.stepX === 1) {
        rgb.set(line.subarray(0, pass.columns * 3), to);
      } else {
        for (let x = 0; x < pass.columns; x++, to += pass.stepX * 3) {
          rgb.set(line.subarray(x * 3, x * 3 + 3), to);
        }
      }
      above = row;
      at += 1 + pass.rowBytes;
    }
  }
  return { image: { width, height, rgb }, translucent };
}
