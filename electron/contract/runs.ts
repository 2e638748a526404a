import { z } from 'zod';
import { generationRequestSchema, pictureRequestSchema } from './request.ts';
import { studioErrorSchema } from './errors.ts';
import { rgbImageSchema, runEventSchema } from './events.ts';
import type { ChannelTable, EventTable } from './channel.ts';

const u8: z.ZodType<Uint8Array> = z.instanceof(Uint8Array);
const u16: z.ZodType<Uint16Array> = z.instanceof(Uint16Array);
const f32: z.ZodType<Float32Array> = z.instanceof(Float32Array);

/** Run ids are made by the studio: time-ordered, safe as file names. */
export const runIdSchema = z.string().regex(/^[0-9a-z][0-9a-z-]{5,63}$/);

/** One finished picture of the gallery, read back from its PNG. */
export const runSummarySchema = z.object({
  id: runIdSchema,
  createdAt: z.string(),
  request: pictureRequestSchema,
  model: z.object({ name: z.string(), fingerprint: z.string() }),
  backend: z.string(),
  width: z.int(),
  height: z.int(),
  file: z.string(),
  hasTrace: z.boolean(),
});
export type RunSummary = z.infer<typeof runSummarySchema>;

/** A queued or running work. `events` holds what it has said so far, previews left out. */
export const activeRunSchema = z.object({
  id: runIdSchema,
  request: generationRequestSchema,
  state: z.enum(['queued', 'running']),
  events: z.array(runEventSchema),
});
export type ActiveRun = z.infer<typeof activeRunSchema>;

/** The static part of a recorded run; steps are read one by one. */
export const traceHeadSchema = z.object({
  id: runIdSchema,
  request: pictureRequestSchema,
  steps: z.int(),
  grid: z.object({ width: z.int(), height: z.int() }),
  image: z.object({ width: z.int(), height: z.int() }),
  codebookSize: z.int(),
  maskId: z.int(),
  transferCounts: z.array(z.int()),
  /** Step at which each position was committed [N], 0-based. */
  commitStep: u16,
  /** Mean confidence of the codes each step committed [S]. */
  meanConfidence: z.array(z.number()),
  /** Mean entropy over the positions still masked at each step [S], nats. */
  meanEntropy: z.array(z.number()),
  stepMs: z.array(z.number()),
});
export type TraceHead = z.infer<typeof traceHeadSchema>;

/** One recorded step; `step` counts from 0. */
export const traceStepSchema = z.object({
  step: z.int(),
  /** Codes after the step [N], `maskId` where still masked. */
  ids: u16,
  drafted: u16,
  confidence: f32,
  entropy: f32,
});
export type TraceStep = z.infer<typeof traceStepSchema>;

export const runChannels = {
  /** Puts a request at the end of the queue. */
  'run.start': {
    input: z.object({ request: generationRequestSchema }),
    output: z.object({ id: runIdSchema }),
  },
  'run.cancel': { input: z.object({ id: runIdSchema }), output: z.object({ cancelled: z.boolean() }) },
  /** Queued and running works, so that a reloaded window catches up. */
  'run.active': { input: z.object({}), output: z.array(activeRunSchema) },
  /** Finished pictures, newest first. */
  'run.list': { input: z.object({ limit: z.int().min(1).max(1000) }), output: z.array(runSummarySchema) },
  /** Files in the output folder that bear a run's name but cannot be read; they are left where they are. */
  'run.problems': {
    input: z.object({}),
    output: z.array(z.object({ file: z.string(), error: studioErrorSchema })),
  },
  /** The PNG file as it lies on disk. */
  'run.image': { input: z.object({ id: runIdSchema }), output: z.object({ png: u8 }) },
  'trace.head': { input: z.object({ id: runIdSchema }), output: traceHeadSchema },
  'trace.step': {
    input: z.object({ id: runIdSchema, step: z.int().nonnegative() }),
    output: traceStepSchema,
  },
  /** The picture as decoded after a step: committed codes only (masked cells grey), or with drafts filled in (x0). */
  'trace.preview': {
    input: z.object({ id: runIdSchema, step: z.int().nonnegative(), kind: z.enum(['x0', 'committed']) }),
    output: rgbImageSchema,
  },
} satisfies ChannelTable;

export const runEvents = {
  'run.event': z.object({ id: runIdSchema, event: runEventSchema }),
  /** The queue changed: ids in order, the running one first. */
  'run.queue': z.object({ ids: z.array(runIdSchema) }),
} satisfies EventTable;
