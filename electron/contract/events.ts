import { z } from 'zod';
import { boxCoordinateSchema, groundedBoxSchema, groundRequestSchema } from './ground.ts';
import { pictureRequestSchema, planBoxSchema } from './request.ts';
import { studioErrorSchema } from './errors.ts';

const u8: z.ZodType<Uint8Array> = z.instanceof(Uint8Array);
const u16: z.ZodType<Uint16Array> = z.instanceof(Uint16Array);
const f32: z.ZodType<Float32Array> = z.instanceof(Float32Array);

/** One stretch of the flat sequence and the branch that computes it (MODEL §1, PIPELINE §10). */
export const segmentSchema = z.object({
  kind: z.enum(['system', 'user', 'semantic', 'vqSource', 'header', 'plan', 'answer', 'canvas', 'tail']),
  start: z.int(),
  length: z.int(),
  branch: z.enum(['und', 'gen']),
});
export type Segment = z.infer<typeof segmentSchema>;

/** Named phases of a long work, in the order they happen. */
export const phaseNames = [
  'queue',
  'load',
  'prepare',
  'see',
  'plan',
  'unmask',
  'decode',
  'critique',
  'answer',
  'save',
] as const;

/** An RGB picture without alpha, raster order, 3 bytes a pixel. */
export const rgbImageSchema = z.object({ width: z.int(), height: z.int(), rgb: u8 });
export type RgbImage = z.infer<typeof rgbImageSchema>;

/**
 * Where the model's square lies on a result of another size, as an edit of a part of a picture makes it: left, top, right,
 * bottom in pixels of the result. It may reach beyond it.
 */
export const resultPlaceSchema = z.object({
  width: z.int().positive(),
  height: z.int().positive(),
  square: z.tuple([z.number(), z.number(), z.number(), z.number()]),
});
export type ResultPlace = z.infer<typeof resultPlaceSchema>;

/** Where the result went and what it cost. The engine writes no files: whoever saves fills in the two names. */
export const runResultSchema = z.object({
  forwards: z.int(),
  /** Milliseconds spent in each phase. */
  phaseMs: z.record(z.string(), z.number()),
  imageFile: z.string().nullable(),
  traceFile: z.string().nullable(),
  /** What went wrong without costing the picture, such as a trace that could not be written. */
  warnings: z.array(studioErrorSchema).optional(),
  /** Whether the model accepted its own picture; absent without reflection. */
  accepted: z.boolean().optional(),
});

/** How many of the likeliest codes or tokens a step tells of. */
export const candidateCount = 5;

/** What a stretch of text diffusion writes. */
export const textPurposes = ['answer', 'caption', 'plan', 'critique'] as const;

/** Tokens that one step of text diffusion committed, most confident first (PIPELINE §10). */
const tokenCommit = {
  /** Forwards so far, from 0. */
  step: z.int(),
  block: z.int(),
  /** Places in the answer, from 0. */
  positions: z.array(z.int()),
  ids: z.array(z.int()),
  /** The tokens as the vocabulary writes them. */
  tokens: z.array(z.string()),
  /** How each of them reads on its own, '' for end tokens; U+FFFD where it holds a part of a character. */
  texts: z.array(z.string()),
  confidence: z.array(z.number()),
  /** Shannon entropy of each token's distribution before it was committed, nats. */
  entropy: z.array(z.number()).optional(),
  /** The likeliest tokens in its place, most likely first. */
  candidates: z
    .array(z.array(z.object({ id: z.int(), token: z.string(), probability: z.number() })))
    .optional(),
  /** The answer so far: committed tokens, special ones left out, up to the first end of turn. */
  text: z.string(),
};

/** A named box on a picture: left, top, right, bottom in its pixels. */
export const labelledBoxSchema = z.object({
  name: z.string(),
  box: z.tuple([z.number(), z.number(), z.number(), z.number()]),
});
export type LabelledBox = z.infer<typeof labelledBoxSchema>;

/**
 * What a task yields while it runs (PIPELINE §10). Window, command line and trace writer are consumers of this one
 * stream. N is the number of VQ codes; positions are raster indices on the code grid.
 */
