import { z } from 'zod';
import { generationRequestSchema, pictureRequestSchema } from './request.ts';
import { studioErrorSchema } from './errors.ts';
import { runEventSchema } from './events.ts';
import type { ChannelTable, EventTable } from './channel.ts';

const u8: z.ZodType<Uint8Array> = z.instanceof(Uint8Array);

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
} satisfies ChannelTable;

export const runEvents = {
  'run.event': z.object({ id: runIdSchema, event: runEventSchema }),
  /** The queue changed: ids in order, the running one first. */
  'run.queue': z.object({ ids: z.array(runIdSchema) }),
} satisfies EventTable;
