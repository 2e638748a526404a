import { z } from 'zod';
import { generationRequestSchema, pictureRequestSchema, planBoxSchema } from './request.ts';
import { studioErrorSchema } from './errors.ts';
import { runEventSchema } from './events.ts';
import type { ChannelTable, EventTable } from './channel.ts';

const u8: z.ZodType<Uint8Array> = z.instanceof(Uint8Array);

/** Run ids are made by the studio: time-ordered, safe as file names. */
export const runIdSchema = z.string().regex(/^[0-9a-z][0-9a-z-]{5,63}$/);

/** The layout a picture followed. */
export const usedPlanSchema = z.object({
  source: z.enum(['planner', 'given']),
  boxes: z.array(planBoxSchema).max(256),
});
export type UsedPlan = z.infer<typeof usedPlanSchema>;

/** A finished round of reflection: its noise, its layout, and what the model said of its picture. */
export const roundSummarySchema = z.object({
  /** From 1. */
  round: z.int().min(1).max(20),
  seed: z.int(),
  reply: z.string().max(20_000),
  accepted: z.boolean(),
  plan: usedPlanSchema.optional(),
});
export type RoundSummary = z.infer<typeof roundSummarySchema>;

/** What a picture's run did besides painting. */
export const runStorySchema = z.object({
  /** The layout of the picture that is the result. */
  plan: usedPlanSchema.optional(),
  /** With reflection: all rounds, the last of which is the result. */
  rounds: z.array(roundSummarySchema).max(20).optional(),
});
export type RunStory = z.infer<typeof runStorySchema>;

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
  ...runStorySchema.shape,
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

/** A request that left the queue without a result and can be asked for again. */
export const leftRunSchema = z.object({
  id: runIdSchema,
  request: generationRequestSchema,
  /** It failed, or the studio ended while it ran. */
  reason: z.enum(['failed', 'interrupted']),
  error: studioErrorSchema.nullable(),
});
export type LeftRun = z.infer<typeof leftRunSchema>;

/** The queue as a whole; the requests themselves are told by `run.active`. */
export const queueStateSchema = z.object({
  /** Ids in order, the running one first. */
  ids: z.array(runIdSchema),
  /** Nothing new is started. */
  paused: z.boolean(),
  /** Newest first. */
  left: z.array(leftRunSchema),
});
export type QueueState = z.infer<typeof queueStateSchema>;

export const runChannels = {
  /** Puts a request at the end of the queue, or before all that wait; it is on the disk when this answers. */
  'run.start': {
    input: z.object({
      request: generationRequestSchema,
      front: z.boolean().optional(),
      /** Run it although it is not expected to fit into memory. */
      anyway: z.boolean().optional(),
    }),
    output: z.object({ id: runIdSchema }),
  },
  'run.cancel': { input: z.object({ id: runIdSchema }), output: z.object({ cancelled: z.boolean() }) },
  /** Queued and running works, so that a reloaded window catches up. */
  'run.active': { input: z.object({}), output: z.array(activeRunSchema) },
  'queue.state': { input: z.object({}), output: queueStateSchema },
  /** Moves a waiting request to a place among those that wait, 0 = next. */
  'queue.move': {
    input: z.object({ id: runIdSchema, to: z.int().min(0) }),
    output: z.object({ moved: z.boolean() }),
  },
  'queue.pause': { input: z.object({ paused: z.boolean() }), output: z.object({}) },
  /** Takes everything out that waits; with `running` stops the run under way too. */
  'queue.clear': { input: z.object({ running: z.boolean() }), output: z.object({ cancelled: z.int() }) },
  /** Asks again for runs that failed or were interrupted, before all that wait. */
  'queue.retry': {
    input: z.object({ ids: z.array(runIdSchema).max(1000) }),
    output: z.object({ ids: z.array(runIdSchema) }),
  },
  /** Forgets runs that failed or were interrupted. */
  'queue.dismiss': { input: z.object({ ids: z.array(runIdSchema).max(1000) }), output: z.object({}) },
  /** Finished pictures, newest first. */
  'run.list': { input: z.object({ limit: z.int().min(1).max(1000) }), output: z.array(runSummarySchema) },
  /** Files in the output folder that bear a run's name but cannot be read; they are left where they are. */
  'run.problems': {
    input: z.object({}),
    output: z.array(z.object({ file: z.string(), error: studioErrorSchema })),
  },
  /** The PNG file as it lies on disk. */
  'run.image': { input: z.object({ id: runIdSchema }), output: z.object({ png: u8 }) },
  /** The picture of an earlier round of reflection, from 1; that of the last round is the result itself. */
  'run.round': {
    input: z.object({ id: runIdSchema, round: z.int().min(1).max(20) }),
    output: z.object({ png: u8 }),
  },
} satisfies ChannelTable;

export const runEvents = {
  'run.event': z.object({ id: runIdSchema, event: runEventSchema }),
  'run.queue': queueStateSchema,
} satisfies EventTable;