export const runEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('run.start'),
    /** Without the bytes of its pictures. */
    request: pictureRequestSchema,
    model: z.object({ name: z.string(), fingerprint: z.string() }),
    backend: z.string(),
    segments: z.array(segmentSchema),
    grid: z.object({ width: z.int(), height: z.int() }),
    image: z.object({ width: z.int(), height: z.int() }),
    /** Absent = the result is the model's square. */
    result: resultPlaceSchema.optional(),
    codebookSize: z.int(),
    maskId: z.int(),
    /** k_i: how many codes step i commits; sums to N. */
    transferCounts: z.array(z.int()),
    /** The fixed position order [N], or null where confidence decides. */
    order: u16.nullable(),
    /** Codes given from the start [N], `maskId` where a step decides; absent = all masked. */
    initial: u16.optional(),
    /** Sampling temperature τ a step. */
    temperatures: z.array(z.number()),
    /** Selection temperature A a step. */
    selectionTemperatures: z.array(z.number()),
  }),
  z.object({
    type: z.literal('branches'),
    /** The sequence of the round's picture, which may differ from that of run.start when there are several rounds. */
    segments: z.array(segmentSchema).optional(),
    rows: z.array(
      z.object({
        /** `promptOnly` sees neither layout nor earlier rounds. */
        name: z.enum(['unconditional', 'sourceOnly', 'conditional', 'promptOnly']),
        masked: z.array(segmentSchema.shape.kind),
        gen: z.array(segmentSchema.shape.kind),
      }),
    ),
  }),
  z.object({ type: z.literal('phase'), phase: z.enum(phaseNames), detail: z.string() }),
  z.object({ type: z.literal('step.begin'), step: z.int(), steps: z.int(), masked: z.int(), total: z.int() }),
  z.object({
    type: z.literal('step.logits'),
    step: z.int(),
    /** x̂ [N]: the id drafted at each masked position, the committed id elsewhere. */
    drafted: u16,
    /** q [N]: softmax probability of x̂ at temperature 1; 1 where committed. */
    confidence: f32,
    /** Shannon entropy of the guided distribution [N], nats; 0 where committed. */
    entropy: f32,
    /**
     * The likeliest codes of the guided distribution at temperature 1 [N, candidateCount], most likely first; id 0 with
     * probability 0 where committed.
     */
    candidates: z.object({ ids: u16, probabilities: f32 }).optional(),
    /** ‖ℓ_conditional − ℓ_other‖₂ [N]; 0 where committed; absent where guidance is off. */
    guidanceDelta: f32.optional(),
  }),
  z.object({ type: z.literal('step.commit'), step: z.int(), positions: u16, ids: u16, confidence: f32 }),
  z.object({ type: z.literal('step.state'), step: z.int(), ids: u16, milliseconds: z.number() }),
  z.object({
    type: z.literal('step.preview'),
    step: z.int(),
    kind: z.enum(['x0', 'committed']),
    image: rgbImageSchema,
  }),
  /** The finished picture, before it is saved. */
  z.object({ type: z.literal('run.image'), image: rgbImageSchema }),
  /** A grounding run begins: what will be computed, before the picture is read by the network. */
  z.object({
    type: z.literal('ground.start'),
    request: groundRequestSchema,
    model: z.object({ name: z.string(), fingerprint: z.string() }),
    backend: z.string(),
    /** Segments of each prompt. */
    prompts: z.array(z.array(segmentSchema)),
    image: z.object({ width: z.int(), height: z.int() }),
    /** Views the vision tower reads. */
    views: z.int(),
    forwards: z.int(),
  }),
  /** A phrase's box after a pass; `object` counts the phrases of the request. */
  z.object({
    type: z.literal('box.update'),
    object: z.int(),
    step: z.int(),
    steps: z.int(),
    result: groundedBoxSchema,
    /** Left, top, right, bottom. */
    coordinates: z.array(boxCoordinateSchema).length(4),
  }),
  /** The boxes of a grounding run, one a phrase, in the order of the request. */
  z.object({
    type: z.literal('run.boxes'),
    image: z.object({ width: z.int(), height: z.int() }),
    boxes: z.array(groundedBoxSchema),
  }),
  /** A stretch of text diffusion begins: an answer, or a part of a picture run. */
  z.object({
    type: z.literal('text.start'),
    purpose: z.enum(textPurposes),
    model: z.object({ name: z.string(), fingerprint: z.string() }),
    backend: z.string(),
    /** The prompt, then the answer. */
    segments: z.array(segmentSchema),
    length: z.int(),
    blockLength: z.int(),
    maskId: z.int(),
  }),
  z.object({ type: z.literal('token.commit'), ...tokenCommit }),
  z.object({ type: z.literal('plan.token'), ...tokenCommit }),
  z.object({ type: z.literal('critique.token'), ...tokenCommit }),
  /** The text as a whole, cut at the first end of turn. */
  z.object({
    type: z.literal('text.done'),
    purpose: z.enum(textPurposes),
    text: z.string(),
    /** All tokens, those after the end of turn too. */
    ids: z.array(z.int()),
    /** How each of them reads where it stands, special tokens written out; '' for those that do not count. */
    pieces: z.array(z.string()),
    forwards: z.int(),
  }),
  /** The boxes of a layout under way that can already be read, in the order of the text. */
  z.object({ type: z.literal('plan.boxes'), boxes: z.array(planBoxSchema) }),
  /** The layout a picture will follow. `text` is what stands before the canvas, '' when there is no readable plan. */
  z.object({
    type: z.literal('plan.parsed'),
    source: z.enum(['planner', 'given']),
    boxes: z.array(planBoxSchema),
    text: z.string(),
    warnings: z.array(z.string()),
  }),
  /** A round of reflection begins; rounds count from 1. */
  z.object({
    type: z.literal('round.start'),
    round: z.int(),
    rounds: z.int(),
    /** Seed of this round's noise. */
    seed: z.int(),
    /** Earlier rounds this one is shown, with what was said of them. */
    history: z.array(z.object({ round: z.int(), reply: z.string() })),
  }),
  z.object({ type: z.literal('round.image'), round: z.int(), image: rgbImageSchema }),
  z.object({
    type: z.literal('critique.verdict'),
    round: z.int(),
    reply: z.string(),
    accepted: z.boolean(),
  }),
  /** The answer of an ask or caption run; boxes are in pixels of the picture asked about. */
  z.object({ type: z.literal('run.answer'), text: z.string(), boxes: z.array(labelledBoxSchema) }),
  z.object({ type: z.literal('run.done'), result: runResultSchema }),
  z.object({ type: z.literal('run.error'), error: studioErrorSchema, step: z.int().nullable() }),
  z.object({ type: z.literal('run.cancelled'), step: z.int().nullable() }),
]);
export type RunEvent = z.infer<typeof runEventSchema>;
export type RunEventOf<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;
