import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { promptSchema, type GenEvalPrompt } from './rules.ts';

/** GenEval's classes in the order of its table, with the names used there. */
export const tagNames: Readonly<Record<string, string>> = {
  single_object: 'single object',
  two_object: 'two objects',
  counting: 'counting',
  colors: 'colours',
  position: 'position',
  color_attr: 'colour attribution',
};

/** GenEval's 553 prompts as published (MIT licence, Ghosh, Hajishirzi and Schmidt 2023). */
export async function readPrompts(): Promise<GenEvalPrompt[]> {
  const text = await readFile(join(import.meta.dirname, 'evaluation_metadata.jsonl'), 'utf8');
  const lines = text.split('\n').filter((line) => line !== '');
  return z.array(promptSchema).parse(lines.map((line) => JSON.parse(line) as unknown));
}

/** The prompts whose objects and colours all belong to a world. */
export function promptsWithin(
  prompts: readonly GenEvalPrompt[],
  world: { objects: readonly string[]; colors: readonly string[] },
): GenEvalPrompt[] {
  return prompts.filter(({ include }) =>
    include.every(
      ({ class: name, color }) =>
        world.objects.includes(name) && (color === undefined || world.colors.includes(color)),
    ),
  );
}
