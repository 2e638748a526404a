import { z } from 'zod';
import { studioErrorSchema } from '../../../electron/contract/errors.ts';
import { rgbImageSchema } from '../../../electron/contract/events.ts';

/** What a worker needs to know to run any case of an evaluation. */
export const workerOptionsSchema = z.object({
  model: z.string(),
  sets: z.string(),
  seed: z.int(),
  rounds: z.int(),
  promptForm: z.enum(['published', 'trained']),
  steps: z.int().positive().optional(),
});
export type WorkerOptions = z.infer<typeof workerOptionsSchema>;

/** The case a worker is to run next. */
export const jobSchema = z.object({ key: z.string() });
export type Job = z.infer<typeof jobSchema>;

const verdictSchema = z.object({
  correct: z.boolean(),
  reason: z.string(),
  values: z.record(z.string(), z.number()),
  detail: z.unknown(),
  image: rgbImageSchema.nullable(),
});

/** What a worker says: that it can begin, the verdict on its case, or that it cannot go on. */
export const workerAnswerSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('verdict'), verdict: verdictSchema }),
  z.object({ type: z.literal('failure'), error: studioErrorSchema }),
]);
export type WorkerAnswer = z.infer<typeof workerAnswerSchema>;
