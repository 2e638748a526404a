import type { ColorName } from './scene.ts';

/** The tints, each channel 0…255, as models/train/compose.py has them. */
export const tints: Record<ColorName, readonly [number, number, number]> = {
  red: [225, 35, 40],
  orange: [245, 135, 25],
  yellow: [250, 210, 40],
  green: [45, 165, 65],
  blue: [35, 100, 230],
  purple: [135, 60, 200],
  pink: [250, 125, 185],
  brown: [130, 80, 45],
  black: [38, 38, 42],
  white: [240, 240, 242],
};

/** Quantile of sorted numbers with linear interpolation, numpy's default. */
function quantile(sorted: Float32Array, share: number): number {
  const place = share * (sorted.length - 1);
  const low = Math.floor(place);
  const a = sorted[low] as number;
  const b = sorted[Math.min(low + 1, sorted.length - 1)] as number;
  return a + (b - a) * (place - low);
}

/**
 * Recolours a straight-alpha sprite by its own light and shade, `tint` of models/train/compose.py.
 * @param rgba [n, 4] in [0, 1]; unchanged
 */
export function tint(rgba: Float32Array, color: ColorName): Float32Array {
  const [red, green, blue] = tints[color].map((channel) => channel / 255) as [number, number, number];
  const pixels = rgba.length / 4;
  const light = new Float32Array(pixels);
  const inside: number[] = [];
  for (let i = 0; i < pixels; i++) {
    const at = i * 4;
    light[i] = (rgba[at] as number) * 0.3 + (rgba[at + 1] as number) * 0.59 + (rgba[at + 2] as number) * 0.11;
    if ((rgba[at + 3] as number) > 0.5) inside.push(light[i] as number);
  }
  const sorted = Float32Array.from(inside).sort();
  const low = quantile(sorted, 0.05);
  const range = Math.max(quantile(sorted, 0.95) - low, 0.05);
  const darkShare = color === 'white' ? 0.68 : color === 'black' ? 0.3 : 0.5;
  const out = rgba.slice();
  const recolor = (channel: number, c: number): void => {
    const dark = channel * darkShare;
    const bright = color === 'black' ? channel + 0.25 : channel + (1 - channel) * 0.38;
    for (let i = 0; i < pixels; i++) {
      const shade = Math.min(Math.max(((light[i] as number) - low) / range, 0), 1);
      out[i * 4 + c] =
        shade < 0.5 ? dark + (channel - dark) * shade * 2 : channel + (bright - channel) * (shade * 2 - 1);
    }
  };
  recolor(red, 0);
  recolor(green, 1);
  recolor(blue, 2);
  return out;
}
