import type { RgbImage } from '../../electron/contract/events.ts';
import type { Orientation } from './exif.ts';

/** Where the first stored pixel lands, and the steps along the stored row and column, in upright pixels. */
function placement(
  orientation: Orientation,
  width: number,
  height: number,
): { origin: number; alongRow: number; alongColumn: number } {
  const turned = orientation >= 5;
  const uprightWidth = turned ? height : width;
  const right = uprightWidth - 1;
  const bottom = ((turned ? width : height) - 1) * uprightWidth;
  const at: Record<Orientation, [origin: number, alongRow: number, alongColumn: number]> = {
    1: [0, 1, uprightWidth],
    2: [right, -1, uprightWidth],
    3: [bottom + right, -1, -uprightWidth],
    4: [bottom, 1, -uprightWidth],
    5: [0, uprightWidth, 1],
    6: [right, uprightWidth, -1],
    7: [bottom + right, -uprightWidth, -1],
    8: [bottom, -uprightWidth, 1],
  };
  const [origin, alongRow, alongColumn] = at[orientation];
  return { origin, alongRow, alongColumn };
}

/** Turns a stored picture upright (EXIF 2.32, table 4.6.4-A: Orientation). */
export function applyOrientation(image: RgbImage, orientation: Orientation): RgbImage {
  if (orientation === 1) return image;
  const { width, height, rgb } = image;
  const { origin, alongRow, alongColumn } = placement(orientation, width, height);
  const out = new Uint8Array(rgb.length);
  for (let y = 0, from = 0; y < height; y++) {
    let to = (origin + y * alongColumn) * 3;
    for (let x = 0; x < width; x++, from += 3, to += alongRow * 3) {
      out[to] = rgb[from] as number;
      out[to + 1] = rgb[from + 1] as number;
      out[to + 2] = rgb[from + 2] as number;
    }
  }
  return orientation >= 5 ? { width: height, height: width, rgb: out } : { width, height, rgb: out };
}
