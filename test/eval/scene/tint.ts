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
  const target = tints[color].map((channel) => channel / 255);
  const pixels = rgba.length / 4;
  const light = new Float32Array(pixels);
  for (let i = 0; i < pixels; i++) {
    const [r = 0, g = 0, b = 0] = rgba.subarray(i * 4, i * 4 + 3);
    light[i] = r * 0.3 + g * 0.59 + b * 0.11;
  }
  const inside = light.filter((_, i) => (rgba[i * 4 + 3] as number) > 0.5).sort();
  const low = quantile(inside, 0.05);
  const range = Math.max(quantile(inside, 0.95) - low, 0.05);
  const darkShare = color === 'white' ? 0.68 : color === 'black' ? 0.3 : 0.5;
  const out = rgba.slice();
  for (let i = 0; i < pixels; i++) {
    const shade = Math.min(Math.max(((light[i] as number) - low) / range, 0), 1);
    target.forEach((channel, c) => {
      const dark = channel * darkShare;
      const bright = color === 'black' ? channel + 0.25 : channel + (1 - channel) * 0.38;
      out[i * 4 + c] =
        shade < 0.5 ? dark + (channel - dark) * shade * 2 : channel + (bright - channel) * (shade * 2 - 1);
    });
  }
  return out;
}
