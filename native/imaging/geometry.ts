import type { RgbImage } from '../../electron/contract/events.ts';
import { black, paste, solid, type Rgb } from './canvas.ts';
import { resize, rowsOf, type ResizeFilter, type Rows } from './resize.ts';

/** Width and height in pixels. */
export interface Size {
  width: number;
  height: number;
}

/** Where a picture lies in the square of side max(width, height) around it, in pixels. */
export interface LetterBox {
  side: number;
  left: number;
  top: number;
}

/** Centred letter-box; an odd remainder goes right and below (PIPELINE §6). */
export function letterBoxOf({ width, height }: Size): LetterBox {
  const side = Math.max(width, height);
  return { side, left: Math.floor((side - width) / 2), top: Math.floor((side - height) / 2) };
}

/** The letter-boxed picture row by row: the square of a panorama would be too large to hold. */
function letterBoxRows(image: RgbImage, color: Rgb): Rows {
  const { side, left, top } = letterBoxOf(image);
  const source = rowsOf(image);
  const margin = solid(side, 1, color).rgb;
  const row = margin.slice();
  return {
    width: side,
    height: side,
    row(y) {
      if (y < top || y >= top + image.height) return margin;
      row.set(source.row(y - top), left * 3);
      return row;
    },
    repeats: (y) => (y > 0 && y < top) || y > top + image.height,
  };
}

/** The picture centred in a square of one colour. */
export function letterBox(image: RgbImage, color: Rgb): RgbImage {
  const { side, left, top } = letterBoxOf(image);
  const square = solid(side, side, color);
  paste(square, image, left, top);
  return square;
}

/** Letter-box, then resize to `side` x `side`. The VQ path takes black (MODEL §4). */
export function padToSquareAndResize(
  image: RgbImage,
  side: number,
  color: Rgb = black,
  filter: ResizeFilter = 'bicubic',
): RgbImage {
  return resize(letterBoxRows(image, color), side, side, filter);
}

/** Shorter side to `side`, then the central square (PIPELINE §5: what an edit starts from). */
export function resizeAndCenterCrop(
  image: RgbImage,
  side: number,
  filter: ResizeFilter = 'lanczos',
): RgbImage {
  const width = image.width <= image.height ? side : Math.trunc((image.width * side) / image.height);
  const height = image.height <= image.width ? side : Math.trunc((image.height * side) / image.width);
  return resize(image, width, height, filter, {
    window: {
      left: Math.floor((width - side) / 2),
      top: Math.floor((height - side) / 2),
      width: side,
      height: side,
    },
  });
}

/**
 * The resolution to cut a picture into tiles at: the one that keeps most of its pixels, and among equals the one that
 * leaves least of itself empty; the first of equals wins (MODEL §5 step 1).
 *
 * @throws RangeError when there is no candidate
 */
export function bestResolution(image: Size, candidates: readonly Size[]): Size {
  let best: Size | null = null;
  let mostKept = -1;
  let leastWasted = Infinity;
  for (const candidate of candidates) {
    const scale = Math.min(candidate.width / image.width, candidate.height / image.height);
    const scaled = Math.trunc(image.width * scale) * Math.trunc(image.height * scale);
    const kept = Math.min(scaled, image.width * image.height);
    const wasted = candidate.width * candidate.height - kept;
    if (kept > mostKept || (kept === mostKept && wasted < leastWasted)) {
      best = candidate;
      mostKept = kept;
      leastWasted = wasted;
    }
  }
  if (!best) throw new RangeError('There is no resolution to choose from.');
  return best;
}

/** Size that fits `target` with the ratio kept: the limiting side exact, the other rounded up (MODEL §5 step 2). */
export function fitInside(image: Size, target: Size): Size {
  const byWidth = target.width / image.width;
  const byHeight = target.height / image.height;
  if (byWidth < byHeight) {
    return { width: target.width, height: Math.min(Math.ceil(image.height * byWidth), target.height) };
  }
  return { width: Math.min(Math.ceil(image.width * byHeight), target.width), height: target.height };
}

/** The picture resized into `target` with its ratio kept, centred on one colour. */
export function resizeAndPad(image: RgbImage, target: Size, color: Rgb = black): RgbImage {
  const inside = fitInside(image, target);
  const canvas = solid(target.width, target.height, color);
  const left = Math.floor((target.width - inside.width) / 2);
  const top = Math.floor((target.height - inside.height) / 2);
  paste(canvas, resize(image, inside.width, inside.height, 'bicubic'), left, top);
  return canvas;
}

/** A rectangle of grid cells; right and bottom exclusive. */
export interface GridWindow {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/**
 * The part of a token grid that the picture covers: margins of its letter-box are cut off, the same number of cells on
 * both sides (MODEL §5, `spatial_unpad`). `grid` and `image` need not have the same ratio.
 */
export function unpaddedWindow(grid: Size, image: Size): GridWindow {
  if (image.width / image.height > grid.width / grid.height) {
    const covered = Math.trunc(image.height * (grid.width / image.width));
    const margin = Math.floor((grid.height - covered) / 2);
    return { left: 0, top: margin, right: grid.width, bottom: grid.height - margin };
  }
  const covered = Math.trunc(image.width * (grid.height / image.height));
  const margin = Math.floor((grid.width - covered) / 2);
  return { left: margin, top: 0, right: grid.width - margin, bottom: grid.height };
}
