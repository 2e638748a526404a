import { z } from 'zod';

/**
 * λ of (1−λ)·ℓ(prompt alone) + λ·ℓ(prompt with all that stands beside it): how far a layout, or what earlier rounds are
 * told, counts (ours, after composed diffusion, arXiv 2206.01714). Absent = 1, as published; another value computes one
 * more sequence a step, and above 1 counts more than the model itself would have it.
 */
export const contextWeightSchema = z.number().min(0).max(4);

/** A weight as a request holds it: 1 is what an absent one means. */
export function saidWeight(weight: number): { weight?: number } {
  return weight === 1 ? {} : { weight };
}

/**
 * How far a layout counts where nobody says: the model's own, one that is given to it, and its own of an edit; each of these
 * two is as much where absent. A user's boxes may lie where a model's seldom do, and half a layout may then paint a thing
 * twice; a whole one may turn an edit into another picture.
 */
export const planDefaultsSchema = z.object({
  weight: contextWeightSchema,
  given: contextWeightSchema.optional(),
  edits: contextWeightSchema.optional(),
  /** Into how many steps of a side edges were rounded in training; absent = 1024, all there are. */
  grid: z.int().min(1).max(1024).optional(),
  /** Whether layouts of pictures went from left to right in training, then from top to bottom; absent = in any order. */
  sorted: z.boolean().optional(),
});
export type PlanDefaults = z.infer<typeof planDefaultsSchema>;
export const publishedPlan: PlanDefaults = { weight: 1 };

/** Whose layout it is, and of what: the model's own, one that is given to it, its own of an edit. */
export type LayoutKind = 'auto' | 'given' | 'edit';

/** How far a layout counts where nobody says. */
export function ownWeight(
  { weight, given = weight, edits = weight }: PlanDefaults,
  kind: LayoutKind,
): number {
  return { auto: weight, given, edit: edits }[kind];
}
