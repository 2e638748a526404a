import { newCanvas, type Picture } from '../playback/pictures.ts';
import type { SheetPlace } from '../../../electron/contract/request.ts';

/** Longest side of an exported sheet, pixels; more than browsers draw reliably helps nobody. */
const longest = 8192;
const paper = '#ffffff';
const ink = '#16171a';
const faint = '#6a6f78';

interface SheetPictures {
  title: string;
  axes: SheetPlace['axes'];
  rows: readonly (readonly (Picture | null)[])[];
}

/** A labelled contact sheet: the setting across on top, the one down at the left, pictures at full size where they fit. */
export function drawContactSheet({ title, axes, rows }: SheetPictures): HTMLCanvasElement {
  const [across, down] = axes;
  const columns = rows[0]?.length ?? 0;
  const sizes = rows.flat().flatMap((picture) => picture ?? []);
  const natural = Math.max(64, ...sizes.map(({ width, height }) => Math.max(width, height)));
  const text = Math.max(14, Math.round(natural / 22));
  const gap = Math.round(text / 2);
  const left = down ? Math.round(text * 9) : gap;
  const top = Math.round(text * (across ? 6 : 4));
  const width = left + columns * (natural + gap) + gap;
  const height = top + rows.length * (natural + gap) + gap;
  const scale = Math.min(1, longest / Math.max(width, height));
  const canvas = newCanvas(Math.round(width * scale), Math.round(height * scale));
  const context = canvas.getContext('2d');
  if (!context) return canvas;
  context.scale(scale, scale);
  context.fillStyle = paper;
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = 'high';
  context.textBaseline = 'middle';
  const write = (words: string, x: number, y: number, room: number, weight: number, colour: string): void => {
    context.font = `${String(weight)} ${String(text)}px "Inter Variable", system-ui, sans-serif`;
    context.fillStyle = colour;
    context.fillText(fitted(context, words, room), x, y);
  };
  context.textAlign = 'left';
  write(title, gap, text * 1.4, width - 2 * gap, 600, ink);
  if (across) write(across.name, left, text * 3.2, width - left - gap, 400, faint);
  if (down) write(down.name, gap, text * 3.2, left - 2 * gap, 400, faint);
  context.textAlign = 'center';
  for (let x = 0; x < columns; x++) {
    const middle = left + x * (natural + gap) + natural / 2;
    write(across?.values[x] ?? '', middle, text * 4.9, natural, 500, ink);
  }
  context.textAlign = 'left';
  rows.forEach((row, y) => {
    const from = top + y * (natural + gap);
    if (down) write(down.values[y] ?? '', gap, from + natural / 2, left - 2 * gap, 500, ink);
    row.forEach((picture, x) => {
      const at = left + x * (natural + gap);
      if (picture) context.drawImage(picture.source, at, from, natural, natural);
      else {
        context.strokeStyle = '#d5d7db';
        context.strokeRect(at + 0.5, from + 0.5, natural - 1, natural - 1);
      }
    });
  });
  return canvas;
}

/** Words cut so that they fit. */
function fitted(context: CanvasRenderingContext2D, words: string, room: number): string {
  if (context.measureText(words).width <= room) return words;
  let kept = [...words];
  while (kept.length > 1 && context.measureText(`${kept.join('')}…`).width > room)
    kept = kept.slice(0, Math.max(1, Math.floor(kept.length * 0.9)));
  return `${kept.join('').trimEnd()}…`;
}
