import { z } from 'zod';
import { studioErrorSchema } from './errors.ts';
import { labelledBoxSchema } from './events.ts';
import { groundedBoxSchema } from './ground.ts';
import {
  askRequestSchema,
  captionRequestSchema,
  groundRequestSchema,
  pictureSourceSchema,
} from './request.ts';
import { runIdSchema } from './runs.ts';
import type { ChannelTable, EventTable } from './channel.ts';

/** A picture by the hash of its bytes, and what it is called. */
const which = { name: z.string().max(500), sha256: pictureSourceSchema.shape.sha256 };

/** What questions without a picture are kept beside: the hash of no bytes at all. */
export const noPicture = {
  name: '',
  sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
} as const;

/** A token of an answer: how it reads, the forward that revealed it (from 0) and its probability then. */
export const answerTokenSchema = z.object({ text: z.string(), step: z.int(), confidence: z.number() });
export type AnswerToken = z.infer<typeof answerTokenSchema>;

const madeBy = {
  id: runIdSchema,
  createdAt: z.string(),
  model: z.object({ name: z.string(), fingerprint: z.string() }),
  backend: z.string(),
};

/** A question or a wish for a description, and what came of it. */
export const answerTurnSchema = z.object({
  ...madeBy,
  request: z.discriminatedUnion('task', [askRequestSchema, captionRequestSchema]),
  /** `stopped`: by the user, with what had been revealed until then. */
  outcome: z.enum(['done', 'stopped', 'failed']),
  error: studioErrorSchema.nullable(),
  text: z.string(),
  /** In the order of reading, up to the end of the turn. */
  tokens: z.array(answerTokenSchema),
  /** Steps of the answer, of which each token names one. */
  steps: z.int(),
  /** In pixels of the picture. */
  boxes: z.array(labelledBoxSchema),
});
export type AnswerTurn = z.infer<typeof answerTurnSchema>;

/** A grounding run and its results, one a phrase, malformed ones too. */
export const groundingSchema = z.object({
  ...madeBy,
  request: groundRequestSchema,
  image: z.object({ width: z.int(), height: z.int() }),
  boxes: z.array(groundedBoxSchema),
});
export type Grounding = z.infer<typeof groundingSchema>;

/** Where a box came from. */
export const boxOrigins = ['drawn', 'ground', 'answer'] as const;

/** A labelled box on a picture: left, top, right, bottom in its pixels. */
export const notedBoxSchema = z.object({
  id: z.string().min(1).max(100),
  label: z.string().max(400),
  box: z.tuple([z.number(), z.number(), z.number(), z.number()]),
  origin: z.enum(boxOrigins),
  /** What the model wrote; null for drawn boxes. */
  raw: z.string().nullable(),
  confidence: z.number().nullable(),
  /** The box as the model gave it, once the user has changed it. */
  original: z.tuple([z.number(), z.number(), z.number(), z.number()]).nullable(),
});
export type NotedBox = z.infer<typeof notedBoxSchema>;

/** What is kept beside a picture, wherever it came from: its thread, its grounding runs and its boxes. */
export const pictureNotesSchema = z.object({
  version: z.literal(1),
  picture: z.object(which),
  turns: z.array(answerTurnSchema),
  groundings: z.array(groundingSchema),
  boxes: z.array(notedBoxSchema),
});
export type PictureNotes = z.infer<typeof pictureNotesSchema>;

export const noteChannels = {
  'notes.read': { input: z.object(which), output: pictureNotesSchema },
  /** Puts boxes by their id and takes others away; boxes not named stay as they are. */
  'notes.boxes': {
    input: z.object({
      ...which,
      put: z.array(notedBoxSchema).max(1000),
      remove: z.array(z.string().max(100)).max(1000),
    }),
    output: z.object({}),
  },
  /** Takes turns out of a thread. */
  'notes.forget': {
    input: z.object({ ...which, turns: z.array(runIdSchema).max(1000) }),
    output: z.object({}),
  },
} satisfies ChannelTable;

export const noteEvents = {
  /** What is kept beside a picture changed. */
  'notes.changed': z.object({ notes: pictureNotesSchema }),
} satisfies EventTable;
