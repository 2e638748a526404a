import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeSafetensors, type TensorBytes } from '../../../native/tensor/safetensors-writer.ts';

/** Sizes of a made-up network, in the official config's keys. */
export interface BundleSizes {
  d_model: number;
  d_model_gen: number;
  n_layers: number;
  n_heads: number;
  n_kv_heads: number;
  mlp_hidden_size: number;
  mlp_hidden_size_gen: number;
  dual_tower_layers: number;
  vocab_size: number;
  rope_theta: number;
  rms_norm_eps: number;
  downsample: boolean;
}

export const smallSizes: BundleSizes = {
  d_model: 48,
  d_model_gen: 20,
  n_layers: 3,
  n_heads: 6,
  n_kv_heads: 2,
  mlp_hidden_size: 56,
  mlp_hidden_size_gen: 36,
  dual_tower_layers: 1,
  vocab_size: 37,
  rope_theta: 777,
  rms_norm_eps: 1e-5,
  downsample: true,
};

/** Codes of the made-up image tokens. */
export const codes = 23;

/** Uniform numbers in (−1, 1) from a seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * 2 - 1;
  };
}

export function randomArray(length: number, seed: number, scale = 1): Float32Array {
  const next = randomNumbers(seed);
  return Float32Array.from({ length }, () => next() * scale);
}

/** Every tensor name and shape of a bundle of these sizes, without a VQ. */
export function tensorShapes(s: BundleSizes): [string, number[]][] {
  const keyValue = (s.d_model / s.n_heads) * s.n_kv_heads;
  const g = s.d_model_gen;
  const shapes: [string, number[]][] = [
    ['transformer.wte', [s.vocab_size, s.d_model]],
    ['transformer.ln_f', [s.d_model]],
    ['transformer.ff_out', [s.vocab_size, s.d_model]],
    ['gen_embedding.0', [codes + 256, g]],
    ['gen_embedding.1', [g]],
    ['gen_embedding.2', [g, g]],
    ['gen_embedding_2.0', [g]],
    ['gen_embedding_2.1', [g, g]],
    ['gen_predictor_2.0', [g]],
    ['gen_predictor_2.1', [g, g]],
    ['gen_predictor.0', [g, g]],
    ['gen_predictor.1', [g]],
    ['gen_predictor.2', [codes, g]],
  ];
  if (s.downsample) {
    shapes.push(
      ['downsample_gen.downsample.norm', [g]],
      ['downsample_gen.downsample.conv', [g, g, 2, 2]],
      ['upsample_gen.upsample.norm', [g]],
      ['upsample_gen.upsample.conv', [g, g, 2, 2]],
    );
  }
  for (let i = 0; i < s.n_layers; i++) {
    const block: [string, number[]][] = [
      ['attn_norm', [s.d_model]],
      ['ff_norm', [s.d_model]],
      ['q_proj', [s.d_model, s.d_model]],
      ['k_proj', [keyValue, s.d_model]],
      ['v_proj', [keyValue, s.d_model]],
      ['attn_out', [s.d_model, s.d_model]],
      ['ff_proj', [s.mlp_hidden_size, s.d_model]],
      ['up_proj', [s.mlp_hidden_size, s.d_model]],
      ['ff_out', [s.d_model, s.mlp_hidden_size]],
      ['attn_norm_vision', [g]],
      ['ff_norm_vision', [g]],
      ['q_proj_vision', [s.d_model, g]],
      ['k_proj_vision', [keyValue, g]],
      ['v_proj_vision', [keyValue, g]],
      ['ff_proj_vision', [s.mlp_hidden_size_gen, g]],
      ['up_proj_vision', [s.mlp_hidden_size_gen, g]],
      ['ff_out_vision', [g, s.mlp_hidden_size_gen]],
    ];
    shapes.push(
      ...block.map(([name, shape]): [string, number[]] => [`transformer.blocks.${i}.${name}`, shape]),
    );
  }
  return shapes.map(([name, shape]) => [`model.${name}.weight`, shape]);
}

function product(shape: readonly number[]): number {
  return shape.reduce((total, length) => total * length, 1);
}

/** float32 numbers cut to their upper 16 bits: exactly representable, and the bits themselves. */
function toBfloat16(values: Float32Array): Uint16Array {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  return Uint16Array.from(words, (word) => word >>> 16);
}

/** Random weights, norms near one, matrices scaled to keep the size of states; exactly representable in bfloat16. */
export function randomTensors(
  shapes: readonly [string, number[]][],
  seed: number,
  dtype: 'F32' | 'BF16',
): TensorBytes[] {
  return shapes.map(([name, shape], i) => {
    const fanIn = product(shape.slice(1));
    const values = randomArray(
      product(shape),
      seed * 1000 + i,
      shape.length === 1 ? 0.5 : 1.7 / Math.sqrt(fanIn),
    );
    if (shape.length === 1) values.forEach((v, j) => (values[j] = v + 1));
    const bits = toBfloat16(values);
    if (dtype === 'BF16') return { name, dtype, shape, bytes: new Uint8Array(bits.buffer) };
    const rounded = Uint32Array.from(bits, (b) => b << 16);
    return { name, dtype, shape, bytes: new Uint8Array(rounded.buffer) };
  });
}

/** A model folder that removes itself. */
export interface TemporaryFolder {
  path: string;
  write: (file: string, content: string | Uint8Array) => Promise<void>;
  remove: () => Promise<void>;
}

export async function temporaryFolder(): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), 'lavida-bundle-'));
  return {
    path,
    write: async (file, content) => {
      const target = join(path, file);
      await mkdir(join(target, '..'), { recursive: true });
      await writeFile(target, content);
    },
    remove: () => rm(path, { recursive: true, force: true }),
  };
}

/** Writes config.json and model.safetensors of a random bundle. */
export async function randomBundle(
  sizes: BundleSizes,
  options: { seed?: number; dtype?: 'F32' | 'BF16'; config?: Record<string, unknown> } = {},
): Promise<TemporaryFolder> {
  const folder = await temporaryFolder();
  const tensors = randomTensors(tensorShapes(sizes), options.seed ?? 1, options.dtype ?? 'F32');
  await folder.write('model.safetensors', encodeSafetensors(tensors));
  const config = {
    ...sizes,
    dual_tower: true,
    gen_mlp_type: 'dit2',
    lavida_studio: { image_size: 64 },
    ...options.config,
  };
  await folder.write('config.json', JSON.stringify(config));
  return folder;
}
