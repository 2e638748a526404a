import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { knownWordsSchema, unknownWords } from '../../../electron/contract/known-words.ts';
import { nanoDirectory, projectRoot } from '../../support/cli.ts';

const configSchema = z.looseObject({
  lavida_studio: z.looseObject({
    examples: z.record(z.string(), z.array(z.string())),
    knows: knownWordsSchema,
  }),
});
const said = z.looseObject({
  prompt: z.string().optional(),
  question: z.string().optional(),
  instruction: z.string().optional(),
  phrase: z.string().optional(),
});
const setsSchema = z.looseObject({
  t2i: z.array(said),
  ask: z.array(said),
  edit: z.array(said),
  ground: z.array(said),
  critique: z.array(said),
});

async function readJson<T>(schema: z.ZodType<T>, ...path: string[]): Promise<T> {
  return schema.parse(JSON.parse(await readFile(join(...path), 'utf8')));
}

it('nano knows every word of its own examples and of all that it is evaluated on', async () => {
  const { lavida_studio: studio } = await readJson(configSchema, nanoDirectory, 'config.json');
  const texts = Object.values(studio.examples).flat();
  for (const name of ['sets', 'varied', 'sized', 'overlap', 'facing']) {
    const sets = await readJson(setsSchema, projectRoot, 'models', 'train', 'eval', `${name}.json`);
    for (const one of [sets.t2i, sets.ask, sets.edit, sets.ground, sets.critique].flat()) {
      texts.push(one.prompt ?? one.question ?? one.instruction ?? one.phrase ?? '');
    }
  }
  expect(texts.length).toBeGreaterThan(1500);
  expect(texts.flatMap((text) => unknownWords(text, studio.knows))).toEqual([]);
  expect(unknownWords('a horse facing right', studio.knows)).toEqual([]);
  expect(studio.knows.groups.ways).toEqual(['facing left', 'facing right']);
  expect(unknownWords('a castle by Vermeer, 3 dogs', studio.knows)).toEqual(['castle', 'by', 'vermeer', '3']);
});
