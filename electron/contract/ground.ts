import { z } from 'zod';

/**
 * Everything that decides a grounding result, besides the picture (PIPELINE §6). `dense` asks for all phrases in one
 * forward, `expression` for one phrase a prompt, as the RefCOCO evaluation does.
 */
export const groundRequestSchema = z.object({
  version: z.literal(1),
  task: z.literal('ground'),
  mode: z.enum(['dense', 'expression']),
  phrases: z.array(z.string().max(400)).min(1).max(64),
  /** Forwards a prompt; more than one only in `expression` mode. */
  steps: z.union([z.literal(1), z.literal(2), z.literal(4)]),
  /** Choose among coordinate tokens only. Off is the published behaviour, where a box may come out malformed. */
  restrictToBins: z.boolean(),
  /** `published` keeps the quirks of the published prompts (Q2, Q3), `trained` is what training saw. */
  prompt: z.enum(['published', 'trained']),
  /** `published` keeps the quirk of the published multi-step loop (Q4). */
  loop: z.enum(['fixed', 'published']),
});
export type GroundRequest = z.infer<typeof groundRequestSchema>;

/** What a start of grounding is set to: one forward, prompts as published where that is known to work. */
export const groundDefaults = {
  mode: 'dense',
  steps: 1,
  restrictToBins: false,
  prompt: 'published',
  loop: 'fixed',
} as const satisfies Partial<GroundRequest>;

/** Numbers of a box: left, top, right, bottom. */
export const coordinatesOfBox = 4;
/** Coordinate tokens `<LOC_0>` to `<LOC_1024>` (PIPELINE §6). */
export const locBinCount = 1025;

/** One of a box's four numbers as it stands after a pass. */
export const boxCoordinateSchema = z.object({
  /** Token id chosen in this pass, or committed before. */
  id: z.int(),
  /** 0…1024, or null when the token is no coordinate. */
  bin: z.int().nullable(),
  /** Softmax probability of the token over the whole vocabulary. */
  probability: z.number(),
  committed: z.boolean(),
  /** Softmax over the coordinate tokens alone [1025]. */
  distribution: z.instanceof(Float32Array),
});
export type BoxCoordinate = z.infer<typeof boxCoordinateSchema>;

/**
 * A phrase's box. In pixels of the original picture: left, top, right, bottom, clamped to it; null when malformed.
 * `malformed`: a token that is no coordinate; `inverted`: right is not beyond left, or bottom not below top.
 */
export const groundedBoxSchema = z.object({
  phrase: z.string(),
  box: z.tuple([z.number(), z.number(), z.number(), z.number()]).nullable(),
  /** On the letter-boxed square, 0…1024; null when malformed. */
  bins: z.tuple([z.int(), z.int(), z.int(), z.int()]).nullable(),
  /** Smallest of the four probabilities. */
  confidence: z.number(),
  problem: z.enum(['malformed', 'inverted']).nullable(),
  /** The four tokens as the vocabulary writes them, between `<LOC_BEGIN>` and `<LOC_END>`. */
  raw: z.string(),
});
export type GroundedBox = z.infer<typeof groundedBoxSchema>;
