import type { RgbImage } from '../../../electron/contract/events.ts';
import { paste, solid } from '../../../native/imaging/canvas.ts';
import { resize } from '../../../native/imaging/resize.ts';
import { writeLine } from './font.ts';

/** A result to show. */
export interface Tile {
  image: RgbImage;
  correct: boolean;
  /** What was asked, and what was wrong. */
  lines: readonly string[];
}

const height = 256;
const border = 3;
const gap = 6;
const cell = 1;
const lineHeight = 8;
const lines = 4;
const columns = 6;
const right = [70, 200, 110] as const;
const wrong = [235, 80, 70] as const;
const ink = [225, 225, 225] as const;
const paper = [28, 28, 30] as const;

/** Lines of at most `most` characters, broken between words. */
function wrap(text: string, most: number): string[] {
  const out: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/u)) {
    if (line !== '' && line.length + 1 + word.length > most) {
      out.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? out : [...out, line];
}

/** A sheet of results in rows of six, framed green where right and red where wrong, with their words below. */
export function contactSheet(tiles: readonly Tile[]): RgbImage {
  const scaled = tiles.map((tile) => ({
    ...tile,
    image: resize(tile.image, Math.round((tile.image.width * height) / tile.image.height), height, 'bicubic'),
  }));
  const tileWidth = Math.max(...scaled.map(({ image }) => image.width), 1) + 2 * border;
  const tileHeight = height + 2 * border + lines * lineHeight + 4;
  const across = Math.min(columns, Math.max(tiles.length, 1));
  const down = Math.max(Math.ceil(tiles.length / columns), 1);
  const sheet = solid(across * (tileWidth + gap) + gap, down * (tileHeight + gap) + gap, paper);
  scaled.forEach(({ image, correct, lines: words }, i) => {
    const x = gap + (i % columns) * (tileWidth + gap);
    const y = gap + Math.floor(i / columns) * (tileHeight + gap);
    paste(sheet, solid(image.width + 2 * border, height + 2 * border, correct ? right : wrong), x, y);
    paste(sheet, image, x + border, y + border);
    const most = Math.floor(tileWidth / (4 * cell));
    const wrapped = words.flatMap((line) => wrap(line, most)).slice(0, lines);
    wrapped.forEach((text, row) => {
      const top = y + height + 2 * border + 4 + row * lineHeight;
      writeLine(sheet, text, { x, y: top, width: tileWidth, cell, color: row === 0 ? ink : [170, 170, 175] });
    });
  });
  return sheet;
}
