import type { Rgb } from './canvas.ts';

/**
 * Lays straight-alpha pixels [n, 4] on a background, to [n, 3]: rounded (c·a + b·(255 − a)) / 255.
 * Returns whether any pixel was not opaque.
 */
export function compositeRow(rgba: Uint8Array, pixels: number, background: Rgb, out: Uint8Array): boolean {
  let translucent = false;
  for (let i = 0, from = 0, to = 0; i < pixels; i++, from += 4, to += 3) {
    const alpha = rgba[from + 3] as number;
    if (alpha === 255) {
      out[to] = rgba[from] as number;
      out[to + 1] = rgba[from + 1] as number;
      out[to + 2] = rgba[from + 2] as number;
      continue;
    }
    translucent = true;
    for (let channel = 0; channel < 3; channel++) {
      const over = (rgba[from + channel] as number) * alpha;
      out[to + channel] = Math.round((over + (background[channel] as number) * (255 - alpha)) / 255);
    }
  }
  return translucent;
}
