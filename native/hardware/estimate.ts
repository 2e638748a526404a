import { BundleWeights } from '../tensor/bundle-weights.ts';
import { readConfig } from '../network/bundle-config.ts';
import type { ConfigJson } from '../network/config.ts';
import type { Network } from '../network/index.ts';
import { readVqConfig, vqSizes } from '../network/vq-config.ts';
import { sessionShare } from '../network/weight-mode.ts';
import { officialVqConfig } from '../models/official.ts';
import { modelSizes, partOf, type ModelSizes } from '../models/parts.ts';
import type { Precision } from '../models/precision.ts';
import { heldWeights } from './held-weights.ts';
import { convertedWeights, storedWeights, type WeightTensor } from './weight-set.ts';
import type { EstimateWork } from './work.ts';
import { workingBytes } from './working-set.ts';

/** Node, ONNX Runtime's library, this program and its garbage, beside any model (measured: 155 to 165 MiB, and 20 of garbage). */
const programBytes = 185 * 2 ** 20;
/** What allocators keep beyond what is in use. */
const slack = 1.1;

/** What a work needs of memory, in bytes. */
export interface MemoryEstimate {
  /** Weights in memory of the process's own. */
  weights: number;
  /** Weights used where their file is mapped: pages that the system may drop and read again. */
  mapped: number;
  /** States, logits and picture planes at the widest moment. */
  working: number;
  /** The program without a model. */
  program: number;
  /** Resident memory at the peak when nothing has to be let go. */
  peak: number;
  /** What it cannot do with less; in between, weights are read from the disk again and again. */
  least: number;
}

/** A model as far as memory goes: its sizes and how its weights are stored. */
export interface ModelOutline {
  sizes: ModelSizes;
  weights: readonly WeightTensor[];
  /** Side of the pictures it makes, in pixels. */
  imageSize: number;
  /** Tasks it was trained for; null = all that its parts allow. */
  trained: readonly string[] | null;
}

/** What a config says of the model besides its sizes. */
function studioOf(json: ConfigJson): Pick<ModelOutline, 'imageSize' | 'trained'> {
  const studio = (json['lavida_studio'] ?? {}) as { image_size?: unknown; tasks?: unknown };
  return {
    imageSize: typeof studio.image_size === 'number' ? studio.image_size : 1024,
    trained: Array.isArray(studio.tasks) ? studio.tasks.map(String) : null,
  };
}

/**
 * The outline of a model folder, from its configs and the headers of its weight files; no weights are read.
 * @throws LavidaError model.*
 */
export async function outlineOfFolder(directory: string): Promise<ModelOutline> {
  const json = await readConfig(directory);
  const vqJson = await readVqConfig(directory);
  const weights = await BundleWeights.open(directory);
  try {
    const names = weights.names();
    const shape = (name: string) => (weights.has(name) ? weights.entry(name).shape : undefined);
    const sizes = modelSizes(json, vqJson, {
      hasGen: names.some((name) => partOf(name) === 'image layers'),
      hasVision: names.some((name) => partOf(name) === 'vision tower'),
      codeRows: shape('model.gen_embedding.0.weight')?.[0],
      codes: shape('model.gen_predictor.2.weight')?.[0],
      poolKernel: shape('model.vision_resampler.pool.weight')?.[2],
    });
    return { sizes, weights: storedWeights(weights.tensors()), ...studioOf(json) };
  } finally {
    await weights.close();
  }
}

/** The outline of an open model. */
export function outlineOfNetwork({ config, weights }: Network): ModelOutline {
  const { transformer, imageTokens, vq, vision, studio } = config;
  const sizes = { transformer, imageTokens, vq: vq ?? vqSizes(officialVqConfig), vision };
  const { imageSize, tasks: trained } = studio;
  return { sizes, weights: storedWeights(weights.tensors()), imageSize, trained };
}

/**
 * The outline of a model that is not here, or of one as it would be after a conversion, from its configs alone.
 * @param precision `published`: half precision as downloaded
 * @throws LavidaError model.config
 */
export function outlineOfConfigs(
  json: ConfigJson,
  vqJson: ConfigJson | undefined,
  precision: Precision | 'published',
): ModelOutline {
  const sizes = modelSizes(json, vqJson, {
    hasGen: json['dual_tower'] === true,
    hasVision: Boolean(json['mm_vision_tower'] ?? json['vision_config']),
  });
  return { ...outlineOfSizes(sizes, precision, 0), ...studioOf(json) };
}

/** The outline of a model of these sizes at a precision. */
export function outlineOfSizes(
  sizes: ModelSizes,
  precision: Precision | 'published',
  imageSize: number,
): ModelOutline {
  return { sizes, weights: convertedWeights(sizes, precision), imageSize, trained: null };
}

/**
 * What a work needs on a model.
 * @param limitBytes memory the engine may take, which decides how half precision is held
 */
export function estimateMemory(
  { sizes, weights }: ModelOutline,
  work: EstimateWork,
  limitBytes: number,
): MemoryEstimate {
  const { kept, releasable, widestSession, mapped, passing } = heldWeights(sizes, weights, work, limitBytes);
  const working = workingBytes(sizes, weights, work) + passing;
  return {
    weights: kept + releasable,
    mapped,
    working,
    program: programBytes,
    peak: programBytes + (kept + releasable + working) * slack + mapped,
    least: programBytes + (kept + widestSession + working) * slack,
  };
}

/** Bytes the transformer's sessions may take in a work so that all of it stays under a limit; at least the widest one. */
export function sessionBudget(
  { sizes, weights }: ModelOutline,
  work: EstimateWork,
  limitBytes: number,
): number {
  const { kept, widestSession, passing } = heldWeights(sizes, weights, work, limitBytes);
  const others = kept + workingBytes(sizes, weights, work) + passing;
  const room = (limitBytes - programBytes) / slack - others;
  return Math.max(widestSession, Math.min(room, limitBytes * sessionShare));
}
