import { mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChannelInput, ChannelName, ChannelOutput } from '../../../electron/contract/index.ts';
import type { ProjectContent } from '../../../electron/contract/project.ts';
import { runIdAt } from '../../../native/library/run-ids.ts';
import { projectRoot } from '../../support/cli.ts';
import { plainImage, runPng } from '../../support/gallery.ts';
import { openTestStudio, toyRequest, type TestStudio } from '../../support/studio.ts';
import { encodePng } from '../../../native/library/png.ts';

let here: TestStudio;

beforeEach(async () => {
  here = await openTestStudio();
});
afterEach(() => here.close());

async function call<C extends ChannelName>(channel: C, input: ChannelInput<C>): Promise<ChannelOutput<C>> {
  const reply = await here.studio.dispatch(channel, input);
  if (!reply.ok) throw new Error(`${reply.error.code}: ${reply.error.message} ${reply.error.cause}`);
  return reply.value as ChannelOutput<C>;
}

const draft = {
  version: 1,
  title: 'Walk',
  create: { prompt: 'a dog', seed: 5, seedLocked: false, overrides: {} },
};

function content(parts: Partial<ProjectContent> = {}): ProjectContent {
  return { document: draft, canvas: { current: null, pictures: [], snapshots: [] }, results: [], ...parts };
}

const box = {
  id: 'b1',
  label: 'dog',
  x0: 1,
  y0: 2,
  x1: 3,
  y1: 4,
  source: 'drawn' as const,
  visible: true,
  colour: '#f2a15c',
};

const seen = { visible: true, opacity: 1 };

/** The canvas as it was once, with a box and without a mask. */
const snapshot = {
  createdAt: '2026-01-01T12:00:00.000Z',
  width: 4,
  height: 4,
  boxes: [box],
  mask: null,
  layers: { image: seen, mask: { visible: false, opacity: 0.5 }, boxes: seen, result: seen },
  staged: [],
  shown: null,
};

/** A run's picture in the output folder. */
async function paint(prompt: string, minute: number): Promise<string> {
  const id = runIdAt(Date.UTC(2026, 0, 1, 12, minute));
  await writeFile(join(here.paths.outputs, `${id}.png`), runPng(toyRequest(prompt), plainImage(minute)));
  return id;
}

/** A project with a run, a picture brought in, a mask, a box and a snapshot of the canvas. */
async function fullContent(): Promise<ProjectContent> {
  const run = await paint('a dog', 1);
  const other = await paint('a cat', 2);
  const photo = await call('picture.import', { name: 'photo.png', bytes: encodePng(plainImage(90), []) });
  const mask = encodePng(plainImage(255), []);
  return content({
    canvas: {
      current: photo.id,
      pictures: [
        { id: photo.id, boxes: [box], mask },
        { id: run, boxes: [], mask },
      ],
      snapshots: [
        {
          ...snapshot,
          id: 'snapshot-1',
          name: 'Sky masked',
          picture: photo.id,
          mask,
          staged: [run],
          shown: run,
        },
        { ...snapshot, id: 'snapshot-2', name: 'Gone', picture: runIdAt(Date.UTC(2025, 0, 1)) },
      ],
    },
    results: [other],
  });
}

test('a project saved in one studio opens whole in another', async () => {
  const before = await fullContent();
  const { project } = await call('project.save', {
    path: null,
    name: 'Garden: walk?',
    replace: false,
    content: before,
  });
  expect(project?.name).toBe('Garden walk');
  const file = new Uint8Array(await readFile(project?.path ?? ''));
  await here.close();
  here = await openTestStudio();
  const { opened } = await call('project.unpack', { name: 'Garden.lavida', file });
  expect(opened).toMatchObject({ project: null, added: 2, damaged: [] });
  expect(opened.content.document).toEqual(draft);
  expect(opened.content.results.length).toBe(2);
  const [photo, run] = opened.content.canvas.pictures;
  expect(opened.content.canvas.current).toBe(photo?.id);
  expect(photo?.boxes).toEqual([box]);
  expect(photo?.mask).toEqual(before.canvas.pictures[0]?.mask);
  expect(run?.id).toBe(before.canvas.pictures[1]?.id);
  // Its snapshots too, as far as their pictures are there.
  expect(opened.content.canvas.snapshots).toEqual([
    { ...before.canvas.snapshots[0], picture: photo?.id, staged: [run?.id], shown: run?.id },
  ]);
  expect((await call('picture.read', { id: photo?.id ?? '' })).name).toBe('photo.png');
  const list = await call('run.list', { limit: 10 });
  expect(list.map(({ request }) => request.prompt).sort()).toEqual(['a cat', 'a dog']);
  const again = await call('project.unpack', { name: 'Garden.lavida', file });
  expect(again.opened.added).toBe(0);
});

