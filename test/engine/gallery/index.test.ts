import { mkdir, readdir, readFile, rm, truncate, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { indexText, searchExpression } from '../../../native/gallery/search-text.ts';
import { TestGallery } from '../../support/gallery.ts';

let here: TestGallery;

beforeEach(async () => {
  here = await TestGallery.make();
});
afterEach(() => here.close());

async function paintThree(): Promise<void> {
  await here.paint('a red car on a road');
  await here.paint('two Hündchen in the garden');
  await here.paint('一只红色的猫在草地上');
}

test('finds pictures by words of their prompt, in any order, from their beginnings, whatever the accents', async () => {
  await paintThree();
  await here.open();
  expect(here.titles('')).toHaveLength(3);
  expect(here.titles('car red')).toEqual(['a red car on a road']);
  expect(here.titles('ro CA')).toEqual(['a red car on a road']);
  expect(here.titles('hundchen')).toEqual(['two Hündchen in the garden']);
  expect(here.titles('"red car"')).toHaveLength(1);
  expect(here.titles('"car red"')).toEqual([]);
  expect(here.titles('红色')).toEqual(['一只红色的猫在草地上']);
  expect(here.titles('猫 草地')).toEqual(['一只红色的猫在草地上']);
  expect(here.titles('色红')).toEqual([]);
  expect(here.titles('ar')).toEqual([]);
});

test.each([
  'red" OR prompt:*',
  '"',
  "'; DROP TABLE pictures; --",
  'NEAR(red car, 2)',
  '* ^ : ( ) { } - +',
  'prompt : red',
  'red AND NOT car',
  'a"b"c"',
  '\u0000red',
  '%_',
])('what the user types is never part of the query language: %s', async (text) => {
  await here.paint('a red car');
  await here.open();
  expect(() => here.ids(text)).not.toThrow();
  expect(here.titles('red')).toEqual(['a red car']);
});

test('words of the query language are looked for as words', async () => {
  await here.paint('salt AND pepper NOT sugar');
  await here.paint('salt');
  await here.open();
  expect(here.titles('salt AND pepper')).toEqual(['salt AND pepper NOT sugar']);
  expect(here.titles('NOT sugar')).toEqual(['salt AND pepper NOT sugar']);
  expect(searchExpression('a OR "b c')).toBe('"a" * AND "OR" * AND "b c"');
  expect(searchExpression(' -- ')).toBeNull();
  expect(indexText('红car')).toBe(' 红 car');
});

test('answers, notes and tags are found too', async () => {
  const id = await here.paint('a dog');
  await here.open();
  const { sha256 } = here.gallery.item(id);
  const answers = {
    turns: [{ request: { prompt: 'What breed is it?' }, text: 'It looks like a dachshund.' }],
    groundings: [{ request: { phrases: ['left ear'] } }],
    boxes: [{ label: 'collar' }],
  };
  await writeFile(join(here.notes, `${sha256}.json`), JSON.stringify(answers));
  await here.gallery.refresh();
  await here.gallery.mark([id], (marks) => ({ ...marks, note: 'for the calendar', tags: ['pets'] }));
  for (const word of ['dachshund', 'breed', 'ear', 'collar', 'calendar', 'pets'])
    expect(here.ids(word), word).toEqual([id]);
  await unlink(join(here.notes, `${sha256}.json`));
  await here.gallery.refresh();
  expect(here.ids('dachshund')).toEqual([]);
  expect(here.ids('calendar')).toEqual([id]);
});

test('pictures that come and go by hand are followed', async () => {
  await paintThree();
  await here.open();
  const late = await here.paint('late');
  await expect.poll(() => here.ids('late')).toEqual([late]);
  await unlink(join(here.outputs, `${late}.png`));
  await expect.poll(() => here.ids('late')).toEqual([]);
  await writeFile(join(here.outputs, 'holiday.png'), 'of the user');
  await here.gallery.refresh();
  expect(here.ids()).toHaveLength(3);
});

test('a missing index is made anew, with everything the user said', async () => {
  await paintThree();
  await here.open();
  const [id = ''] = here.ids('car');
  await here.gallery.mark([id], (marks) => ({ ...marks, starred: true, note: 'mine' }));
  const board = await here.gallery.board((boards) => boards.create('Best', [id]));
  await here.shut();
  await rm(join(here.home, 'cache'), { recursive: true });
  await here.open();
  expect(here.ids('', { view: { kind: 'starred' } })).toEqual([id]);
  expect(here.ids('', { view: { kind: 'board', board } })).toEqual([id]);
  expect(here.ids('mine')).toEqual([id]);
  expect(here.titles('')).toHaveLength(3);
});

test.each([
  ['garbage', (path: string) => writeFile(path, 'not a database at all '.repeat(500))],
  ['cut off', (path: string) => truncate(path, 5000)],
  ['empty', (path: string) => truncate(path, 0)],
  ['of another version', (path: string) => withDatabase(path, 'PRAGMA user_version = 9999')],
  ['of another folder', (path: string) => withDatabase(path, "UPDATE about SET value = '/elsewhere'")],
  ['with a hole in it', punch],
])('an index that is %s is made anew from the files', async (_name, spoil) => {
  await paintThree();
  await here.open();
  await here.shut();
  await spoil(here.indexFile);
  await here.open();
  expect(here.titles('')).toHaveLength(3);
  expect(here.titles('red car')).toEqual(['a red car on a road']);
});

test('where no index can be written the gallery works from memory', async () => {
  await paintThree();
  await writeFile(join(here.home, 'cache'), 'in the way');
  await here.open();
  expect(here.titles('red car')).toEqual(['a red car on a road']);
});

test('two studios may share one folder', async () => {
  await paintThree();
  const first = await here.open();
  const second = await here.open();
  const [id = ''] = here.ids('car');
  await second.mark([id], (marks) => ({ ...marks, starred: true }));
  expect(first.query({ view: { kind: 'starred' }, text: '', sort: 'newest' })).toEqual([id]);
  await first.close();
});

test('damaged pictures are named and left alone; damaged marks are set aside', async () => {
  const id = await here.paint('whole');
  const cut = await here.paint('cut');
  await truncate(join(here.outputs, `${cut}.png`), 60);
  await writeFile(join(here.outputs, `${id}.marks.json`), '{"version": 1, "starred": tr');
  await here.open();
  expect(here.titles('')).toEqual(['whole']);
  expect((await here.gallery.problems()).map(({ file }) => file)).toEqual([join(here.outputs, `${cut}.png`)]);
  expect(await readdir(here.outputs)).toContain(`${id}.marks.json.bak`);
  expect(await readFile(join(here.outputs, `${id}.marks.json.bak`), 'utf8')).toContain('tr');
});

async function withDatabase(path: string, sql: string): Promise<void> {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
  await Promise.resolve();
}

/** Overwrites everything behind the first page. */
async function punch(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes.fill(0xa5, 4096);
  await writeFile(path, bytes);
  await mkdir(join(path, '..'), { recursive: true });
}
