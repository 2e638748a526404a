import { z } from 'zod';
import { modelInfoSchema } from '../electron/contract/engine.ts';
import { studioErrorSchema } from '../electron/contract/errors.ts';
import { rgbImageSchema, runEventSchema } from '../electron/contract/events.ts';
import { generationRequestSchema } from '../electron/contract/request.ts';

const gridSchema = z.object({ width: z.int().min(1).max(4096), height: z.int().min(1).max(4096) });
const call = z.int().nonnegative();

/** What the supervisor asks of the engine process. `call` is chosen by the supervisor and echoed in every answer. */
export const hostRequestSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('open'),
    options: z.object({
      modelDirectory: z.string(),
      backend: z.string(),
      choice: z.object({ backend: z.string(), reason: z.string() }).optional(),
      threads: z.int().min(1).max(1024),
      memoryBytes: z.number().positive().optional(),
    }),
  }),
  z.object({ type: z.literal('run'), call, request: generationRequestSchema, previews: z.boolean() }),
  /** Aborts a run between two forwards. */
  z.object({ type: z.literal('cancel'), call }),
  z.object({ type: z.literal('count'), call, prompt: z.string().max(20_000) }),
  z.object({
    type: z.literal('decode'),
    call,
    ids: z.custom<Uint16Array>((value) => value instanceof Uint16Array),
    grid: gridSchema,
  }),
  z.object({ type: z.literal('close') }),
]);
export type HostRequest = z.infer<typeof hostRequestSchema>;

const promptCountSchema = z.object({ tokens: z.int(), characters: z.int(), maxCharacters: z.int() });

/** What the engine process says. A run is answered by events, the last of which is run.done, run.error or run.cancelled. */
export const hostMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), pid: z.int(), residentBytes: z.int() }),
  z.object({ type: z.literal('progress'), detail: z.string() }),
  z.object({ type: z.literal('opened'), model: modelInfoSchema }),
  z.object({ type: z.literal('open-failed'), error: studioErrorSchema }),
  z.object({ type: z.literal('heartbeat'), residentBytes: z.int() }),
  z.object({ type: z.literal('event'), call, event: runEventSchema }),
  z.object({ type: z.literal('counted'), call, count: promptCountSchema }),
  z.object({ type: z.literal('decoded'), call, image: rgbImageSchema }),
  z.object({ type: z.literal('failed'), call, error: studioErrorSchema }),
  z.object({ type: z.literal('closed') }),
]);
export type HostMessage = z.infer<typeof hostMessageSchema>;

/** Either end of the channel between supervisor and engine process. Messages pass by structured clone. */
export interface MessagePort {
  postMessage(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
}