test('save as never takes the place of another project by itself; recent ones are listed', async () => {
  const save = (name: string, replace = false) =>
    call('project.save', { path: null, name, replace, content: content() });
  const { project } = await save('One');
  await expect(save('One')).rejects.toThrow('project.exists');
  await save('One', true);
  await save('../../etc/passwd');
  await save('CON');
  await save('');
  const { recent, folder, hasDialogs, folderPath } = await call('project.list', {});
  expect(hasDialogs).toBe(false);
  expect(folder.map(({ name }) => name).sort()).toEqual(['CON project', 'One', 'Untitled', 'etc passwd']);
  expect(recent[0]?.name).toBe('Untitled');
  expect((await readdir(folderPath)).every((name) => name.endsWith('.lavida'))).toBe(true);
  await rm(project?.path ?? '');
  expect((await call('project.list', {})).recent.map(({ name }) => name)).not.toContain('One');
});

test('a window may not name files outside its lists', async () => {
  const outside = join(here.paths.data, 'secret.lavida');
  await writeFile(outside, '{}');
  await expect(call('project.open', { path: outside })).rejects.toThrow('request.invalid');
  await expect(
    call('project.open', { path: join(here.paths.data, 'projects', '..', 'secret.lavida') }),
  ).rejects.toThrow('request.invalid');
  await expect(
    call('project.save', { path: outside, name: 'x', replace: true, content: content() }),
  ).rejects.toThrow('request.invalid');
  expect(await readFile(outside, 'utf8')).toBe('{}');
});

test('version 1, the document alone, is read and saved as the present version', async () => {
  const file = new Uint8Array(await readFile(join(projectRoot, 'test/fixtures/projects/version-1.json')));
  const { opened } = await call('project.unpack', { name: 'old.json', file });
  expect(opened.content).toMatchObject({
    document: { title: 'Garden walk', create: { seed: 77, overrides: { steps: 32 } } },
    canvas: { current: null, pictures: [], snapshots: [] },
    results: [],
  });
  const { file: now } = await call('project.pack', { content: opened.content });
  const second = await call('project.unpack', { name: 'new.lavida', file: now });
  expect(second.opened.content).toEqual(opened.content);
});

test('the project of version 2 in the fixtures opens, without snapshots', async () => {
  const file = new Uint8Array(await readFile(join(projectRoot, 'test/fixtures/projects/version-2.lavida')));
  const { opened } = await call('project.unpack', { name: 'version-2.lavida', file });
  expect(opened.damaged).toEqual([]);
  expect(opened.content.document).toMatchObject({ title: 'Walk' });
  expect(opened.content.canvas.pictures.map(({ boxes, mask }) => [boxes.length, mask !== null])).toEqual([
    [1, true],
    [0, true],
  ]);
  expect(opened.content.canvas.snapshots).toEqual([]);
  expect(opened.content.results.length).toBe(2);
});

async function zipOf(entries: Record<string, string | Uint8Array>): Promise<Uint8Array> {
  const zip = new ZipFile();
  for (const [name, value] of Object.entries(entries)) zip.addBuffer(Buffer.from(value), name);
  zip.end();
  return new Uint8Array(await buffer(zip.outputStream));
}

const manifest = (version: number): string => JSON.stringify({ format: 'lavida-project', version });

async function refusal(file: Uint8Array): Promise<string> {
  const reply = await here.studio.dispatch('project.unpack', { name: 'evil.lavida', file });
  return reply.ok ? 'opened' : `${reply.error.code}: ${reply.error.message}`;
}

test('files that are no projects, or of the future, are refused with a reason', async () => {
  expect(await refusal(new Uint8Array(10))).toContain('file.invalid');
  expect(await refusal(Buffer.from('{"version": 1}'))).toContain('not a project file');
  expect(await refusal(Buffer.from('{"version": 1, "create"'))).toContain('not a project file');
  expect(await refusal(await zipOf({ 'readme.txt': 'hello' }))).toContain('lacks manifest.json');
  const future = await zipOf({ 'manifest.json': manifest(99), 'document.json': '{}' });
  expect(await refusal(future)).toContain('made by a newer studio');
  const other = await zipOf({ 'manifest.json': '{"format": "other", "version": 2}', 'document.json': '{}' });
  expect(await refusal(other)).toContain('not a project file');
  const whole = (await call('project.pack', { content: content() })).file;
  expect(await refusal(whole.slice(0, whole.length - 30))).toContain('file.invalid');
});

