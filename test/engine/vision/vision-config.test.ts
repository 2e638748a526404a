import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { planViews } from '../../../native/network/vision/any-res.ts';
import { visionConfig } from '../../../native/network/vision/vision-config.ts';
import { BundleWeights } from '../../../native/tensor/bundle-weights.ts';
import { seeingBundle, smallTower, towerConfig, towerShapes } from '../../support/seeing-bundle.ts';
import { smallSizes, temporaryFolder } from '../network/random-bundle.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Weights of the given shapes whose file holds no bytes but its header: enough for a config to be checked against. */
async function hollowWeights(shapes: [string, number[]][]): Promise<BundleWeights> {
  const folder = await temporaryFolder();
  cleanups.push(folder.remove);
  let at = 0;
  const table = shapes.map(([name, shape]) => {
    const begin = at;
    at += shape.reduce((a, b) => a * b, 2);
    return [name, { dtype: 'BF16', shape, data_offsets: [begin, at] }] as const;
  });
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(table)));
  const head = new Uint8Array(8 + json.length);
  new DataView(head.buffer).setBigUint64(0, BigInt(json.length), true);
  head.set(json, 8);
  await folder.write('model.safetensors', head);
  await truncate(join(folder.path, 'model.safetensors'), head.length + at);
  const weights = await BundleWeights.open(folder.path);
  cleanups.push(() => weights.close());
  return weights;
}

const publishedJson = {
  d_model: 4096,
  mm_vision_tower: 'google/siglip-so400m-patch14-384',
  mm_hidden_size: 1152,
  mm_resampler_type: 'spatial_pool',
  mm_spatial_pool_mode: 'conv',
  mm_spatial_pool_stride: 2,
  mm_spatial_pool_out_channels: 1152,
  mm_projector_type: 'mlp2x_gelu',
  mm_patch_merge_type: 'spatial_unpad',
  image_aspect_ratio: 'anyres',
  image_grid_pinpoints: [
    [384, 768],
    [768, 384],
    [768, 768],
    [1152, 384],
    [384, 1152],
  ],
};
const publishedSizes = {
  hidden_size: 1152,
  intermediate_size: 4304,
  num_hidden_layers: 27,
  num_attention_heads: 16,
  image_size: 384,
  patch_size: 14,
  pool: 2,
};

describe('the published tower', () => {
  it('is known by its name, and its views give the published numbers of tokens', async () => {
    const shapes = towerShapes(publishedSizes, 4096);
    const parameters = shapes.reduce((sum, [, shape]) => sum + shape.reduce((a, b) => a * b, 1), 0);
    // Tower without its unused post_layernorm, pool, projector and newline (MODEL §7.2).
    expect(parameters).toBe(397_747_744 - 2 * 1152 + 5_309_568 + 21_504_000 + 4096);
    const config = visionConfig(publishedJson, await hollowWeights(shapes));
    expect(config).toMatchObject({
      patches: 27,
      side: 13,
      layers: 26,
      heads: 16,
      width: 1152,
      mode: 'anyres',
    });
    if (!config) throw new Error('no vision tower was found');
    const tokens = (width: number, height: number) => planViews({ width, height }, config, 'anyres').tokens;
    expect([tokens(1024, 1024), tokens(512, 512), tokens(384, 384)]).toEqual([871, 871, 365]);
    expect([tokens(1024, 768), tokens(768, 1024)]).toEqual([709, 715]);
    expect([tokens(1920, 1080), tokens(1080, 1920), tokens(1600, 400)]).toEqual([547, 559, 529]);
    expect([tokens(768, 384), tokens(1152, 384)]).toEqual([520, 689]);
    expect(planViews({ width: 640, height: 480 }, config, 'pad')).toMatchObject({ views: 1, tokens: 170 });
    expect(planViews({ width: 1600, height: 400 }, config, 'anyres').views).toBe(4);
  });

  it('tolerates the layer that does not run and the pooling head in the weights', async () => {
    const extra: [string, number[]][] = [
      ['model.vision_tower.vision_tower.vision_model.encoder.layers.26.layer_norm1.weight', [1152]],
      ['model.vision_tower.vision_tower.vision_model.post_layernorm.weight', [1152]],
      ['model.vision_tower.vision_tower.vision_model.head.probe', [1, 1, 1152]],
    ];
    const weights = await hollowWeights([...towerShapes(publishedSizes, 4096), ...extra]);
    expect(visionConfig(publishedJson, weights)?.layers).toBe(26);
  });
});

describe('configs that do not fit', () => {
  const shapes = towerShapes(smallTower, smallSizes.d_model);
  const json = { d_model: smallSizes.d_model, ...towerConfig(smallTower) };

  it.each([
    [
      'an unknown tower without sizes',
      { vision_config: undefined },
      'model.config',
      'gives no vision_config',
    ],
    ['a projector of another kind', { mm_projector_type: 'qformer' }, 'model.config', 'qformer'],
    ['another pool', { mm_spatial_pool_mode: 'average' }, 'model.config', 'average'],
    ['another resampler', { mm_resampler_type: 'perceiver' }, 'model.config', 'cannot be used'],
    [
      'tiles that are no views',
      { image_grid_pinpoints: [[50, 60]] },
      'model.config',
      'whole number of views',
    ],
    [
      'any-res without resolutions',
      { image_grid_pinpoints: [] },
      'model.config',
      'image_grid_pinpoints is empty',
    ],
    ['another width', { d_model: 64 }, 'model.shape', 'mm_projector.0.weight'],
    [
      'heads that do not divide',
      { vision_config: { ...smallTower, num_attention_heads: 5 } },
      'model.config',
      'heads',
    ],
    [
      'one layer more',
      { vision_config: { ...smallTower, num_hidden_layers: 5 } },
      'model.incomplete',
      'layers.3',
    ],
    [
      'smaller patches',
      { vision_config: { ...smallTower, patch_size: 5 } },
      'model.shape',
      'patch_embedding',
    ],
  ])('%s', async (_, change, code, words) => {
    const weights = await hollowWeights(shapes);
    const attempt = () => visionConfig({ ...json, ...change }, weights);
    expect(attempt).toThrow(expect.objectContaining({ code }));
    expect(attempt).toThrow(words);
  });

  it('a bundle without a tower has no vision, whatever its config says', async () => {
    const bundle = await seeingBundle({ tower: null });
    cleanups.push(bundle.remove);
    const weights = await BundleWeights.open(bundle.path);
    cleanups.push(() => weights.close());
    expect(visionConfig(json, weights)).toBeNull();
  });
});
