import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { writeRandomModel, type RandomModelOptions } from '../../../native/models/random-model.ts';

/** A model with every part, wide enough for blocks of 128 and deep enough for joint and split layers. */
export const smallConfig = {
  d_model: 256,
  d_model_gen: 128,
  n_layers: 5,
  n_heads: 4,
  n_kv_heads: 4,
  mlp_hidden_size: 384,
  mlp_hidden_size_gen: 256,
  vocab_size: 1700,
  embedding_size: 1700,
  dual_tower: true,
  dual_tower_layers: 1,
  downsample: true,
  gen_mlp_type: 'dit2',
  rms_norm_eps: 1e-5,
  rope_theta: 10000,
  tokenizer_model_max_length: 2048,
  mm_vision_tower: 'small',
  vision_config: {
    hidden_size: 160,
    intermediate_size: 320,
    num_hidden_layers: 3,
    num_attention_heads: 4,
    image_size: 56,
    patch_size: 14,
  },
  mm_resampler_type: 'spatial_pool',
  mm_spatial_pool_mode: 'conv',
  mm_spatial_pool_stride: 2,
  mm_spatial_pool_out_channels: 160,
  mm_projector_type: 'mlp2x_gelu',
  mm_patch_merge_type: 'spatial_unpad',
  image_aspect_ratio: 'anyres',
  image_grid_pinpoints: [[112, 112]],
  lavida_studio: { name: 'Small', image_size: 64 },
};

export const smallVq = {
  block_out_channels: [32, 32, 64],
  layers_per_block: 1,
  latent_channels: 16,
  vq_embed_dim: 16,
  num_vq_embeddings: 64,
  norm_num_groups: 8,
};

/** An empty folder that is gone after the test. */
export async function testFolder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'lavida-models-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** A random model folder in three shards. */
export async function smallModel(options: Partial<RandomModelOptions> = {}): Promise<string> {
  const path = await testFolder();
  await writeRandomModel(path, { config: smallConfig, vqConfig: smallVq, to: 'bf16', seed: 7, shards: 3, ...options });
  return path;
}
