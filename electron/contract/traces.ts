import { z } from 'zod';
import { boxCoordinateSchema, groundedBoxSchema } from './ground.ts';
import { generationRequestSchema, pictureRequestSchema } from './request.ts';
import { resultPlaceSchema, rgbImageSchema, segmentSchema, textPurposes } from './events.ts';
import { runIdSchema } from './runs.ts';
import type { ChannelTable } from './channel.ts';

const u8: z.ZodType<Uint8Array> = z.instanceof(Uint8Array);
const u16: z.ZodType<Uint16Array> = z.instanceof(Uint16Array);
const f32: z.ZodType<Float32Array> = z.instanceof(Float32Array);

/** One recorded round of a run; a run without reflection has one. */
export const traceRoundSchema = z.object({
  /** From 1. */
  round: z.int(),
  /** Seed of its noise. */
  seed: z.int(),
  steps: z.int(),
  /** What the model said of the picture, and whether it accepted it; null without a critique. */
  verdict: z.object({ reply: z.string(), accepted: z.boolean() }).nullable(),
});
export type TraceRound = z.infer<typeof traceRoundSchema>;

/** The static part of one round of a recorded run; steps are read one by one. */
export const traceHeadSchema = z.object({
  id: runIdSchema,
  request: pictureRequestSchema,
  /** Which of `rounds` the rest is about. */
  round: z.int(),
  rounds: z.array(traceRoundSchema),
  steps: z.int(),
  grid: z.object({ width: z.int(), height: z.int() }),
  image: z.object({ width: z.int(), height: z.int() }),
  /** Absent = the result is the model's square. */
  result: resultPlaceSchema.optional(),
  codebookSize: z.int(),
  maskId: z.int(),
  transferCounts: z.array(z.int()),
  /** Codes before the first step [N], `maskId` where none was given. */
  initial: u16,
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
  /** The likeliest codes of each position [N, candidateCount]; absent where they were not recorded. */
  candidates: z.object({ ids: u16, probabilities: f32 }).optional(),
  /** How far guidance moved each position [N]; absent where it was off or not recorded. */
  guidanceDelta: f32.optional(),
});
export type TraceStep = z.infer<typeof traceStepSchema>;

/** One token of a recorded text. */
export const traceTokenSchema = z.object({
  /** Place in the text, from 0. */
  position: z.int(),
  id: z.int(),
  /** As the vocabulary writes it. */
  token: z.string(),
  /** Forward that committed it, from 0. */
  step: z.int(),
  confidence: z.number(),
  /** Nats; null where it was not recorded. */
  entropy: z.number().nullable(),
  /** The likeliest tokens in its place, most likely first; empty where they were not recorded. */
  candidates: z.array(z.object({ id: z.int(), token: z.string(), probability: z.number() })),
});
export type TraceToken = z.infer<typeof traceTokenSchema>;

/** A recorded stretch of text diffusion, its tokens in the order of commitment. */
export const traceTextSchema = z.object({
  purpose: z.enum(textPurposes),
  /** Round it belongs to, from 1. */
  round: z.int(),
  segments: z.array(segmentSchema),
  length: z.int(),
  blockLength: z.int(),
  text: z.string(),
  tokens: z.array(traceTokenSchema),
});
export type TraceText = z.infer<typeof traceTextSchema>;

/** A phrase's box after one pass. */
export const traceBoxSchema = z.object({
  object: z.int(),
  step: z.int(),
  result: groundedBoxSchema,
  /** Left, top, right, bottom; an empty distribution where it was not recorded. */
  coordinates: z.array(boxCoordinateSchema).length(4),
});
export type TraceBox = z.infer<typeof traceBoxSchema>;

/** What a run wrote and grounded. */
export const textTraceSchema = z.object({
  request: generationRequestSchema,
  model: z.object({ name: z.string(), fingerprint: z.string() }),
  backend: z.string(),
  texts: z.array(traceTextSchema),
  boxes: z.array(traceBoxSchema),
});
export type TextTrace = z.infer<typeof textTraceSchema>;

/** What an open code shows in a picture of a step: the model's draft, or nothing. */
export const stepPictureKinds = ['x0', 'committed'] as const;

/** Ways to take a run out of the studio. */
export const exportFormats = ['gif', 'sheet', 'json'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export const exportSettingsSchema = z.object({
  format: z.enum(exportFormats),
  /** Of the pictures; JSON holds the tokens themselves. */
  kind: z.enum(stepPictureKinds),
  /** Frames of a GIF a second. */
  framesPerSecond: z.number().min(0.5).max(50),
  /** Pictures of a sheet at most; steps at even distances, the first and the last among them. */
  pictures: z.int().min(2).max(400),
});
export type ExportSettings = z.infer<typeof exportSettingsSchema>;

const round = z.int().min(1).optional();

export const traceChannels = {
  /** A round of a recorded run; the last one when it is not named. */
  'trace.head': { input: z.object({ id: runIdSchema, round }), output: traceHeadSchema },
  'trace.step': {
    input: z.object({ id: runIdSchema, step: z.int().nonnegative(), round }),
    output: traceStepSchema,
  },
  /** The picture as decoded after a step: committed codes only (masked cells grey), or with drafts filled in (x0). */
  'trace.preview': {
    input: z.object({
      id: runIdSchema,
      step: z.int().nonnegative(),
      kind: z.enum(stepPictureKinds),
      round,
    }),
    output: rgbImageSchema,
  },
  /** What the run wrote and grounded; empty lists for a run that did neither. */
  'trace.texts': { input: z.object({ id: runIdSchema }), output: textTraceSchema },
  /** A run as a file. */
  'trace.export': {
    input: z.object({ id: runIdSchema, settings: exportSettingsSchema }),
    output: z.object({ name: z.string(), mime: z.string(), bytes: u8 }),
  },
  /** Puts a branch of a recorded run at the end of the queue. */
  'run.branch': {
    input: z.object({
      id: runIdSchema,
      /** Finished steps of the parent. */
      step: z.int().nonnegative(),
      /** Positions to mask again. */
      region: z.array(z.int().nonnegative()).max(65_536),
      /** Absent = the parent's; another seed paints the open part differently. */
      seed: z.int().min(0).max(0xffff_ffff).optional(),
      /** Absent = as many as the parent had left, or as the region needs at the parent's pace. */
      steps: z.int().min(1).max(65_536).optional(),
      /** Absent = the parent's. */
      prompt: z.string().max(20_000).optional(),
    }),
    output: z.object({ id: runIdSchema, request: pictureRequestSchema }),
  },
} satisfies ChannelTable;
