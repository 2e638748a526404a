import { z } from 'zod';
import { LavidaError } from '../errors.ts';
import type { BundleWeights } from '../tensor/bundle-weights.ts';
import { checkShapes, type ExpectedShape } from './shapes.ts';

/** Sizes of the Elastic-MoT transformer (MODEL §2). */
export interface TransformerConfig {
  /** d_model: width of the und branch and of all q, k, v. */
  readonly width: number;
  /** d_model_gen: width of the gen branch; 0 when the bundle has none. */
  readonly imageWidth: number;
  readonly layers: number;
  /** Layers 0…jointLayers−1 attend across branches, the rest within each (MODEL §2.3). */
  readonly jointLayers: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly headWidth: number;
  readonly hidden: number;
  readonly imageHidden: number;
  readonly normEpsilon: number;
  readonly ropeTheta: number;
  /** Rows of the text embedding and of the text head. */
  readonly vocabulary: number;
  /** The text head is the embedding table itself. */
  readonly tiedHead: boolean;
}

/** Sizes of the image-token input and output (MODEL §3). */
export interface ImageTokenConfig {
  readonly width: number;
  /** Four codes a slot (`downsample`), or one. */
  readonly compressed: boolean;
  /** V: classes of the output. */
  readonly codes: number;
  /** Rows of the input table, more than V. */
  readonly rows: number;
  /** Input id of a masked code: V+1 (MODEL §3.1). */
  readonly maskId: number;
}

/** Sizes far beyond any model: a config that asks for more is damaged, and trying it would only fill the memory. */
const positive = z
  .int()
  .positive()
  .max(2 ** 24);
const layerCount = z.int().positive().max(4096);
/** The official keys that the engine reads; defaults are those of the official config class. */
const transformerSchema = z.looseObject({
  d_model: positive,
  d_model_gen: positive.optional(),
  n_layers: layerCount,
  n_heads: positive,
  n_kv_heads: positive.nullish(),
  mlp_hidden_size: positive,
  mlp_hidden_size_gen: positive.optional(),
  dual_tower: z.boolean().default(false),
  /** Index of the last joint layer. */
  dual_tower_layers: z.int().default(0),
  rms_norm_eps: z.number().positive().default(1e-5),
  rope_theta: z.number().positive().default(10_000),
  vocab_size: positive,
  embedding_size: positive.nullish(),
  weight_tying: z.boolean().default(false),
});

/** Keys with the only value the network is built for. */
const fixedKeys: Record<string, readonly unknown[]> = {
  activation_type: ['silu'],
  block_type: ['llama'],
  layer_norm_type: ['rms'],
  rope: [true],
  alibi: [false],
  include_bias: [false],
  include_qkv_bias: [false, null],
  attention_layer_norm: [false],
  scale_logits: [false],
  input_emb_norm: [false],
  gen_mlp_type: ['dit2'],
  unified_gen_enc: [false, null],
  extra_gen_dit: [false, null],
  block_causal: [false, null],
};

export type ConfigJson = Record<string, unknown>;

/** @throws LavidaError model.config naming the first key with a value the engine has no network for */
function checkFixedKeys(json: ConfigJson): void {
  for (const [key, allowed] of Object.entries(fixedKeys)) {
    if (key in json && !allowed.includes(json[key])) {
      throw new LavidaError(
        'model.config',
        `config.json sets ${key} to ${inWords(json[key])}; this network needs ${JSON.stringify(allowed[0])}.`,
      );
    }
  }
}

/** A value of a config for a sentence; it may be of any size and depth. */
function inWords(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null
    ? 'an object'
    : String(JSON.stringify(value)).slice(0, 80);
}

export function configError(error: z.ZodError, file: string): LavidaError {
  return new LavidaError('model.config', `${file} cannot be used.`, z.prettifyError(error));
}

const blocks = 'model.transformer.blocks';

