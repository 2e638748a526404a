import type { PictureFrame } from './request.ts';

/** A stretch of pixels, right and bottom exclusive. */
export interface Stretch {
  x0: number;
  y0: number;
  x1: number;
  y1: number;
}

/** What the open model needs to know of a frame: its tokens a side, and the side of its pictures in pixels. */
export interface FrameModel {
  cells: number;
  side: number;
}

/** Share of what may change that is shown around it on each side, unless said otherwise. */
const usualPadding = 0.5;

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), Math.max(low, high));
}

/** The longest side a frame inside a picture may have: whole pixels a token. */
function longestSide({ x0, y0, x1, y1 }: Stretch, cells: number): number {
  return Math.floor(Math.min(x1 - x0, y1 - y0) / cells) * cells;
}

/**
 * The legal frame nearest to a wanted one: square, every token as many whole pixels wide as the others, on a raster of
 * tokens, and inside the picture. A picture too small for a pixel a token gets the smallest frame, which leaves it.
 */
export function legalFrame(wanted: PictureFrame, picture: Stretch, cells: number): PictureFrame {
  const longest = Math.max(cells, longestSide(picture, cells));
  const side = clamp(Math.round(wanted.side / cells) * cells, cells, longest);
  const cell = side / cells;
  const place = (value: number, from: number, to: number): number =>
    clamp(Math.round(value / cell) * cell, from, to - side);
  return {
    left: place(wanted.left, picture.x0, picture.x1),
    top: place(wanted.top, picture.y0, picture.y1),
    side,
  };
}

/**
 * The frame around what may change: that with padding on each side, but no smaller than the model's own picture, where
 * the picture is that large. What is longer than the picture's shorter side gets a frame that leaves the picture.
 * @param padding share of the longer side of `part`
 */
export function frameAround(
  part: Stretch,
  picture: Stretch,
  { cells, side: own }: FrameModel,
  padding: number = usualPadding,
): PictureFrame {
  const needed = Math.max(part.x1 - part.x0, part.y1 - part.y0);
  const wanted = Math.max(own, needed * (1 + 2 * padding));
  const within = Math.min(Math.ceil(wanted / cells) * cells, longestSide(picture, cells));
  const side =
    within >= needed && within >= cells ? within : Math.ceil(Math.max(needed, cells) / cells) * cells;
  const cell = side / cells;
  const place = (from: number, to: number, first: number, end: number): number => {
    const middle = Math.round(((from + to) / 2 - side / 2) / cell) * cell;
    // Too long for the picture: the margins are the same on both sides.
    if (side > end - first) return Math.round((first + end - side) / 2);
    const inside = clamp(middle, first, end - side);
    return clamp(inside, Math.ceil(to) - side, Math.floor(from));
  };
  return {
    left: place(part.x0, part.x1, picture.x0, picture.x1),
    top: place(part.y0, part.y1, picture.y0, picture.y1),
    side,
  };
}

/** The smallest stretch around all that an extension adds to a picture of this size, in pixels of the picture. */
export function addedStretch(
  { width, height }: { width: number; height: number },
  { left, top, right, bottom }: { left: number; top: number; right: number; bottom: number },
): Stretch {
  const whole = { x0: 0 - left, y0: 0 - top, x1: width + right, y1: height + bottom };
  const sides = [left, top, right, bottom].filter((added) => added > 0).length;
  if (sides !== 1) return whole;
  if (left > 0) return { ...whole, x1: 0 };
  if (right > 0) return { ...whole, x0: width };
  return top > 0 ? { ...whole, y1: 0 } : { ...whole, y0: height };
}
