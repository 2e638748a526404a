import { join } from 'node:path';
import { z } from 'zod';
import { LavidaError } from '../errors.ts';
import { readTextIfThere } from '../library/read-text.ts';
import { parseJson } from '../parse-json.ts';
import type { BundleWeights } from '../tensor/bundle-weights.ts';
import { configError, type ConfigJson } from './config.ts';
import { checkShapes, type ExpectedShape } from './shapes.ts';

/** Sizes of the VQ autoencoder (MODEL §4). */
export interface VqConfig {
  /** Channels of each block, finest first. */
  readonly channels: readonly number[];
  /** Residual blocks per encoder block; decoder blocks have one more. */
  readonly layersPerBlock: number;
  readonly latentChannels: number;
  /** Width of a codebook row. */
  readonly embedWidth: number;
  readonly codes: number;
  readonly groups: number;
  readonly midAttention: boolean;
  /** Pixels a code stands for, per side. */
  readonly factor: number;
}

export const vqPrefix = 'model.vqvae.';
/** The published autoencoder's; tensors tell every size but the number of groups. */
const publishedSizes: VqConfig = {
  channels: [128, 256, 256, 512, 768],
  layersPerBlock: 2,
  latentChannels: 64,
  embedWidth: 64,
  codes: 8192,
  groups: 32,
  midAttention: false,
  factor: 16,
};

/** Far beyond any autoencoder, as for the transformer. */
const positive = z
  .int()
  .positive()
  .max(2 ** 24);
const vqSchema = z.looseObject({
  block_out_channels: z.array(positive).min(1).max(16).optional(),
  layers_per_block: z.int().positive().max(64).optional(),
  latent_channels: positive.optional(),
  vq_embed_dim: positive.nullish(),
  num_vq_embeddings: positive.optional(),
  norm_num_groups: positive.optional(),
  mid_block_add_attention: z.boolean().optional(),
  act_fn: z.literal('silu').optional(),
  norm_type: z.literal('group').optional(),
  in_channels: z.literal(3).optional(),
  out_channels: z.literal(3).optional(),
  down_block_types: z.array(z.literal('DownEncoderBlock2D')).optional(),
  up_block_types: z.array(z.literal('UpDecoderBlock2D')).optional(),
});

/** How many consecutive indices i from 0 have a tensor `name(i)`. */
function count(weights: BundleWeights, name: (i: number) => string): number {
  let n = 0;
  while (weights.has(vqPrefix + name(n))) n++;
  return n;
}

/** Sizes as the decoder's tensors show them. */
function inferred(weights: BundleWeights, groups: number): VqConfig {
  const shape = (name: string) => weights.entry(`${vqPrefix}${name}.weight`).shape;
  const blocks = count(weights, (b) => `decoder.up_blocks.${b}.resnets.0.conv1.weight`);
  if (blocks === 0) throw new LavidaError('model.incomplete', 'The VQ decoder has no blocks.');
  const channels = Array.from(
    { length: blocks },
    (_, b) => shape(`decoder.up_blocks.${b}.resnets.0.conv1`)[0] ?? 0,
  );
  return {
    channels: channels.reverse(),
    layersPerBlock: count(weights, (r) => `decoder.up_blocks.0.resnets.${r}.conv1.weight`) - 1,
    latentChannels: shape('decoder.conv_in')[1] ?? 0,
    embedWidth: shape('quantize.embedding')[1] ?? 0,
    codes: shape('quantize.embedding')[0] ?? 0,
    groups,
    midAttention: weights.has(`${vqPrefix}decoder.mid_block.attentions.0.to_q.weight`),
    factor: 2 ** (blocks - 1),
  };
}

function* outerShapes(c: VqConfig): Generator<ExpectedShape> {
  const first = c.channels[0] ?? 0;
  const last = c.channels.at(-1) ?? 0;
  yield [`${vqPrefix}quantize.embedding.weight`, [c.codes, c.embedWidth]];
  yield [`${vqPrefix}post_quant_conv.weight`, [c.latentChannels, c.embedWidth, 1, 1]];
  yield [`${vqPrefix}decoder.conv_in.weight`, [last, c.latentChannels, 3, 3]];
  yield [`${vqPrefix}decoder.conv_out.weight`, [3, first, 3, 3]];
}

/** Sizes as the config file's keys say them, and as `seen` where they are silent. */
function mergedSizes(keys: z.infer<typeof vqSchema>, seen: VqConfig): VqConfig {
  const latentChannels = keys.latent_channels ?? seen.latentChannels;
  const channels = keys.block_out_channels ?? seen.channels;
  const groups = keys.norm_num_groups ?? seen.groups;
  if (channels.some((c) => c % groups !== 0)) {
    throw new LavidaError('model.config', `The VQ's channels do not divide into ${groups} groups.`);
  }
  return {
    channels,
    layersPerBlock: keys.layers_per_block ?? seen.layersPerBlock,
    latentChannels,
    embedWidth: keys.vq_embed_dim ?? (keys.latent_channels === undefined ? seen.embedWidth : latentChannels),
    codes: keys.num_vq_embeddings ?? seen.codes,
    groups,
    midAttention: keys.mid_block_add_attention ?? seen.midAttention,
    factor: 2 ** (channels.length - 1),
  };
}

function parseKeys(json: ConfigJson | undefined): z.infer<typeof vqSchema> {
  const parsed = vqSchema.safeParse(json ?? {});
  if (!parsed.success) throw configError(parsed.error, 'vqvae/config.json');
  return parsed.data;
}

/** VQ sizes from its config file's keys alone, as published where they are silent. @throws LavidaError model.config */
export function vqSizes(json: ConfigJson | undefined): VqConfig {
  return mergedSizes(parseKeys(json), publishedSizes);
}

/**
 * VQ sizes from its config file's keys, checked against the tensors; what the file leaves out the tensors tell.
 * Null when the bundle has no VQ weights.
 * @throws LavidaError model.config, model.shape, model.incomplete
 */
export function vqConfig(json: ConfigJson | undefined, weights: BundleWeights): VqConfig | null {
  if (!weights.has(`${vqPrefix}quantize.embedding.weight`)) return null;
  const keys = parseKeys(json);
  const seen = inferred(weights, keys.norm_num_groups ?? publishedSizes.groups);
  const config = mergedSizes(keys, seen);
  for (const key of ['layersPerBlock', 'midAttention', 'factor'] as const) {
    if (config[key] !== seen[key]) {
      throw new LavidaError(
        'model.shape',
        `The VQ's tensors show ${key} ${seen[key]} where vqvae/config.json asks for ${config[key]}.`,
      );
    }
  }
  checkShapes(weights, outerShapes(config));
  return config;
}

/** The VQ's own config file, if the bundle has one. */
export async function readVqConfig(directory: string): Promise<ConfigJson | undefined> {
  const path = join(directory, 'vqvae', 'config.json');
  const text = await readTextIfThere(path).catch(() => null);
  if (text === null) return undefined;
  try {
    return z.record(z.string(), z.unknown()).parse(parseJson(text));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LavidaError('model.config', `${path} is not a JSON object.`, reason);
  }
}
