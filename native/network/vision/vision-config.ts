import { z } from 'zod';
import { LavidaError } from '../../errors.ts';
import type { Size } from '../../imaging/geometry.ts';
import type { BundleWeights } from '../../tensor/bundle-weights.ts';
import { configError, type ConfigJson } from '../config.ts';
import { checkShapes, type ExpectedShape } from '../shapes.ts';

/** How a picture becomes views: one letter-boxed view, or that and tiles of a larger one (MODEL §5). */
export type ViewMode = 'pad' | 'anyres';

/** Sizes of the path from pictures to semantic tokens: SigLIP tower, resampler, projector (MODEL §5). */
export interface VisionConfig {
  /** Side of a view in pixels. */
  readonly imageSize: number;
  readonly patchSize: number;
  /** Patches along a side; pixels beyond the last whole patch are unused. */
  readonly patches: number;
  readonly width: number;
  readonly heads: number;
  readonly hidden: number;
  /** Encoder layers that run; the tower's last one does not. */
  readonly layers: number;
  readonly normEpsilon: number;
  readonly activation: 'gelu_pytorch_tanh' | 'gelu';
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  /** Strided convolution over the patches; null when patches go to the projector as they are. */
  readonly pool: { readonly kernel: number; readonly stride: number; readonly width: number } | null;
  /** Tokens along a side of a view, after the resampler. */
  readonly side: number;
  /** Linear layers of the projector, with GELU between. */
  readonly projections: number;
  /** d_model: width of a token. */
  readonly textWidth: number;
  /** Resolutions that the any-res mode chooses from, whole multiples of a view. */
  readonly resolutions: readonly Size[];
  /** What one picture is given when nothing else is said. */
  readonly mode: ViewMode;
}

export const towerPrefix = 'model.vision_tower.vision_tower.vision_model.';

/** Far beyond any tower, as for the transformer. */
const positive = z
  .int()
  .positive()
  .max(2 ** 24);
const towerSchema = z.looseObject({
  hidden_size: positive,
  intermediate_size: positive,
  /** Counts the last layer, which does not run and which the weights may lack. */
  num_hidden_layers: z.int().min(2).max(4096),
  num_attention_heads: positive,
  num_channels: z.literal(3).default(3),
  image_size: positive,
  patch_size: positive,
  hidden_act: z.enum(['gelu_pytorch_tanh', 'gelu']).default('gelu_pytorch_tanh'),
  layer_norm_eps: z.number().positive().default(1e-6),
  image_mean: z.array(z.number()).length(3).default([0.5, 0.5, 0.5]),
  image_std: z.array(z.number().positive()).length(3).default([0.5, 0.5, 0.5]),
});

/** google/siglip-so400m-patch14-384, the tower of the published model, which its config only names. */
const publishedTower = {
  hidden_size: 1152,
  intermediate_size: 4304,
  num_hidden_layers: 27,
  num_attention_heads: 16,
  image_size: 384,
  patch_size: 14,
};

const visionSchema = z.looseObject({
  d_model: positive,
  mm_vision_tower: z.string().nullish(),
  /** Sizes of a tower other than the published one, in the keys of its own config file. */
  vision_config: z.record(z.string(), z.unknown()).nullish(),
  mm_hidden_size: positive.optional(),
  mm_resampler_type: z.literal('spatial_pool').nullish(),
  mm_spatial_pool_mode: z.string().default('conv'),
  mm_spatial_pool_stride: positive.default(2),
  mm_spatial_pool_out_channels: positive.optional(),
  mm_projector_type: z.string().default('mlp2x_gelu'),
  mm_patch_merge_type: z.literal('spatial_unpad').default('spatial_unpad'),
  image_aspect_ratio: z.enum(['anyres', 'pad']).default('anyres'),
  image_grid_pinpoints: z
    .array(z.tuple([positive, positive]))
    .max(1024)
    .default([]),
});

function towerSizes(keys: z.infer<typeof visionSchema>): z.infer<typeof towerSchema> {
  const isPublished = /(^|\/)siglip-so400m-patch14-384$/u.test(keys.mm_vision_tower ?? '');
  const sizes = keys.vision_config ?? (isPublished ? publishedTower : null);
  if (sizes === null) {
    throw new LavidaError(
      'model.config',
      `config.json names the vision tower "${keys.mm_vision_tower ?? ''}" and gives no vision_config for it.`,
    );
  }
  const parsed = towerSchema.safeParse(sizes);
  if (!parsed.success) throw configError(parsed.error, 'vision_config of config.json');
  return parsed.data;
}

