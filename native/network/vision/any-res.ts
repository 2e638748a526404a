import type { RgbImage } from '../../../electron/contract/events.ts';
import { crop, midGray } from '../../imaging/canvas.ts';
import {
  bestResolution,
  padToSquareAndResize,
  resizeAndPad,
  unpaddedWindow,
  type GridWindow,
  type Size,
} from '../../imaging/geometry.ts';
import type { ViewMode, VisionConfig } from './vision-config.ts';

/** How a picture of one size becomes views and tokens. */
export interface ViewPlan {
  mode: ViewMode;
  /** Tiles across and down; 0 in the single-view mode. */
  tiles: Size;
  /** Part of the tiles' token grid that the picture covers. */
  window: GridWindow;
  /** Views, the base view included. */
  views: number;
  /** Tokens, newline tokens included. */
  tokens: number;
}

/** Plans views and counts tokens without touching pixels. */
export function planViews(image: Size, config: VisionConfig, mode: ViewMode): ViewPlan {
  const { side, imageSize } = config;
  if (mode === 'pad') {
    const none = { left: 0, top: 0, right: 0, bottom: 0 };
    return { mode, tiles: { width: 0, height: 0 }, window: none, views: 1, tokens: side * side + 1 };
  }
  const best = bestResolution(image, config.resolutions);
  const tiles = { width: best.width / imageSize, height: best.height / imageSize };
  const window = unpaddedWindow({ width: tiles.width * side, height: tiles.height * side }, image);
  const rows = window.bottom - window.top;
  return {
    mode,
    tiles,
    window,
    views: 1 + tiles.width * tiles.height,
    tokens: side * side + rows * (window.right - window.left + 1),
  };
}

/**
 * The views of a picture, each of the tower's size: first the picture letter-boxed on grey, then, in the any-res mode,
 * the tiles of the picture fitted into its best resolution on black, row by row (MODEL §5).
 */
export function cutViews(image: RgbImage, config: VisionConfig, plan: ViewPlan): RgbImage[] {
  const { imageSize } = config;
  const views = [padToSquareAndResize(image, imageSize, midGray)];
  const { width, height } = plan.tiles;
  if (width * height === 0) return views;
  const canvas = resizeAndPad(image, { width: width * imageSize, height: height * imageSize });
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      views.push(crop(canvas, x * imageSize, y * imageSize, imageSize, imageSize));
  return views;
}

/** Normalised planes [3, S, S] of a view: (v/255 − mean) / deviation, rounded to float32 at each step. */
export function normalisedPixels(view: RgbImage, config: VisionConfig): Float32Array {
  const pixels = view.width * view.height;
  const planes = new Float32Array(pixels * 3);
  for (let channel = 0; channel < 3; channel++) {
    const mean = Math.fround(config.mean[channel] ?? 0);
    const deviation = Math.fround(config.deviation[channel] ?? 1);
    const table = Float32Array.from(
      { length: 256 },
      (_, v) => Math.fround(Math.fround(v * (1 / 255)) - mean) / deviation,
    );
    const plane = planes.subarray(channel * pixels, (channel + 1) * pixels);
    for (let i = 0; i < pixels; i++) plane[i] = table[view.rgb[i * 3 + channel] as number] as number;
  }
  return planes;
}

/**
 * The token sequence of a picture (MODEL §5, `spatial_unpad`): the base view's tokens, then the tiles' tokens stitched
 * to one grid, without its margins, row by row, each row ended by the newline token. A single view ends with one.
 *
 * @param features one [side², d_model] a view
 * @param newline [d_model]
 * @returns [plan.tokens, d_model]
 */
export function assembleTokens(
  features: readonly Float32Array[],
  newline: Float32Array,
  plan: ViewPlan,
  side: number,
): Float32Array {
  const width = newline.length;
  if (features.length !== plan.views || features.some(({ length }) => length !== side * side * width)) {
    throw new RangeError(`${features.length} views do not fit a plan of ${plan.views}`);
  }
  const [base = new Float32Array(0), ...tiles] = features;
  const tokens = new Float32Array(plan.tokens * width);
  tokens.set(base);
  let at = base.length;
  if (plan.mode === 'pad') {
    tokens.set(newline, at);
    return tokens;
  }
  for (let y = plan.window.top; y < plan.window.bottom; y++) {
    for (let x = plan.window.left; x < plan.window.right; x++, at += width) {
      const tile = tiles[Math.floor(y / side) * plan.tiles.width + Math.floor(x / side)] ?? base;
      const from = ((y % side) * side + (x % side)) * width;
      tokens.set(tile.subarray(from, from + width), at);
    }
    tokens.set(newline, at);
    at += width;
  }
  return tokens;
}
