import { z } from 'zod';
import { boxCoordinateSchema, groundedBoxSchema, groundRequestSchema } from './ground.ts';
import { generationRequestSchema } from './request.ts';
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
export const phaseNames = ['queue', 'load', 'prepare', 'unmask', 'decode', 'save'] as const;

/** An RGB picture without alpha, raster order, 3 bytes a pixel. */
export const rgbImageSchema = z.object({ width: z.int(), height: z.int(), rgb: u8 });
export type RgbImage = z.infer<typeof rgbImageSchema>;

/** Where the result went and what it cost. The engine writes no files: whoever saves fills in the two names. */
export const runResultSchema = z.object({
  forwards: z.int(),
  /** Milliseconds spent in each phase. */
  phaseMs: z.record(z.string(), z.number()),
  imageFile: z.string().nullable(),
  traceFile: z.string().nullable(),
  /** What went wrong without costing the picture, such as a trace that could not be written. */
  warnings: z.array(studioErrorSchema).optional(),
});

/**
 * What a task yields while it runs (PIPELINE §10). Window, command line and trace writer are consumers of this one
 * stream. N is the number of VQ codes; positions are raster indices on the code grid.
 */
export const runEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('run.start'),
    request: generationRequestSchema,
    model: z.object({ name: z.string(), fingerprint: z.string() }),
    backend: z.string(),
    segments: z.array(segmentSchema),
    grid: z.object({ width: z.int(), height: z.int() }),
    image: z.object({ width: z.int(), height: z.int() }),
    codebookSize: z.int(),
    maskId: z.int(),
    /** k_i: how many codes step i commits; sums to N. */
    transferCounts: z.array(z.int()),
    /** The fixed position order [N], or null where confidence decides. */
    order: u16.nullable(),
    /** Sampling temperature τ a step. */
    temperatures: z.array(z.number()),
    /** Selection temperature A a step. */
    selectionTemperatures: z.array(z.number()),
  }),
  z.object({
    type: z.literal('branches'),
    rows: z.array(
      z.object({
        name: z.enum(['unconditional', 'sourceOnly', 'conditional']),
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
  z.object({ type: z.literal('run.done'), result: runResultSchema }),
  z.object({ type: z.literal('run.error'), error: studioErrorSchema, step: z.int().nullable() }),
  z.object({ type: z.literal('run.cancelled'), step: z.int().nullable() }),
]);
export type RunEvent = z.infer<typeof runEventSchema>;
export type RunEventOf<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;
