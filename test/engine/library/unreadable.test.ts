import { mkdir, mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { pictureNotesSchema, type PictureNotes } from '../../../electron/contract/notes.ts';
import { defaultSettings } from '../../../electron/contract/settings.ts';
import { Boards, boardsFile } from '../../../native/gallery/boards.ts';
import { readMarks } from '../../../native/gallery/marks.ts';
import { damageBelow } from '../../../native/library/damage.ts';
import { JsonFile, readOrSetAside } from '../../../native/library/json-file.ts';
import { NotesStore } from '../../../native/library/notes-store.ts';
import { readTextIfThere } from '../../../native/library/read-text.ts';
import { SettingsStore } from '../../../native/library/settings-store.ts';
import { WildcardStore } from '../../../native/library/wildcard-store.ts';
import { nestedJson } from '../../support/heap-left.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lavida-unreadable-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const picture = { name: 'a.png', sha256: 'a'.repeat(64) };
const anything = z.record(z.string(), z.unknown());
const addBox =
  (label: string) =>
  (notes: PictureNotes): PictureNotes => {
    const made = { origin: 'drawn', raw: null, confidence: null, original: null } as const;
    return { ...notes, boxes: [...notes.boxes, { id: label, label, box: [0, 0, 1, 1], ...made }] };
  };

/** A file that is there and that no reader gets: its link leads in a circle. */
async function makeUnreadable(path: string): Promise<void> {
  await symlink(path, path);
}

const toldOf = (path: string): string | null | undefined =>
  damageBelow((file) => file === path).map(({ keptAs }) => keptAs)[0];

test('a file that cannot be read now is not taken for one that is not there, and never written over', async () => {
  const path = join(folder, 'session.json');
  const file = new JsonFile(path, anything);
  expect(await file.load()).toBeNull();
  await makeUnreadable(path);
  expect(await file.load()).toBeNull();
  expect(toldOf(path)).toBeNull();
  await file.save({ n: 1 });
  expect((await readdir(folder)).sort()).toEqual(['session.json', 'session.json.bak']);
  expect(toldOf(path)).toBe(`${path}.bak`);
  expect(await file.load()).toEqual({ n: 1 });
});

test('notes made while a picture’s notes cannot be read wait, and join them once they can', async () => {
  const store = new NotesStore(folder);
  await store.change(picture, addBox('first'));
  const path = join(folder, `${picture.sha256}.json`);
  const kept = await readFile(path);
  await rm(path);
  await makeUnreadable(path);
  await expect(store.read(picture)).rejects.toMatchObject({ code: 'file.unreadable' });
  const { notes, error } = await store.change(picture, addBox('second'));
  expect(notes.boxes.map(({ label }) => label)).toEqual(['second']);
  expect(error).toMatchObject({ code: 'file.unreadable' });
  expect((await store.read(picture)).boxes.map(({ label }) => label)).toEqual(['second']);
  await rm(path);
  await writeFile(path, kept);
  expect((await store.read(picture)).boxes.map(({ label }) => label)).toEqual(['first', 'second']);
  await store.change(picture, addBox('third'));
  const onDisk = pictureNotesSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  expect(onDisk.boxes.map(({ label }) => label)).toEqual(['first', 'second', 'third']);
});

test('boards and marks that cannot be read are left alone and changes are refused', async () => {
  await makeUnreadable(join(folder, boardsFile));
  const boards = new Boards(folder);
  expect(await boards.list()).toEqual([]);
  await expect(boards.create('Sea', [])).rejects.toMatchObject({ code: 'file.unreadable' });
  await makeUnreadable(join(folder, '20260101-000000-000-abcd.marks.json'));
  await expect(readMarks(folder, '20260101-000000-000-abcd')).rejects.toMatchObject({
    code: 'file.unreadable',
  });
  expect(await readdir(folder)).toHaveLength(2);
});

test('two studios on one folder keep each other’s boards', async () => {
  const [here, there] = [new Boards(folder), new Boards(folder)];
  expect(await there.list()).toEqual([]);
  await here.create('Sea', []);
  await there.create('Wood', []);
  await here.create('Town', []);
  for (const boards of [here, there, new Boards(folder)])
    expect((await boards.list()).map(({ name }) => name)).toEqual(['Sea', 'Wood', 'Town']);
});

test('gallery, notes and settings files nested thousands deep are set aside, and the user can be told', async () => {
  const deep = nestedJson(6000);
  const id = '20260101-000000-000-abcd';
  const files = [
    join(folder, boardsFile),
    join(folder, `${id}.marks.json`),
    join(folder, `${picture.sha256}.json`),
    join(folder, 'settings.json'),
  ];
  for (const path of files) await writeFile(path, deep);
  expect(await new Boards(folder).list()).toEqual([]);
  expect(await readMarks(folder, id)).toMatchObject({ tags: [] });
  expect((await new NotesStore(folder).read(picture)).boxes).toEqual([]);
  expect((await SettingsStore.open(files[3] ?? '')).current).toEqual(defaultSettings);
  for (const path of files) {
    expect(await readFile(`${path}.bak`, 'utf8')).toBe(deep);
    expect(toldOf(path)).toBe(`${path}.bak`);
    const [damage] = damageBelow((file) => file === path);
    expect(damage?.reason).toContain('nested more than 200 deep');
  }
});

test('a file of many small parts is refused before it fills the memory', async () => {
  const path = join(folder, 'wide.json');
  await writeFile(path, `[${'{},'.repeat(9_000_000)}{}]`);
  expect(await readOrSetAside(path, z.array(anything))).toBeNull();
  expect(damageBelow((file) => file === path)[0]?.reason).toContain('parts');
});

test('pipes, folders and files of gigabytes in the place of a text file are refused at once', async () => {
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  await mkdir(join(folder, 'folder'));
  await writeFile(join(folder, 'sparse'), '{');
  await truncate(join(folder, 'sparse'), 5 * 2 ** 30);
  for (const name of ['pipe', 'folder', 'sparse']) {
    await expect(readTextIfThere(join(folder, name)), name).rejects.toMatchObject({
      code: 'file.unreadable',
    });
  }
  expect(await readTextIfThere(join(folder, 'none'))).toBeNull();
  expect(await readTextIfThere(join(folder, 'sparse', 'below'))).toBeNull();
});

test('a list of words too long to be shown is set aside when another takes its name', async () => {
  const store = new WildcardStore(folder);
  await writeFile(join(folder, 'animals.txt'), 'cat\n'.repeat(200_000));
  expect(await store.list()).toEqual([]);
  await store.save({ name: 'animals', text: 'dog' });
  expect(await store.list()).toEqual([{ name: 'animals', text: 'dog' }]);
  expect(await readFile(join(folder, 'animals.txt.bak'), 'utf8')).toHaveLength(800_000);
});