/** Tensors of the und branch: text embedding, layers, final norm, text head (MODEL §7.1). */
export function* undShapes(c: TransformerConfig): Generator<ExpectedShape> {
  const keyValue = c.keyValueHeads * c.headWidth;
  yield ['model.transformer.wte.weight', [c.vocabulary, c.width]];
  yield ['model.transformer.ln_f.weight', [c.width]];
  if (!c.tiedHead) yield ['model.transformer.ff_out.weight', [c.vocabulary, c.width]];
  for (let i = 0; i < c.layers; i++) {
    yield [`${blocks}.${i}.attn_norm.weight`, [c.width]];
    yield [`${blocks}.${i}.ff_norm.weight`, [c.width]];
    yield [`${blocks}.${i}.q_proj.weight`, [c.width, c.width]];
    yield [`${blocks}.${i}.k_proj.weight`, [keyValue, c.width]];
    yield [`${blocks}.${i}.v_proj.weight`, [keyValue, c.width]];
    yield [`${blocks}.${i}.attn_out.weight`, [c.width, c.width]];
    yield [`${blocks}.${i}.ff_proj.weight`, [c.hidden, c.width]];
    yield [`${blocks}.${i}.up_proj.weight`, [c.hidden, c.width]];
    yield [`${blocks}.${i}.ff_out.weight`, [c.width, c.hidden]];
  }
}

/** Tensors of the gen branch's layers (MODEL §7.1). */
export function* genShapes(c: TransformerConfig): Generator<ExpectedShape> {
  const keyValue = c.keyValueHeads * c.headWidth;
  for (let i = 0; i < c.layers; i++) {
    yield [`${blocks}.${i}.attn_norm_vision.weight`, [c.imageWidth]];
    yield [`${blocks}.${i}.ff_norm_vision.weight`, [c.imageWidth]];
    yield [`${blocks}.${i}.q_proj_vision.weight`, [c.width, c.imageWidth]];
    yield [`${blocks}.${i}.k_proj_vision.weight`, [keyValue, c.imageWidth]];
    yield [`${blocks}.${i}.v_proj_vision.weight`, [keyValue, c.imageWidth]];
    yield [`${blocks}.${i}.ff_proj_vision.weight`, [c.imageHidden, c.imageWidth]];
    yield [`${blocks}.${i}.up_proj_vision.weight`, [c.imageHidden, c.imageWidth]];
    yield [`${blocks}.${i}.ff_out_vision.weight`, [c.imageWidth, c.imageHidden]];
  }
}

/**
 * The transformer's sizes from the official config keys alone.
 * @param hasGen whether the weights hold a gen branch, which the config cannot say for sure
 * @throws LavidaError model.config
 */
export function transformerSizes(json: ConfigJson, hasGen: boolean): TransformerConfig {
  checkFixedKeys(json);
  const parsed = transformerSchema.safeParse(json);
  if (!parsed.success) throw configError(parsed.error, 'config.json');
  const keys = parsed.data;
  const keyValueHeads = keys.n_kv_heads ?? keys.n_heads;
  const headWidth = keys.d_model / keys.n_heads;
  if (!Number.isInteger(headWidth) || headWidth % 2 !== 0 || keys.n_heads % keyValueHeads !== 0) {
    throw new LavidaError(
      'model.config',
      `config.json asks for ${keys.n_heads} heads and ${keyValueHeads} key-value heads at width ${keys.d_model}, which do not divide.`,
    );
  }
  const gen = keys.dual_tower && hasGen;
  if (gen && (keys.d_model_gen === undefined || keys.mlp_hidden_size_gen === undefined)) {
    throw new LavidaError('model.config', 'config.json lacks d_model_gen or mlp_hidden_size_gen.');
  }
  if ((keys.d_model_gen ?? 0) > keys.d_model) {
    throw new LavidaError('model.config', 'config.json has a d_model_gen above d_model.');
  }
  return {
    width: keys.d_model,
    imageWidth: gen ? (keys.d_model_gen ?? 0) : 0,
    layers: keys.n_layers,
    jointLayers: gen ? Math.min(keys.n_layers, Math.max(0, keys.dual_tower_layers + 1)) : keys.n_layers,
    heads: keys.n_heads,
    keyValueHeads,
    headWidth,
    hidden: keys.mlp_hidden_size,
    imageHidden: gen ? (keys.mlp_hidden_size_gen ?? 0) : 0,
    normEpsilon: keys.rms_norm_eps,
    ropeTheta: keys.rope_theta,
    vocabulary: keys.embedding_size ?? keys.vocab_size,
    tiedHead: keys.weight_tying,
  };
}

