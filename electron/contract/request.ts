import { z } from 'zod';

/** How positions to commit are chosen at each step (PIPELINE §2.6). `confidence` is the field's `mmada` policy. */
export const orderNames = ['stratified', 'confidence', 'mask_git', 'uniform', 'halton', 'explicit'] as const;
/** Shapes of the transfer schedule σ(t) (PIPELINE §1.4). */
export const scheduleNames = ['shift', 'cosine', 'cosine2', 'exp', 'logit_normal', 'linear'] as const;
/** Shapes of the selection-temperature curve A_i (PIPELINE §2.6). */
export const curveNames = ['linear', 'cosine2', 'shift'] as const;

/** Plain-text micro-conditions appended to the caption (PIPELINE §2.2); an absent key is not written. */
export const microConditionsSchema = z.object({
  originalWidth: z.int().positive().optional(),
  originalHeight: z.int().positive().optional(),
  top: z.int().nonnegative().optional(),
  left: z.int().nonnegative().optional(),
  luminance: z.number().min(0).max(1).optional(),
  contrast: z.number().min(0).max(1).optional(),
  score: z.number().min(0).max(10).optional(),
  hps: z.number().min(0).max(10).optional(),
});
export type MicroConditions = z.infer<typeof microConditionsSchema>;

/** Selection temperature A of the `confidence` and `mask_git` orders (PIPELINE §2.6); unused by the others. */
export const selectionTemperatureSchema = z.object({
  value: z.number().min(0).max(100),
  dynamic: z.boolean(),
  min: z.number().min(0).max(1),
  curve: z.enum(curveNames),
});

/**
 * Everything that decides a text-to-image result (PIPELINE §2). The queue stores it, the PNG carries it, the command
 * line reads it, the gallery recalls it: same request, bundle and backend give the same tokens.
 */
export const textToImageRequestSchema = z.object({
  version: z.literal(1),
  task: z.literal('text-to-image'),
  prompt: z.string().max(20_000),
  seed: z.int().min(0).max(0xffff_ffff),
  steps: z.int().min(1).max(4096),
  /** w of ℓ = (1+w)·cond − w·uncond; 0 runs the conditional row alone. */
  guidanceScale: z.number().min(0).max(50),
  /** Fraction of the steps in which guidance is on, [0,1] = always. */
  guidanceInterval: z.tuple([z.number().min(0).max(1), z.number().min(0).max(1)]),
  temperature: z.number().min(0.01).max(10),
  samplePolicy: z.enum(['multinomial', 'argmax']),
  /** 0 = off. */
  topK: z.int().min(0),
  /** 1 = off. */
  topP: z.number().gt(0).max(1),
  schedule: z.object({ name: z.enum(scheduleNames), shift: z.number().min(0.1).max(100) }),
  order: z.enum(orderNames),
  /** A permutation of the code grid; only with order `explicit`. */
  explicitOrder: z.array(z.int().nonnegative()).max(65_536).optional(),
  /** After this fraction of the steps switch to `confidence`; 100 = never. */
  orderCutoff: z.number().min(0).max(100),
  selectionTemperature: selectionTemperatureSchema,
  microConditions: microConditionsSchema.nullable(),
});
export type TextToImageRequest = z.infer<typeof textToImageRequestSchema>;

export const generationRequestSchema = z.discriminatedUnion('task', [textToImageRequestSchema]);
export type GenerationRequest = z.infer<typeof generationRequestSchema>;

/** What a model bundle says is a good start for text-to-image; everything else comes from `fallbackDefaults`. */
export const textToImageDefaultsSchema = textToImageRequestSchema
  .omit({ version: true, task: true, prompt: true, seed: true, explicitOrder: true })
  .readonly();
export type TextToImageDefaults = z.infer<typeof textToImageDefaultsSchema>;

/** Settings of the published 1024 px recipe (PIPELINE §2.1, column `1024_eval.yaml`). */
export const publishedDefaults: TextToImageDefaults = {
  steps: 64,
  guidanceScale: 4,
  guidanceInterval: [0, 1],
  temperature: 0.8,
  samplePolicy: 'multinomial',
  topK: 0,
  topP: 1,
  schedule: { name: 'shift', shift: 5 },
  order: 'stratified',
  orderCutoff: 100,
  selectionTemperature: { value: 5, dynamic: true, min: 0.5, curve: 'cosine2' },
  microConditions: { originalWidth: 1024, originalHeight: 1024, top: 0, left: 0, score: 7.11 },
};