test('names that lead out of the file are refused, and nothing is written for them', async () => {
  const honest = 'xx/xx/escape.txt';
  const evil = '../../escape.txt';
  const zip = await zipOf({ 'manifest.json': manifest(2), 'document.json': '{}', [honest]: 'out' });
  const text = Buffer.from(zip).toString('latin1').replaceAll(honest, evil);
  expect(await refusal(new Uint8Array(Buffer.from(text, 'latin1')))).toContain('file.invalid');
  await expect(stat(join(here.paths.data, '..', 'escape.txt'))).rejects.toThrow('ENOENT');
});

test('a file that unpacks to far more than it says, or to more than a project may hold, is refused', async () => {
  const bomb = Buffer.alloc(40 * 1024 * 1024, 0x20);
  const zip = await zipOf({ 'manifest.json': manifest(2), 'document.json': bomb });
  expect(zip.length).toBeLessThan(200_000);
  expect(await refusal(zip)).toContain('holds too much');
  // The sizes in the directory are lies: 10 bytes instead of 40 MB.
  const liar = Buffer.from(zip);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(bomb.length);
  const lie = Buffer.alloc(4);
  lie.writeUInt32LE(10);
  for (let at = liar.indexOf(size); at >= 0; at = liar.indexOf(size, at + 4)) lie.copy(liar, at);
  expect(await refusal(new Uint8Array(liar))).toContain('file.invalid');
});

test('a damaged picture costs itself only', async () => {
  const whole = (await call('project.pack', { content: await fullContent() })).file;
  const bytes = Buffer.from(whole);
  const at = bytes.indexOf('results/');
  bytes.fill(0, at + 80, at + 100);
  await here.close();
  here = await openTestStudio();
  const { opened } = await call('project.unpack', { name: 'scratched.lavida', file: new Uint8Array(bytes) });
  expect(opened.damaged.length).toBe(1);
  expect(opened.content.results.length).toBe(1);
  expect(opened.content.document).toEqual(draft);
});

test('a save that fails half-way leaves the old project as it was', async () => {
  const { project } = await call('project.save', {
    path: null,
    name: 'Safe',
    replace: false,
    content: content(),
  });
  const path = project?.path ?? '';
  const old = await readFile(path);
  await rm(here.paths.pictures, { recursive: true, force: true });
  await mkdir(join(here.paths.data, 'projects', 'other.lavida'), { recursive: true });
  await expect(
    call('project.save', {
      path: join(here.paths.data, 'projects', 'other.lavida'),
      name: '',
      replace: true,
      content: content(),
    }),
  ).rejects.toThrow('output.unwritable');
  expect(await readFile(path)).toEqual(old);
  const names = await readdir(join(here.paths.data, 'projects'));
  expect(names.filter((name) => name.endsWith('.lavida-tmp'))).toEqual([]);
});

test('a save while pictures cannot be read is refused: the project that holds them is not replaced by one without', async () => {
  const full = await fullContent();
  const { project } = await call('project.save', { path: null, name: 'Walk', replace: false, content: full });
  const path = project?.path ?? '';
  const before = await readFile(path);
  const save = async (): Promise<string> => {
    const input = { path, name: 'Walk', replace: true, content: full };
    const reply = await here.studio.dispatch('project.save', input);
    return reply.ok ? 'saved' : reply.error.code;
  };
  const { outputs } = here.paths;
  await rename(outputs, `${outputs}.unplugged`);
  expect(await save()).toBe('output.gone');
  await rename(`${outputs}.unplugged`, outputs);

  const picture = join(outputs, `${full.results[0] ?? ''}.png`);
  await rename(picture, `${picture}.away`);
  await symlink(picture, picture);
  expect(await save()).toBe('file.unreadable');
  expect(await readFile(path)).toEqual(before);
  await rm(picture);
  await rename(`${picture}.away`, picture);
  expect(await save()).toBe('saved');
  expect(await readFile(path)).toEqual(before);
});

test('a document that could not be opened again is not saved', async () => {
  const document = { ...draft, title: 'x'.repeat(33 * 1024 * 1024) };
  const input = { path: null, name: 'Large', replace: false, content: content({ document }) };
  expect(await here.studio.dispatch('project.save', input)).toMatchObject({
    ok: false,
    error: { code: 'request.invalid' },
  });
});