function poolOf(
  keys: z.infer<typeof visionSchema>,
  width: number,
  kernel: () => number,
): VisionConfig['pool'] {
  if (keys.mm_resampler_type === null || keys.mm_resampler_type === undefined) return null;
  if (keys.mm_spatial_pool_mode !== 'conv') {
    throw new LavidaError(
      'model.config',
      `config.json sets mm_spatial_pool_mode to "${keys.mm_spatial_pool_mode}"; this network needs "conv".`,
    );
  }
  return {
    kernel: kernel(),
    stride: keys.mm_spatial_pool_stride,
    width: keys.mm_spatial_pool_out_channels ?? width,
  };
}

/** Tensors of tower, resampler and projector (MODEL §7.1). */
export function* visionShapes(c: VisionConfig): Generator<ExpectedShape> {
  const { width, hidden, patchSize, patches, pool } = c;
  const bias = function* (name: string, shape: readonly number[]): Generator<ExpectedShape> {
    yield [`${name}.weight`, shape];
    yield [`${name}.bias`, [shape[0] ?? 0]];
  };
  yield* bias(`${towerPrefix}embeddings.patch_embedding`, [width, 3, patchSize, patchSize]);
  yield [`${towerPrefix}embeddings.position_embedding.weight`, [patches * patches, width]];
  for (let i = 0; i < c.layers; i++) {
    const layer = `${towerPrefix}encoder.layers.${i}`;
    for (const name of ['q_proj', 'k_proj', 'v_proj', 'out_proj']) {
      yield* bias(`${layer}.self_attn.${name}`, [width, width]);
    }
    yield* bias(`${layer}.layer_norm1`, [width]);
    yield* bias(`${layer}.layer_norm2`, [width]);
    yield* bias(`${layer}.mlp.fc1`, [hidden, width]);
    yield* bias(`${layer}.mlp.fc2`, [width, hidden]);
  }
  if (pool) yield* bias('model.vision_resampler.pool', [pool.width, width, pool.kernel, pool.kernel]);
  for (let i = 0; i < c.projections; i++) {
    const from = i === 0 ? (pool?.width ?? width) : c.textWidth;
    yield* bias(`model.mm_projector.${i * 2}`, [c.textWidth, from]);
  }
  yield ['model.image_newline', [c.textWidth]];
}

/**
 * Sizes of the vision path from the official config keys alone.
 * @param kernel side of the resampler's kernel, which only its tensor tells; asked for when there is a resampler
 * @throws LavidaError model.config
 */
export function visionSizes(json: ConfigJson, kernel: () => number): VisionConfig {
  const parsed = visionSchema.safeParse(json);
  if (!parsed.success) throw configError(parsed.error, 'config.json');
  const keys = parsed.data;
  const tower = towerSizes(keys);
  const wrong = (what: string): never => {
    throw new LavidaError(
      'model.config',
      `config.json describes no vision tower that can be built: ${what}.`,
    );
  };
  const projections = Number(/^mlp(\d+)x_gelu$/u.exec(keys.mm_projector_type)?.[1] ?? 0);
  if (projections < 1) wrong(`the projector "${keys.mm_projector_type}" is unknown`);
  if (tower.hidden_size % tower.num_attention_heads !== 0) wrong('its heads do not divide its width');
  const patches = Math.floor(tower.image_size / tower.patch_size);
  const pool = poolOf(keys, tower.hidden_size, kernel);
  const side = pool ? Math.floor((patches - pool.kernel) / pool.stride) + 1 : patches;
  if (side < 1) wrong('a view is smaller than a token');
  const resolutions = keys.image_grid_pinpoints.map(([width, height]) => ({ width, height }));
  if (resolutions.some(({ width, height }) => width % tower.image_size || height % tower.image_size)) {
    wrong('a resolution of image_grid_pinpoints is no whole number of views');
  }
  if (keys.image_aspect_ratio === 'anyres' && resolutions.length === 0) {
    wrong('image_aspect_ratio is anyres and image_grid_pinpoints is empty');
  }
  return {
    imageSize: tower.image_size,
    patchSize: tower.patch_size,
    patches,
    width: tower.hidden_size,
    heads: tower.num_attention_heads,
    hidden: tower.intermediate_size,
    layers: tower.num_hidden_layers - 1,
    normEpsilon: tower.layer_norm_eps,
    activation: tower.hidden_act,
    mean: tower.image_mean,
    deviation: tower.image_std,
    pool,
    side,
    projections,
    textWidth: keys.d_model,
    resolutions,
    mode: keys.image_aspect_ratio,
  };
}

/**
 * Sizes of the vision path, checked against every tensor. Null when the bundle has no vision tower.
 * @throws LavidaError model.config, model.shape, model.incomplete
 */
export function visionConfig(json: ConfigJson, weights: BundleWeights): VisionConfig | null {
  if (!weights.has(`${towerPrefix}embeddings.patch_embedding.weight`)) return null;
  const pool = 'model.vision_resampler.pool.weight';
  const config = visionSizes(json, () => weights.entry(pool).shape[2] ?? 0);
  checkShapes(weights, visionShapes(config));
  return config;
}
