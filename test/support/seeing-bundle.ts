import { encodeSafetensors, type TensorBytes } from '../../native/tensor/safetensors-writer.ts';
import {
  randomTensors,
  smallSizes,
  temporaryFolder,
  tensorShapes,
  type BundleSizes,
  type TemporaryFolder,
} from '../engine/network/random-bundle.ts';

/** Sizes of a made-up vision path, in the keys of its config. */
export interface TowerSizes {
  hidden_size: number;
  intermediate_size: number;
  num_hidden_layers: number;
  num_attention_heads: number;
  image_size: number;
  patch_size: number;
  /** Kernel and stride of the pool; 0 = none. */
  pool: number;
}

export const smallTower: TowerSizes = {
  hidden_size: 24,
  intermediate_size: 40,
  num_hidden_layers: 4,
  num_attention_heads: 3,
  image_size: 30,
  patch_size: 7,
  pool: 2,
};

/** Every tensor name and shape of a vision path, without the layer that does not run. */
export function towerShapes(tower: TowerSizes, textWidth: number): [string, number[]][] {
  const { hidden_size: w, intermediate_size: h, patch_size: p } = tower;
  const patches = Math.floor(tower.image_size / p);
  const biased = (name: string, shape: number[]): [string, number[]][] => [
    [`model.${name}.weight`, shape],
    [`model.${name}.bias`, [shape[0] ?? 0]],
  ];
  const model = 'vision_tower.vision_tower.vision_model';
  const shapes: [string, number[]][] = [
    ['model.image_newline', [textWidth]],
    ...biased(`${model}.embeddings.patch_embedding`, [w, 3, p, p]),
    [`model.${model}.embeddings.position_embedding.weight`, [patches * patches, w]],
    ...(tower.pool > 0 ? biased('vision_resampler.pool', [w, w, tower.pool, tower.pool]) : []),
    ...biased('mm_projector.0', [textWidth, w]),
    ...biased('mm_projector.2', [textWidth, textWidth]),
  ];
  for (let i = 0; i < tower.num_hidden_layers - 1; i++) {
    const layer = `${model}.encoder.layers.${i}`;
    for (const name of ['q_proj', 'k_proj', 'v_proj', 'out_proj']) {
      shapes.push(...biased(`${layer}.self_attn.${name}`, [w, w]));
    }
    shapes.push(
      ...biased(`${layer}.layer_norm1`, [w]),
      ...biased(`${layer}.layer_norm2`, [w]),
      ...biased(`${layer}.mlp.fc1`, [h, w]),
      ...biased(`${layer}.mlp.fc2`, [w, h]),
    );
  }
  return shapes;
}

/** The config keys of a vision path. */
export function towerConfig(tower: TowerSizes): Record<string, unknown> {
  const { pool, ...sizes } = tower;
  const s = tower.image_size;
  return {
    mm_vision_tower: 'made-up-tower',
    vision_config: sizes,
    mm_resampler_type: pool > 0 ? 'spatial_pool' : null,
    mm_spatial_pool_stride: pool > 0 ? pool : 2,
    image_aspect_ratio: 'anyres',
    image_grid_pinpoints: [
      [s, 2 * s],
      [2 * s, s],
      [2 * s, 2 * s],
      [3 * s, s],
      [s, 3 * s],
    ],
  };
}

const specialTokens = [
  '<|startoftext|>',
  '<|endoftext|>',
  '<|mdm_mask|>',
  '<|start_header_id|>',
  '<|end_header_id|>',
  '<|eot_id|>',
  ...Array.from({ length: 8 }, (_, i) => `<|reserved_token_${i}|>`),
  '<box_p>',
  '</box_p>',
  '<LOC_BEGIN>',
  '<LOC_END>',
];
const locTokens = Array.from({ length: 1025 }, (_, i) => `<LOC_${i}>`);

/** GPT-2's printable stand-ins of the 256 bytes. */
function byteCharacters(): string[] {
  const printable = (b: number): boolean => (b >= 33 && b <= 126) || (b >= 161 && b <= 172) || b >= 174;
  let extra = 256;
  return Array.from({ length: 256 }, (_, b) => String.fromCodePoint(printable(b) ? b : extra++));
}

/** A byte-level tokenizer: one id a byte, then the special tokens, then, unless left out, the coordinates. */
export function byteTokenizer(coordinates = true): { json: string; size: number } {
  const vocabulary = Object.fromEntries(byteCharacters().map((character, id) => [character, id]));
  const names = coordinates ? [...specialTokens, ...locTokens] : specialTokens;
  const added = names.map((content, i) => ({
    id: 256 + i,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  }));
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false };
  const json = JSON.stringify({
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: added,
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: null,
    decoder: byteLevel,
    model: { type: 'BPE', vocab: vocabulary, merges: [] },
  });
  return { json, size: 256 + names.length };
}

export interface SeeingBundleOptions {
  seed?: number;
  tower?: TowerSizes | null;
  sizes?: Partial<BundleSizes>;
  config?: Record<string, unknown>;
  coordinates?: boolean;
  /** Replaces tensors by name. */
  tensors?: readonly TensorBytes[];
}

/** A folder with a random network that can see: transformer, vision tower, projector and a byte-level tokenizer. */
export async function seeingBundle(options: SeeingBundleOptions = {}): Promise<TemporaryFolder> {
  const folder = await temporaryFolder();
  const tokenizer = byteTokenizer(options.coordinates ?? true);
  const sizes = { ...smallSizes, vocab_size: tokenizer.size, ...options.sizes };
  const tower = options.tower === undefined ? smallTower : options.tower;
  const shapes = [...tensorShapes(sizes), ...(tower ? towerShapes(tower, sizes.d_model) : [])];
  const replaced = new Set((options.tensors ?? []).map(({ name }) => name));
  const random = randomTensors(shapes, options.seed ?? 1, 'F32').filter(({ name }) => !replaced.has(name));
  await folder.write('model.safetensors', encodeSafetensors([...random, ...(options.tensors ?? [])]));
  const config = {
    ...sizes,
    dual_tower: true,
    gen_mlp_type: 'dit2',
    tokenizer_model_max_length: 2048,
    lavida_studio: { image_size: 64 },
    ...(tower ? towerConfig(tower) : {}),
    ...options.config,
  };
  await folder.write('config.json', JSON.stringify(config));
  await folder.write('tokenizer.json', tokenizer.json);
  return folder;
}
