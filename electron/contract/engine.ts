import { z } from 'zod';
import { studioErrorSchema } from './errors.ts';
import { planDefaultsSchema } from './context-weight.ts';
import { knownWordsSchema } from './known-words.ts';
import { reflectionDefaultsSchema } from './reflection.ts';
import { editDefaultsSchema, textToImageDefaultsSchema } from './request.ts';
import type { ChannelTable, EventTable } from './channel.ts';

/** Tasks a bundle can bring examples for. */
export const exampleKinds = ['text-to-image', 'plan', 'edit', 'ask', 'ground'] as const;

/** What the loaded bundle is and can do; every number comes from its config. */
export const modelInfoSchema = z.object({
  name: z.string(),
  version: z.string(),
  directory: z.string(),
  fingerprint: z.string(),
  parameters: z.int(),
  imageSize: z.int(),
  grid: z.object({ width: z.int(), height: z.int() }),
  slots: z.int(),
  codebookSize: z.int(),
  maxCaptionCharacters: z.int(),
  defaults: textToImageDefaultsSchema,
  /** What an edit starts from where it differs from `defaults`. */
  editDefaults: editDefaultsSchema.optional(),
  /** How its layouts are best followed. */
  planDefaults: planDefaultsSchema.optional(),
  /** How its reflection is best asked for. */
  reflectionDefaults: reflectionDefaultsSchema.optional(),
  /** The backend it really runs on, and a sentence why. */
  backend: z.string(),
  backendReason: z.string(),
  /** Tasks of a request that the bundle's parts allow, and of the extras `plan` and `reflect`. */
  tasks: z.array(z.string()),
  /** Words to begin with, by task, as the bundle's own language model was trained to read them; none where it is silent. */
  examples: z.partialRecord(z.enum(exampleKinds), z.array(z.string())).optional(),
  /** What it has learnt to read, where that is little enough to be told. */
  knows: knownWordsSchema.optional(),
});
export type ModelInfo = z.infer<typeof modelInfoSchema>;

export const engineStatusSchema = z.object({
  state: z.enum(['starting', 'ready', 'busy', 'dead']),
  /** Which phase of starting it is in, in words; empty when ready. */
  detail: z.string(),
  pid: z.int().nullable(),
  residentBytes: z.int().nullable(),
  backend: z.string().nullable(),
  threads: z.int().nullable(),
  model: modelInfoSchema.nullable(),
  error: studioErrorSchema.nullable(),
  restarts: z.int(),
  /** Settings were changed that count from the engine's next start on. */
  outdated: z.boolean(),
});
export type EngineStatus = z.infer<typeof engineStatusSchema>;

export const engineChannels = {
  'engine.status': { input: z.object({}), output: engineStatusSchema },
  'engine.restart': { input: z.object({}), output: z.object({}) },
  'prompt.count': {
    input: z.object({ prompt: z.string().max(20_000) }),
    output: z.object({ tokens: z.int(), characters: z.int(), maxCharacters: z.int() }),
  },
} satisfies ChannelTable;

export const engineEvents = { 'engine.changed': engineStatusSchema } satisfies EventTable;
