import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeRandomModel, type RandomModelOptions } from '../../native/models/random-model.ts';

/** A model of every part large enough that its weights outweigh the program: about 45 million parameters, 256 pixels. */
export const midConfig = {
  d_model: 512,
  d_model_gen: 256,
  n_layers: 8,
  n_heads: 8,
  n_kv_heads: 8,
  mlp_hidden_size: 1536,
  mlp_hidden_size_gen: 1024,
  vocab_size: 6000,
  embedding_size: 6000,
  dual_tower: true,
  dual_tower_layers: 4,
  downsample: true,
  gen_mlp_type: 'dit2',
  rms_norm_eps: 1e-5,
  rope_theta: 10000,
  tokenizer_model_max_length: 8192,
  mm_vision_tower: 'mid',
  vision_config: {
    hidden_size: 256,
    intermediate_size: 1024,
    num_hidden_layers: 4,
    num_attention_heads: 4,
    image_size: 224,
    patch_size: 14,
  },
  mm_resampler_type: 'spatial_pool',
  mm_spatial_pool_mode: 'conv',
  mm_spatial_pool_stride: 2,
  mm_spatial_pool_out_channels: 256,
  mm_projector_type: 'mlp2x_gelu',
  mm_patch_merge_type: 'spatial_unpad',
  image_aspect_ratio: 'anyres',
  image_grid_pinpoints: [[448, 448]],
  lavida_studio: { name: 'Mid', image_size: 256 },
};

export const midVq = {
  block_out_channels: [64, 64, 128],
  layers_per_block: 1,
  latent_channels: 32,
  vq_embed_dim: 32,
  num_vq_embeddings: 1024,
  norm_num_groups: 16,
};

/** Writes the model at a precision into a temporary folder. */
export async function midBundle(
  to: RandomModelOptions['to'],
): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), `lavida-mid-${to}-`));
  await writeRandomModel(path, { config: midConfig, vqConfig: midVq, to, seed: 1, shards: 1 });
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
