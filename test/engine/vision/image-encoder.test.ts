import { afterEach, describe, expect, it } from 'vitest';
import type { RgbImage } from '../../../electron/contract/events.ts';
import { assembleTokens, cutViews, normalisedPixels } from '../../../native/network/vision/any-res.ts';
import { ImageEncoder } from '../../../native/network/vision/index.ts';
import { BundleWeights } from '../../../native/tensor/bundle-weights.ts';
import { seeingBundle, smallTower, towerConfig, type TowerSizes } from '../../support/seeing-bundle.ts';
import { smallSizes } from '../network/random-bundle.ts';
import { referenceTower } from './reference-tower.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function encoderOf(
  tower: TowerSizes = smallTower,
  options: { layersPerSession?: number; config?: Record<string, unknown> } = {},
): Promise<{ encoder: ImageEncoder; weights: BundleWeights }> {
  const bundle = await seeingBundle({ tower });
  cleanups.push(bundle.remove);
  const weights = await BundleWeights.open(bundle.path);
  cleanups.push(() => weights.close());
  const json = { d_model: smallSizes.d_model, ...towerConfig(tower), ...options.config };
  const { layersPerSession } = options;
  const network = {
    backend: 'cpu',
    threads: 1,
    ...(layersPerSession === undefined ? {} : { layersPerSession }),
  };
  const encoder = ImageEncoder.of(json, weights, network);
  if (!encoder) throw new Error('no vision tower was found');
  cleanups.push(() => encoder.release());
  return { encoder, weights };
}

function picture(width: number, height: number): RgbImage {
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0; i < rgb.length; i++) rgb[i] = Math.imul(i, 2654435761) >>> 24;
  return { width, height, rgb };
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let largest = 0;
  for (let i = 0; i < a.length; i++)
    largest = Math.max(largest, Math.abs((a[i] as number) - (b[i] as number)));
  return largest;
}

describe('the tower', () => {
  it.each([
    ['heads of 8', smallTower],
    [
      'heads of 72, as published',
      { ...smallTower, hidden_size: 144, num_attention_heads: 2, num_hidden_layers: 2 },
    ],
    ['without a pool', { ...smallTower, pool: 0 }],
    ['a pool of 3', { ...smallTower, pool: 3 }],
  ])('equals its definition in double precision: %s', async (_, tower) => {
    const { encoder, weights } = await encoderOf(tower);
    const pixels = normalisedPixels(picture(30, 30), encoder.config);
    const tokens = await encoder.tower.tokens(pixels);
    expect(largestDifference(tokens, await referenceTower(weights, encoder.config, pixels))).toBeLessThan(
      2e-5,
    );
  });

  it('gives the same tokens one layer a session, and one view at a time or all at once', async () => {
    const whole = await encoderOf();
    const split = await encoderOf(smallTower, { layersPerSession: 1 });
    const views = cutViews(
      picture(50, 40),
      whole.encoder.config,
      whole.encoder.plan({ width: 50, height: 40 }),
    );
    const pixels = views.map((view) => normalisedPixels(view, whole.encoder.config));
    const single: number[] = [];
    for (const view of pixels) single.push(...(await whole.encoder.tower.tokens(view)));
    const together = Float32Array.from(pixels.flatMap((view) => [...view]));
    expect(largestDifference(single, await whole.encoder.tower.tokens(together))).toBeLessThan(1e-5);
    expect(largestDifference(single, await split.encoder.tower.tokens(together))).toBeLessThan(1e-5);
  });

  it('refuses pixels that are no views', async () => {
    const { encoder } = await encoderOf();
    await expect(encoder.tower.tokens(new Float32Array(100))).rejects.toThrow(RangeError);
  });
});

describe('encoding a picture', () => {
  it('puts the base view first, a newline after each row, and leaves margins out', async () => {
    const { encoder, weights } = await encoderOf();
    const { side, textWidth } = encoder.config;
    const image = picture(90, 30);
    const plan = encoder.plan(image);
    expect([plan.tiles.width, plan.tiles.height]).toEqual([3, 1]);
    const { tokens } = await encoder.encode(image);
    const newline = await weights.readFloat32('model.image_newline');
    const row = (i: number) => [...tokens.subarray(i * textWidth, (i + 1) * textWidth)];
    const width = plan.window.right - plan.window.left;
    expect(plan.tokens).toBe(side * side + (plan.window.bottom - plan.window.top) * (width + 1));
    for (let y = plan.window.top; y < plan.window.bottom; y++) {
      expect(row(side * side + (y - plan.window.top + 1) * (width + 1) - 1)).toEqual([...newline]);
    }
    const single = await encoder.encode(image, 'pad');
    expect(single.plan.tokens).toBe(side * side + 1);
    const base = tokens.subarray(0, side * side * textWidth);
    expect(largestDifference(base, single.tokens.subarray(0, base.length))).toBe(0);
    expect([...single.tokens.subarray(base.length)]).toEqual([...newline]);
  });

  it('follows the mode of the bundle', async () => {
    const { encoder } = await encoderOf(smallTower, {
      config: { image_aspect_ratio: 'pad', image_grid_pinpoints: [] },
    });
    expect(encoder.plan({ width: 99, height: 10 })).toMatchObject({ mode: 'pad', views: 1 });
  });

  it('stops between views when cancelled', async () => {
    const { encoder } = await encoderOf();
    const controller = new AbortController();
    const views: number[] = [];
    const run = async (): Promise<void> => {
      for await (const view of encoder.encodeByView(picture(60, 60), 'anyres', controller.signal)) {
        views.push(view);
        if (view === 2) controller.abort();
      }
    };
    await expect(run()).rejects.toMatchObject({ name: 'AbortError' });
    expect(views).toEqual([0, 1, 2]);
  });

  it('refuses features that do not belong to the plan', async () => {
    const { encoder } = await encoderOf();
    const { side, textWidth } = encoder.config;
    const plan = encoder.plan({ width: 60, height: 60 });
    const features = [new Float32Array(side * side * textWidth)];
    expect(() => assembleTokens(features, new Float32Array(textWidth), plan, side)).toThrow(RangeError);
  });
});
