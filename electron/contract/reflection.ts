import { z } from 'zod';
import { contextWeightSchema } from './context-weight.ts';

/** Self-reflection (PIPELINE §4): paint, criticise, paint again. `self-verify` does not tell a round what went wrong before. */
export const reflectionSchema = z.object({
  rounds: z.int().min(1).max(20),
  mode: z.enum(['reflection', 'self-verify']),
  /** Earlier pictures a round is shown at most. */
  history: z.int().min(0).max(3),
  /** Of what a round is told; with a layout that one's weight counts. */
  weight: contextWeightSchema.optional(),
});
export type ReflectionSettings = z.infer<typeof reflectionSchema>;

/** How reflection goes where nobody says: what a round is told, of how many earlier ones, and how far it counts. */
export const reflectionDefaultsSchema = reflectionSchema.omit({ rounds: true }).required();
export type ReflectionDefaults = z.infer<typeof reflectionDefaultsSchema>;
export const publishedReflection: ReflectionDefaults = { mode: 'reflection', history: 3, weight: 1 };
