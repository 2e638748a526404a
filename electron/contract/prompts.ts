import { z } from 'zod';
import type { ChannelTable, EventTable } from './channel.ts';
import { drawnSchema } from './request.ts';

/** Names of wildcard lists: what stands between two pairs of underscores. */
export const wildcardNameSchema = z
  .string()
  .regex(/^[\p{L}\p{N}](?:[\p{L}\p{N}-]|_(?!_))*$/u)
  .max(64);

/** A list `__name__` draws from: one entry a line; empty lines and lines after # do not count. */
export const wildcardListSchema = z.object({ name: wildcardNameSchema, text: z.string().max(400_000) });
export type WildcardList = z.infer<typeof wildcardListSchema>;

/** Words around a prompt; `{prompt}` stands for it. */
export const styleSchema = z.object({
  id: z.string().regex(/^[0-9a-z-]{1,64}$/),
  name: z.string().trim().min(1).max(80),
  template: z.string().max(4000),
});
export type Style = z.infer<typeof styleSchema>;

/** A prompt that was asked for, as the user wrote it. */
export const rememberedPromptSchema = z.object({
  prompt: z.string().max(20_000),
  /** Task of the request. */
  task: z.string().max(40),
  /** When it was last asked for, ISO 8601. */
  at: z.string().max(40),
  /** How often it was asked for. */
  count: z.int().min(1),
  /** Kept however many come after it. */
  starred: z.boolean(),
});
export type RememberedPrompt = z.infer<typeof rememberedPromptSchema>;

/** What a prompt became for one seed. */
export const expandedPromptSchema = z.object({
  prompt: z.string(),
  drawn: z.array(drawnSchema),
  /** What keeps it from being used: lists that do not exist, are empty, or contain themselves. */
  problems: z.array(z.object({ kind: z.enum(['unknown', 'empty', 'circular']), name: z.string() })),
});
export type ExpandedPrompt = z.infer<typeof expandedPromptSchema>;

export const promptChannels = {
  /** Draws wildcards and choices, one result a seed; the same text, lists and seed always give the same words. */
  'prompt.expand': {
    input: z.object({
      template: z.string().max(20_000),
      /** Text of the style, '' for none. */
      style: z.string().max(4000),
      seeds: z.array(z.int().min(0).max(0xffff_ffff)).max(4096),
    }),
    output: z.array(expandedPromptSchema),
  },
  'wildcards.list': { input: z.object({}), output: z.array(wildcardListSchema) },
  'wildcards.save': { input: wildcardListSchema, output: z.object({}) },
  /** Moves a list into the folder `deleted` beside the others. */
  'wildcards.delete': { input: z.object({ name: wildcardNameSchema }), output: z.object({}) },
  'styles.list': { input: z.object({}), output: z.array(styleSchema) },
  'styles.save': { input: z.object({ styles: z.array(styleSchema).max(500) }), output: z.object({}) },
  /** Brings the styles back that came with the program; those of the user stay. */
  'styles.restore': { input: z.object({}), output: z.array(styleSchema) },
  /** Prompts asked for, newest first. */
  'prompts.list': { input: z.object({}), output: z.array(rememberedPromptSchema) },
  'prompts.star': {
    input: z.object({ task: z.string().max(40), prompt: z.string().max(20_000), starred: z.boolean() }),
    output: z.object({}),
  },
  /** Forgets one prompt, or all without a star when `prompt` is absent. */
  'prompts.forget': {
    input: z.object({ task: z.string().max(40), prompt: z.string().max(20_000).optional() }),
    output: z.object({}),
  },
} satisfies ChannelTable;

export const promptEvents = {
  /** Lists or styles changed, in this window or another. */
  'prompts.changed': z.object({ what: z.enum(['wildcards', 'styles', 'prompts']) }),
} satisfies EventTable;
