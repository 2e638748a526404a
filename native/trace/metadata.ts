import { z } from 'zod';
import { resultPlaceSchema, segmentSchema, textPurposes } from '../../electron/contract/events.ts';
import { groundedBoxSchema } from '../../electron/contract/ground.ts';
import { generationRequestSchema, pictureRequestSchema } from '../../electron/contract/request.ts';

/** Key of the file's `__metadata__` that holds the head as JSON (docs/trace-format.md). */
export const traceKey = 'lavida_trace';
/** Key of the file's `__metadata__` that holds what was written and grounded, as JSON (docs/trace-format.md). */
export const textTraceKey = 'lavida_text_trace';

/** What the names of an earlier round's tensors begin with. */
export function roundPrefix(round: number): string {
  return `round.${round}.`;
}

const model = z.object({ name: z.string(), fingerprint: z.string() });

const curves = {
  steps: z.int().nonnegative(),
  stepMs: z.array(z.number()),
  meanConfidence: z.array(z.number()),
  meanEntropy: z.array(z.number()),
};

export const traceMetadataSchema = z.object({
  version: z.literal(1),
  request: pictureRequestSchema,
  model,
  backend: z.string(),
  grid: z.object({ width: z.int().positive(), height: z.int().positive() }),
  image: z.object({ width: z.int().positive(), height: z.int().positive() }),
  result: resultPlaceSchema.optional(),
  codebookSize: z.int().positive(),
  maskId: z.int(),
  transferCounts: z.array(z.int()),
  ...curves,
  /** All rounds, the last one too; absent in files that were written before rounds were kept. */
  rounds: z
    .array(
      z.object({
        round: z.int().positive(),
        seed: z.int(),
        verdict: z.object({ reply: z.string(), accepted: z.boolean() }).nullable(),
        ...curves,
      }),
    )
    .min(1)
    .optional(),
});
export type TraceMetadata = z.infer<typeof traceMetadataSchema>;

export const textMetadataSchema = z.object({
  version: z.literal(1),
  /** Of a run without a picture; otherwise the trace's own head says it. */
  request: generationRequestSchema.optional(),
  model: model.optional(),
  backend: z.string().optional(),
  texts: z.array(
    z.object({
      purpose: z.enum(textPurposes),
      round: z.int().positive().default(1),
      segments: z.array(segmentSchema),
      length: z.int(),
      blockLength: z.int().positive(),
      maskId: z.int(),
      text: z.string(),
      /** The committed tokens as the vocabulary writes them [M], and the likeliest in the place of each. */
      tokens: z.array(z.string()).default([]),
      candidates: z.array(z.array(z.string())).default([]),
    }),
  ),
  boxes: z.array(
    z.object({
      object: z.int(),
      step: z.int(),
      result: groundedBoxSchema,
      ids: z.array(z.int()).length(4),
      bins: z.array(z.int().nullable()).length(4).default([null, null, null, null]),
      probabilities: z.array(z.number()).length(4),
      committed: z.array(z.boolean()).length(4).default([false, false, false, false]),
    }),
  ),
});
export type TextMetadata = z.infer<typeof textMetadataSchema>;
