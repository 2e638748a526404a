import type { RgbImage } from '../../electron/contract/events.ts';
import type { Rgb } from './canvas.ts';

/** A box in pixels, right and bottom exclusive, and its number. */
export interface DrawnBox {
  box: readonly [number, number, number, number];
  label: number;
}

/** Colours that stay apart for most eyes (Okabe and Ito 2008), without black. */
const colors: readonly Rgb[] = [
  [230, 159, 0],
  [86, 180, 233],
  [0, 158, 115],
  [240, 228, 66],
  [213, 94, 0],
  [0, 114, 178],
  [204, 121, 167],
];

/** Digits of 3 × 5 cells, a row an octal digit. */
const digits = ['75557', '26227', '71747', '71717', '55711', '74717', '74757', '71111', '75757', '75717'];

function fill(image: RgbImage, x0: number, y0: number, x1: number, y1: number, color: Rgb): void {
  const clamp = (value: number, high: number): number => Math.min(Math.max(Math.round(value), 0), high);
  const right = clamp(x1, image.width);
  for (let y = clamp(y0, image.height); y < clamp(y1, image.height); y++) {
    for (let x = clamp(x0, image.width); x < right; x++) image.rgb.set(color, (y * image.width + x) * 3);
  }
}

function drawNumber(image: RgbImage, x: number, y: number, cell: number, label: number, color: Rgb): void {
  const figures = String(label);
  fill(image, x, y, x + (figures.length * 4 + 1) * cell, y + 7 * cell, color);
  [...figures].forEach((figure, i) => {
    [...(digits[Number(figure)] ?? '')].forEach((bits, row) => {
      for (let column = 0; column < 3; column++) {
        if ((Number(bits) & (4 >> column)) === 0) continue;
        const left = x + (1 + i * 4 + column) * cell;
        const top = y + (1 + row) * cell;
        fill(image, left, top, left + cell, top + cell, [0, 0, 0]);
      }
    });
  });
}

/** A copy of a picture with numbered boxes drawn in, line width after the size of the picture. */
export function drawBoxes(image: RgbImage, boxes: readonly DrawnBox[]): RgbImage {
  const drawn = { ...image, rgb: image.rgb.slice() };
  const line = Math.max(1, Math.round(Math.max(image.width, image.height) / 400));
  const cell = Math.max(1, line);
  boxes.forEach(({ box: [left, top, right, bottom], label }, i) => {
    const color = colors[i % colors.length] ?? [255, 255, 255];
    fill(drawn, left, top, right, top + line, color);
    fill(drawn, left, bottom - line, right, bottom, color);
    fill(drawn, left, top, left + line, bottom, color);
    fill(drawn, right - line, top, right, bottom, color);
    drawNumber(drawn, left, top, cell, label, color);
  });
  return drawn;
}
