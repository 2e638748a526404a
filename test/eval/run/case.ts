import { z } from 'zod';
import type { RgbImage } from '../../../electron/contract/events.ts';

/** Tasks of the evaluation, in the order they are run and reported. */
export const taskNames = [
  'checker',
  't2i',
  'reflect',
  'samplers',
  'plan',
  'ground',
  'ask',
  'caption',
  'critique',
  'edit',
] as const;
export type TaskName = (typeof taskNames)[number];

/** What came of one case. */
export interface Verdict {
  correct: boolean;
  /** Why it is wrong; empty when it is right. */
  reason: string;
  /** Measured numbers, averaged in the tables. */
  values?: Record<string, number>;
  /** What was seen or said, for whoever looks at mistakes. */
  detail?: unknown;
  /** For the contact sheet. */
  image?: RgbImage;
}

/** One thing to ask the model, and how to judge the answer. */
export interface EvalCase {
  task: TaskName;
  /** How it is asked: `base`, `plan`, `rec-4` … */
  variant: string;
  /** Row of the table: a class of GenEval, a kind of question … */
  group: string;
  heldOut: boolean;
  /** Prompt, question or instruction. */
  label: string;
  /** Place within its task and variant. */
  index: number;
  /** Key of a case that asks the model the very same, whose verdict will do when there is one. */
  sameAs?: string;
  run(): Promise<Verdict>;
}

/** A case and its verdict as kept on disk. */
export const caseRecordSchema = z.object({
  task: z.enum(taskNames),
  variant: z.string(),
  group: z.string(),
  heldOut: z.boolean(),
  label: z.string(),
  index: z.int(),
  correct: z.boolean(),
  reason: z.string(),
  values: z.record(z.string(), z.number()),
  detail: z.unknown(),
  seconds: z.number(),
  /** File name beside the record, or null. */
  picture: z.string().nullable(),
});
export type CaseRecord = z.infer<typeof caseRecordSchema>;

/** What tells a case from all others. */
export function keyOf({ task, variant, index }: Pick<EvalCase, 'task' | 'variant' | 'index'>): string {
  return `${task}-${variant}-${index}`;
}

/** A key as part of a file name. */
export function slugOf(key: string): string {
  return key.toLowerCase().replace(/[^a-z0-9]+/gu, '-');
}
