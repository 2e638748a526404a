import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PromptHistory } from '../../../native/library/prompt-history.ts';
import { StyleStore } from '../../../native/library/style-store.ts';
import { WildcardStore } from '../../../native/library/wildcard-store.ts';
import { builtInStyles } from '../../../native/prompts/built-in-styles.ts';
import { styleSchema } from '../../../electron/contract/prompts.ts';
import { toyRequest } from '../../support/studio.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'lavida-prompts-'));
});
afterEach(async () => {
  await rm(home, { recursive: true, force: true });
});

describe('wildcard lists', () => {
  it('are text files that may be written by hand; other files are left alone', async () => {
    const folder = join(home, 'wildcards');
    const store = new WildcardStore(folder);
    expect(await store.list()).toEqual([]);
    await store.save({ name: 'animal', text: 'fox\nowl\n' });
    await writeFile(join(folder, 'colour.txt'), 'red\n# warm\nochre\n');
    await writeFile(join(folder, 'not a name!.txt'), 'x');
    expect((await store.list()).map(({ name }) => name)).toEqual(['animal', 'colour']);
    const find = await store.finder();
    expect(find('colour')).toEqual(['red', 'ochre']);
    expect(find('shape')).toBeNull();
  });

  it('that are deleted lie in the folder deleted, even twice', async () => {
    const store = new WildcardStore(home);
    for (const text of ['first', 'second']) {
      await store.save({ name: 'animal', text });
      await store.delete('animal');
    }
    await store.delete('animal');
    expect(await store.list()).toEqual([]);
    const kept = await readdir(join(home, 'deleted'));
    const texts = await Promise.all(kept.map((name) => readFile(join(home, 'deleted', name), 'utf8')));
    expect(texts.sort()).toEqual(['first', 'second']);
  });
});

describe('styles', () => {
  it('come with the program, are changed by the user, and can be had back beside their own', async () => {
    for (const style of builtInStyles) {
      expect(styleSchema.safeParse(style).success).toBe(true);
      expect(style.template).toContain('{prompt}');
    }
    const store = new StyleStore(join(home, 'styles.json'));
    expect(await store.list()).toEqual(builtInStyles);
    const own = { id: 'mine', name: 'Mine', template: '{prompt}, mine' };
    await store.save([{ ...(builtInStyles[0] ?? own), name: 'Changed' }, own]);
    expect((await new StyleStore(join(home, 'styles.json')).list()).map(({ name }) => name)).toEqual([
      'Changed',
      'Mine',
    ]);
    expect(await store.restore()).toEqual([...builtInStyles, own]);
  });

  it('of a damaged file are set aside, not lost', async () => {
    const file = join(home, 'styles.json');
    await writeFile(file, '{"version":1,"styles":[{"id":');
    expect(await new StyleStore(file).list()).toEqual(builtInStyles);
    expect(await readFile(`${file}.bak`, 'utf8')).toContain('styles');
  });
});

describe('prompts asked for', () => {
  const at = (n: number) => new Date(Date.UTC(2030, 0, 1, 0, 0, n));

  it('are kept newest first, each once, as written rather than as drawn', async () => {
    const file = join(home, 'prompts.json');
    const history = new PromptHistory(file);
    await history.remember(toyRequest('a fox'), at(1));
    await history.remember(toyRequest('an owl', { origin: { template: 'a __bird__' } }), at(2));
    await history.remember(toyRequest('a fox', { seed: 9 }), at(3));
    await history.remember(toyRequest('a crow', { origin: { template: 'a __bird__' } }), at(4));
    const again = await new PromptHistory(file).list();
    expect(again.map(({ prompt, count }) => [prompt, count])).toEqual([
      ['a __bird__', 2],
      ['a fox', 2],
    ]);
    expect(again[0]?.at).toBe('2030-01-01T00:00:04.000Z');
  });

  it('with a star stay when the others go', async () => {
    const history = new PromptHistory(join(home, 'prompts.json'));
    for (const prompt of ['one', 'two', 'three']) await history.remember(toyRequest(prompt));
    await history.star('text-to-image', 'two', true);
    await history.forget('text-to-image', 'three');
    expect((await history.list()).map(({ prompt }) => prompt)).toEqual(['two', 'one']);
    await history.forget('text-to-image');
    expect((await history.list()).map(({ prompt, starred }) => [prompt, starred])).toEqual([['two', true]]);
  });

  it('a thousand of them at most, those with a star besides', async () => {
    const file = join(home, 'prompts.json');
    const entry = (n: number, starred: boolean) => ({
      prompt: `prompt ${n}`,
      task: 'text-to-image',
      at: at(0).toISOString(),
      count: 1,
      starred,
    });
    await mkdir(home, { recursive: true });
    const prompts = Array.from({ length: 1100 }, (_, n) => entry(n, n === 1099));
    await writeFile(file, JSON.stringify({ version: 1, prompts }));
    const history = new PromptHistory(file);
    await history.remember(toyRequest('the newest'));
    const kept = await history.list();
    expect(kept).toHaveLength(1001);
    expect(kept[0]?.prompt).toBe('the newest');
    expect(kept.at(-1)?.prompt).toBe('prompt 1099');
  });
});