/**
 * The transformer's sizes from the official config keys, checked against every tensor.
 * @throws LavidaError model.config, model.shape, model.incomplete
 */
export function transformerConfig(json: ConfigJson, weights: BundleWeights): TransformerConfig {
  const hasGen = weights.names().some((name) => name.endsWith('.q_proj_vision.weight'));
  const config = transformerSizes(json, hasGen);
  checkShapes(weights, undShapes(config));
  if (config.imageWidth > 0) checkShapes(weights, genShapes(config));
  return config;
}

const imageTokenSchema = z.looseObject({ d_model_gen: positive, downsample: z.boolean().default(false) });
const imageTable = 'model.gen_embedding.0.weight';
const imageHead = 'model.gen_predictor.2.weight';

/** Tensors of the image-token input and output (MODEL §7.1). */
export function* imageTokenShapes({
  width,
  compressed,
  codes,
  rows,
}: ImageTokenConfig): Generator<ExpectedShape> {
  const square = [width, width];
  const kernel = [width, width, 2, 2];
  yield [imageTable, [rows, width]];
  yield ['model.gen_embedding.1.weight', [width]];
  yield ['model.gen_embedding.2.weight', square];
  yield ['model.gen_embedding_2.0.weight', [width]];
  yield ['model.gen_embedding_2.1.weight', square];
  yield ['model.gen_predictor_2.0.weight', [width]];
  yield ['model.gen_predictor_2.1.weight', square];
  yield ['model.gen_predictor.0.weight', square];
  yield ['model.gen_predictor.1.weight', [width]];
  yield [imageHead, [codes, width]];
  if (!compressed) return;
  yield ['model.downsample_gen.downsample.norm.weight', [width]];
  yield ['model.downsample_gen.downsample.conv.weight', kernel];
  yield ['model.upsample_gen.upsample.norm.weight', [width]];
  yield ['model.upsample_gen.upsample.conv.weight', kernel];
}

/**
 * Sizes of the image-token modules: widths from the config, numbers of codes as the tensors show them.
 * @throws LavidaError model.config, model.shape
 */
export function imageTokenSizes(json: ConfigJson, rows: number, codes: number): ImageTokenConfig {
  checkFixedKeys(json);
  const parsed = imageTokenSchema.safeParse(json);
  if (!parsed.success) throw configError(parsed.error, 'config.json');
  if (rows < codes + 2) {
    throw new LavidaError(
      'model.shape',
      `The tensor "${imageTable}" has ${rows} rows, too few for ${codes} codes and a mask.`,
    );
  }
  const { d_model_gen: width, downsample: compressed } = parsed.data;
  return { width, compressed, codes, rows, maskId: codes + 1 };
}

/**
 * Sizes of the image-token modules, checked against every tensor. Null when the bundle has none.
 * @throws LavidaError model.config, model.shape, model.incomplete
 */
export function imageTokenConfig(json: ConfigJson, weights: BundleWeights): ImageTokenConfig | null {
  if (!weights.has(imageTable) && !weights.has(imageHead)) return null;
  const rows = weights.entry(imageTable).shape[0] ?? 0;
  const codes = weights.entry(imageHead).shape[0] ?? 0;
  const config = imageTokenSizes(json, rows, codes);
  checkShapes(weights, imageTokenShapes(config));
  return config;
}
