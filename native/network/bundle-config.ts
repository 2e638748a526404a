import { join } from 'node:path';
import { z } from 'zod';
import { exampleKinds } from '../../electron/contract/engine.ts';
import { knownWordsSchema, type KnownWords } from '../../electron/contract/known-words.ts';
import { LavidaError } from '../errors.ts';
import { readText } from '../library/read-text.ts';
import { parseJson } from '../parse-json.ts';
import type { BundleWeights } from '../tensor/bundle-weights.ts';
import {
  configError,
  imageTokenConfig,
  transformerConfig,
  type ConfigJson,
  type ImageTokenConfig,
  type TransformerConfig,
} from './config.ts';
import { visionConfig, type VisionConfig } from './vision/vision-config.ts';
import { vqConfig, type VqConfig } from './vq-config.ts';

/** What a bundle says about itself in the block `lavida_studio`; the published model's values where it is silent. */
interface StudioConfig {
  readonly name: string;
  readonly version: string;
  /** Side of the square pictures it makes, in pixels. */
  readonly imageSize: number;
  readonly maxCaptionCharacters: number;
  /** Start settings by task, in the config's own spelling. */
  readonly defaults: Readonly<Record<string, unknown>>;
  /** Tasks it was trained for; null = all that its parts allow. */
  readonly tasks: readonly string[] | null;
  /** Words to begin with, by task. */
  readonly examples: Readonly<Partial<Record<(typeof exampleKinds)[number], string[]>>>;
  /** What it has learnt to read, where that is little enough to be told. */
  readonly knows: KnownWords | undefined;
}

/** Everything the engine knows about a bundle's sizes. Parts a bundle lacks are null. */
export interface NetworkConfig {
  readonly transformer: TransformerConfig;
  readonly imageTokens: ImageTokenConfig | null;
  readonly vq: VqConfig | null;
  readonly vision: VisionConfig | null;
  readonly studio: StudioConfig;
  /** Longest sequence the model was trained on. */
  readonly maxTokens: number;
  /** Rows of the text embedding: the tokenizer may not have more. */
  readonly embeddingSize: number;
}

const positive = z.int().positive();
const studioSchema = z.looseObject({
  name: z.string().min(1).max(100).default('LaViDa-O'),
  version: z.string().max(50).default('1.0'),
  image_size: positive.max(8192).default(1024),
  max_caption_chars: positive.default(800),
  defaults: z.record(z.string(), z.unknown()).default({}),
  tasks: z.array(z.string()).nullable().default(null),
  examples: z.partialRecord(z.enum(exampleKinds), z.array(z.string().min(1).max(200)).max(12)).default({}),
  knows: knownWordsSchema.optional(),
});
const bundleSchema = z.looseObject({
  lavida_studio: studioSchema.optional(),
  tokenizer_model_max_length: positive.nullish(),
  max_sequence_length: positive.nullish(),
});
/** What the published model was trained on when a config is silent. */
const publishedMaxTokens = 8192;

/** @throws LavidaError model.missing, model.config */
export async function readConfig(directory: string): Promise<ConfigJson> {
  const path = join(directory, 'config.json');
  const text = await readText(path).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LavidaError(
      'model.missing',
      `There is no model in ${directory}: config.json cannot be read.`,
      reason,
    );
  });
  try {
    return z.record(z.string(), z.unknown()).parse(parseJson(text));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LavidaError('model.config', `${path} is not a JSON object.`, reason);
  }
}

/**
 * The sizes of a bundle from its configs, checked against its tensors.
 * @throws LavidaError model.config, model.shape, model.incomplete
 */
export function networkConfig(
  json: ConfigJson,
  vqJson: ConfigJson | undefined,
  weights: BundleWeights,
): NetworkConfig {
  const parsed = bundleSchema.safeParse(json);
  if (!parsed.success) throw configError(parsed.error, 'config.json');
  const keys = parsed.data;
  const studio = keys.lavida_studio ?? studioSchema.parse({});
  const transformer = transformerConfig(json, weights);
  const imageTokens = transformer.imageWidth === 0 ? null : imageTokenConfig(json, weights);
  const vq = vqConfig(vqJson, weights);
  if (imageTokens !== null && vq !== null && imageTokens.codes !== vq.codes) {
    throw new LavidaError(
      'model.shape',
      `The image head knows ${imageTokens.codes} codes and the VQ codebook ${vq.codes}.`,
    );
  }
  return {
    transformer,
    imageTokens,
    vq,
    vision: visionConfig(json, weights),
    studio: {
      name: studio.name,
      version: studio.version,
      imageSize: studio.image_size,
      maxCaptionCharacters: studio.max_caption_chars,
      defaults: studio.defaults,
      tasks: studio.tasks,
      examples: studio.examples,
      knows: studio.knows,
    },
    maxTokens: keys.tokenizer_model_max_length ?? keys.max_sequence_length ?? publishedMaxTokens,
    embeddingSize: transformer.vocabulary,
  };
}
