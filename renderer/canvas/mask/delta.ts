import type { Mask, PixelRect } from './mask.ts';

/**
 * The pixels an edit flipped, as runs: start and length in raster order, two numbers a run. Flipping them again takes
 * the edit back, so one delta serves undo and redo.
 */
export interface MaskDelta {
  runs: Uint32Array;
  /** Around every flipped pixel. */
  rect: PixelRect;
}

/** What turned `before` into the mask as it is, looking only inside `rect`; null when nothing did. */
export function maskDelta(before: Uint8Array, mask: Mask, rect: PixelRect): MaskDelta | null {
  const { width, data } = mask;
  const runs: number[] = [];
  let found: PixelRect | null = null;
  for (let y = rect.y0; y < rect.y1; y++) {
    const end = y * width + rect.x1;
    for (let at = y * width + rect.x0; at < end; at++) {
      if (before[at] === data[at]) continue;
      const start = at;
      while (at < end && before[at] !== data[at]) at++;
      const previous = runs.length - 2;
      if (previous >= 0 && (runs[previous] as number) + (runs[previous + 1] as number) === start) {
        runs[previous + 1] = (runs[previous + 1] as number) + at - start;
      } else runs.push(start, at - start);
      const x0 = start - y * width;
      const x1 = at - y * width;
      found = found
        ? { x0: Math.min(found.x0, x0), y0: found.y0, x1: Math.max(found.x1, x1), y1: y + 1 }
        : { x0, y0: y, x1, y1: y + 1 };
    }
  }
  return found && { runs: Uint32Array.from(runs), rect: found };
}

/** Flips every pixel of a delta. */
export function flip(mask: Mask, { runs }: MaskDelta): void {
  for (let i = 0; i + 1 < runs.length; i += 2) {
    const start = runs[i] as number;
    const end = start + (runs[i + 1] as number);
    for (let at = start; at < end; at++) mask.data[at] = mask.data[at] === 1 ? 0 : 1;
  }
}
