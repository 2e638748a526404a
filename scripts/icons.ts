/** `npm run icons`: the packages' icons out of the mark, packaging/icon.{png,ico,icns}. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { writeFileSafely } from '../native/library/safe-file.ts';
import { projectRoot } from './run-command.ts';

interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
  radius: number;
  colour: readonly [number, number, number];
}

/** Side of the mark's own square. */
const side = 32;
/** Points a pixel is looked at, along each side. */
const samples = 4;
/** macOS leaves this share of an icon's side empty on each side. */
const macMargin = 100 / 1024;

function readMark(): Rect[] {
  const svg = readFileSync(join(projectRoot, 'renderer', 'theme', 'mark.svg'), 'utf8');
  return [...svg.matchAll(/<rect ([^>]*)\/>/gu)].map(([, attributes = '']) => {
    const text = (name: string): string =>
      new RegExp(`(?:^| )${name}="([^"]*)"`, 'u').exec(attributes)?.[1] ?? '0';
    const number = (name: string): number => Number(text(name));
    const colour = Number.parseInt(text('fill').slice(1), 16);
    return {
      x: number('x'),
      y: number('y'),
      width: number('width'),
      height: number('height'),
      radius: number('rx'),
      colour: [colour >> 16, (colour >> 8) & 255, colour & 255],
    };
  });
}

function covers({ x, y, width, height, radius }: Rect, px: number, py: number): boolean {
  if (px < x || py < y || px > x + width || py > y + height) return false;
  const dx = Math.max(x + radius - px, px - (x + width - radius), 0);
  const dy = Math.max(y + radius - py, py - (y + height - radius), 0);
  return dx * dx + dy * dy <= radius * radius;
}

/** The mark as a square PNG with an alpha channel. @param margin share of the side left empty on each side */
function picture(mark: readonly Rect[], size: number, margin = 0): Uint8Array {
  const data = new Uint8Array(size * size * 4);
  const scale = side / (size * (1 - 2 * margin));
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      const sum = [0, 0, 0, 0] as [number, number, number, number];
      for (let i = 0; i < samples * samples; i++) {
        const px = (column + ((i % samples) + 0.5) / samples - size * margin) * scale;
        const py = (row + (Math.floor(i / samples) + 0.5) / samples - size * margin) * scale;
        const [red, green, blue] = mark.findLast((rect) => covers(rect, px, py))?.colour ?? [-1, 0, 0];
        if (red < 0) continue;
        sum[0] += red;
        sum[1] += green;
        sum[2] += blue;
        sum[3] += 1;
      }
      const [red, green, blue, seen] = sum;
      if (seen === 0) continue;
      const at = (row * size + column) * 4;
      data.set([red / seen, green / seen, blue / seen, (255 * seen) / samples ** 2].map(Math.round), at);
    }
  return encode({ width: size, height: size, data, channels: 4, depth: 8 });
}

/** Windows: a directory of PNGs. */
function ico(pictures: readonly { size: number; png: Uint8Array }[]): Uint8Array {
  const head = Buffer.alloc(6 + 16 * pictures.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(pictures.length, 4);
  let offset = head.length;
  pictures.forEach(({ size, png }, i) => {
    const at = 6 + 16 * i;
    head.set([size % 256, size % 256, 0, 0, 1, 0, 32, 0], at);
    head.writeUInt32LE(png.length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += png.length;
  });
  return Buffer.concat([head, ...pictures.map(({ png }) => png)]);
}

/** macOS: PNGs under the names their sizes have there. */
function icns(pictures: readonly { name: string; png: Uint8Array }[]): Uint8Array {
  const part = (name: string, bytes: Uint8Array): Buffer => {
    const head = Buffer.alloc(8);
    head.write(name, 'latin1');
    head.writeUInt32BE(bytes.length + 8, 4);
    return Buffer.concat([head, bytes]);
  };
  return part('icns', Buffer.concat(pictures.map(({ name, png }) => part(name, png))));
}

const windowsSizes = [16, 24, 32, 48, 64, 128, 256];
const macSizes = { icp4: 16, icp5: 32, ic07: 128, ic08: 256, ic09: 512, ic10: 1024 };

/** Every icon by file name. */
export function renderIcons(): Map<string, Uint8Array> {
  const mark = readMark();
  return new Map([
    ['icon.png', picture(mark, 512)],
    ['icon.ico', ico(windowsSizes.map((size) => ({ size, png: picture(mark, size) })))],
    [
      'icon.icns',
      icns(Object.entries(macSizes).map(([name, size]) => ({ name, png: picture(mark, size, macMargin) }))),
    ],
  ]);
}

if (import.meta.main)
  for (const [name, bytes] of renderIcons())
    await writeFileSafely(join(projectRoot, 'packaging', name), bytes);
