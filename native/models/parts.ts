import {
  genShapes,
  imageTokenShapes,
  imageTokenSizes,
  transformerSizes,
  undShapes,
  type ConfigJson,
  type ImageTokenConfig,
  type TransformerConfig,
} from '../network/config.ts';
import type { ExpectedShape } from '../network/shapes.ts';
import { visionShapes, visionSizes, type VisionConfig } from '../network/vision/vision-config.ts';
import { vqSizes, type VqConfig } from '../network/vq-config.ts';
import { vqDecoderShapes, vqEncoderShapes } from '../network/vq-shapes.ts';
import { officialCodeRows, officialPoolKernel, officialVqConfig } from './official.ts';

/** Parts of a model that tasks need together. */
export const partNames = [
  'text embedding',
  'text layers',
  'text head',
  'image layers',
  'image tokens',
  'VQ encoder',
  'VQ decoder',
  'vision tower',
  'resampler',
  'projector',
] as const;
export type PartName = (typeof partNames)[number];

/** The part a tensor of the official names belongs to; null for names that no part has. */
export function partOf(name: string): PartName | null {
  if (/^model\.transformer\.blocks\.\d+\.\w+_vision\./u.test(name)) return 'image layers';
  if (/^model\.transformer\.(blocks\.|ln_f)/u.test(name)) return 'text layers';
  if (name === 'model.transformer.wte.weight') return 'text embedding';
  if (name === 'model.transformer.ff_out.weight') return 'text head';
  if (/^model\.(gen_(embedding|predictor)(_2)?|(down|up)sample_gen)\./u.test(name)) return 'image tokens';
  if (/^model\.vqvae\.(encoder|quant_conv)\./u.test(name)) return 'VQ encoder';
  if (/^model\.vqvae\./u.test(name)) return 'VQ decoder';
  if (name.startsWith('model.vision_tower.')) return 'vision tower';
  if (name.startsWith('model.vision_resampler.')) return 'resampler';
  if (/^model\.(mm_projector\.|image_newline)/u.test(name)) return 'projector';
  return null;
}

/** What the weights say that the configs do not. */
export interface ShapeHints {
  hasGen: boolean;
  hasVision: boolean;
  /** Rows of the code table, and codes of the image head. */
  codeRows?: number | undefined;
  codes?: number | undefined;
  /** Side of the resampler's kernel. */
  poolKernel?: number | undefined;
}

/** Sizes of all parts a config asks for. */
export interface ModelSizes {
  transformer: TransformerConfig;
  imageTokens: ImageTokenConfig | null;
  vq: VqConfig;
  vision: VisionConfig | null;
}

/**
 * Sizes of a model from its configs; what these leave open is as published.
 * @throws LavidaError model.config, model.shape
 */
export function modelSizes(json: ConfigJson, vqJson: ConfigJson | undefined, hints: ShapeHints): ModelSizes {
  const vq = vqSizes(vqJson ?? officialVqConfig);
  const codes = hints.codes ?? vq.codes;
  const defaultRows = codes === officialVqConfig.num_vq_embeddings ? officialCodeRows : codes + 2;
  const hasVision = hints.hasVision && Boolean(json['mm_vision_tower'] ?? json['vision_config']);
  return {
    transformer: transformerSizes(json, hints.hasGen),
    imageTokens: hints.hasGen ? imageTokenSizes(json, hints.codeRows ?? defaultRows, codes) : null,
    vq,
    vision: hasVision ? visionSizes(json, () => hints.poolKernel ?? officialPoolKernel) : null,
  };
}

/** Every tensor a model of these sizes has, by official name, in the order of the parts (MODEL §7.1). */
export function* expectedTensors(sizes: ModelSizes): Generator<ExpectedShape> {
  yield* undShapes(sizes.transformer);
  if (sizes.transformer.imageWidth > 0) yield* genShapes(sizes.transformer);
  if (sizes.imageTokens) {
    yield* imageTokenShapes(sizes.imageTokens);
    yield* vqEncoderShapes(sizes.vq);
    yield* vqDecoderShapes(sizes.vq);
  }
  if (sizes.vision) yield* visionShapes(sizes.vision);
}
