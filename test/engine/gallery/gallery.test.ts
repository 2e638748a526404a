import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { fromBufferPromise } from 'yauzl';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EditRequest } from '../../../electron/contract/request.ts';
import { freedesktopBin } from '../../../native/gallery/system-bin.ts';
import { Thumbnails } from '../../../native/gallery/thumbnails.ts';
import { encodePng } from '../../../native/library/png.ts';
import { plainImage, runPng, TestGallery } from '../../support/gallery.ts';
import { toyRequest } from '../../support/studio.ts';

const run = promisify(execFile);
let here: TestGallery;

beforeEach(async () => {
  here = await TestGallery.make();
});
afterEach(() => here.close());

function edit(prompt: string, image: { name: string; sha256: string }): EditRequest {
  const { task: _task, microConditions: _conditions, reflection: _reflection, ...rest } = toyRequest(prompt);
  return { ...rest, task: 'edit', image, imageGuidanceScale: 1, editMode: 0, fit: 'crop' };
}

test('a deleted picture takes its trace and marks along, and comes back to its place on its boards', async () => {
  const ids = [await here.paint('one'), await here.paint('two'), await here.paint('three')];
  const [first = '', second = '', third = ''] = ids;
  await writeFile(join(here.outputs, `${second}.trace.safetensors`), 'trace');
  await writeFile(join(here.outputs, `${second}.round-1.png`), 'round');
  const gallery = await here.open();
  await gallery.mark([second], (marks) => ({ ...marks, starred: true, note: 'dear' }));
  const board = await gallery.board((boards) => boards.create('B', [third, second, first]));
  expect(await gallery.delete([second, third, 'nonsense'])).toEqual([second, third]);
  expect(here.ids()).toEqual([first]);
  expect((await readdir(here.outputs)).filter((name) => name.startsWith(second))).toEqual([]);
  expect((await gallery.bin.list()).map(({ title }) => title).sort()).toEqual(['three', 'two']);
  await here.shut();
  const again = await here.open();
  expect(again.query({ view: { kind: 'board', board }, text: '', sort: 'newest' })).toEqual([first]);
  expect(await again.restore([second, third])).toEqual([second, third]);
  expect(again.query({ view: { kind: 'board', board }, text: '', sort: 'newest' })).toEqual([
    third,
    second,
    first,
  ]);
  expect(again.item(second)).toMatchObject({ starred: true, note: 'dear', hasTrace: true });
  expect((await readdir(here.outputs)).filter((name) => name.startsWith(second)).length).toBe(4);
  expect((await again.state()).counts).toMatchObject({ all: 3, starred: 1, bin: 0 });
});

test('two boards never have one name, however it is written and however quickly they are asked for', async () => {
  const gallery = await here.open();
  const both = await Promise.allSettled([
    gallery.board((boards) => boards.create('Board 1', [])),
    gallery.board((boards) => boards.create('Board 1', [])),
  ]);
  expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  const refused = { code: 'board.exists', message: 'There is a board “Board 1” already.' };
  await expect(gallery.board((boards) => boards.create('board 1', []))).rejects.toMatchObject(refused);
  const other = await gallery.board((boards) => boards.create('Café', []));
  await expect(gallery.board((boards) => boards.rename(other, 'BOARD 1'))).rejects.toMatchObject(refused);
  await gallery.board((boards) => boards.rename(other, 'CAFE\u0301'));
  expect((await gallery.state()).boards.map(({ name }) => name)).toEqual(['Board 1', 'CAFE\u0301']);
});

test('a process killed while it deletes loses nothing', async () => {
  const id = await here.paint('precious');
  await writeFile(join(here.outputs, `${id}.trace.safetensors`), 'trace');
  const bin = fileURLToPath(new URL('../../../native/gallery/bin.ts', import.meta.url));
  const script = `
    import { Bin } from ${JSON.stringify(bin)};
    const record = { deletedAt: new Date().toISOString(), title: 'precious', width: 4, height: 4, boards: [] };
    // The picture goes last: the process dies between the two moves.
    await new Bin(${JSON.stringify(here.outputs)}).put('${id}', ['${id}.trace.safetensors'], record);
    process.kill(process.pid, 'SIGKILL');`;
  await expect(run(process.execPath, ['--input-type=module', '-e', script])).rejects.toMatchObject({
    signal: 'SIGKILL',
  });
  expect(await readdir(here.outputs)).not.toContain(`${id}.trace.safetensors`);
  const gallery = await here.open();
  expect(gallery.item(id)).toMatchObject({ title: 'precious', hasTrace: true });
  expect(await readdir(here.outputs)).toContain(`${id}.trace.safetensors`);
  expect(await gallery.bin.count()).toBe(0);
});

test('the bin is emptied into the system’s bin, by hand or after thirty days', async () => {
  const ids = [await here.paint('one'), await here.paint('two')];
  const gallery = await here.open();
  await gallery.delete(ids);
  expect(await gallery.empty([ids[0] ?? ''])).toEqual([ids[0]]);
  expect(here.binned.length).toBe(1);
  await gallery.bin.emptyOld(() => Promise.reject(new Error('too early')));
  const later = Date.now() + 31 * 24 * 3600 * 1000;
  const old: string[] = [];
  await gallery.bin.emptyOld(async (path) => {
    old.push(path);
    await rm(path, { recursive: true });
  }, later);
  expect(old.length).toBe(1);
  expect(await gallery.bin.list()).toEqual([]);
});

test('files go to the bin of Linux desktops as its specification says, and names never collide', async () => {
  const data = join(here.home, 'xdg');
  const bin = freedesktopBin('linux', { XDG_DATA_HOME: data }, here.home);
  for (const text of ['first', 'second']) {
    await mkdir(join(here.home, 'ä b%'), { recursive: true });
    const path = join(here.home, 'ä b%', 'picture.png');
    await writeFile(path, text);
    await bin?.(path);
    await expect(stat(path)).rejects.toThrow('ENOENT');
  }
  const files = await readdir(join(data, 'Trash', 'files'));
  expect(files.sort()).toEqual(['picture.png', 'picture.png.2']);
  const info = await readFile(join(data, 'Trash', 'info', 'picture.png.trashinfo'), 'utf8');
  const path =
    /^\[Trash Info\]\nPath=(.+)\nDeletionDate=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\n$/u.exec(info)?.[1] ?? '';
  expect(decodeURIComponent(path)).toBe(join(here.home, 'ä b%', 'picture.png'));
  expect(path).not.toContain(' ');
  expect(freedesktopBin('darwin')).toBeNull();
});

test('edits, branches and variations are traced to what they came from', async () => {
  const source = await here.paint('a dog', { seed: 1 });
  const bytes = await readFile(join(here.outputs, `${source}.png`));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const twin = await here.paint('a dog', { seed: 2 });
  await here.paint('a dog', { seed: 1, steps: 9 });
  const edited = await here.put(edit('make it red', { name: 'renamed.png', sha256 }));
  const again = await here.put(edit('make it blue', { name: `${edited}.png`, sha256: 'f'.repeat(64) }));
  const orphan = await here.put(edit('a stranger', { name: 'holiday.jpg', sha256: '0'.repeat(64) }));
  const gallery = await here.open();
  const { nodes, edges } = gallery.lineage(edited);
  expect(nodes.map(({ item, generation }) => [item.id, generation])).toEqual(
    expect.arrayContaining([
      [source, -1],
      [edited, 0],
      [again, 1],
    ]),
  );
  expect(edges).toEqual(
    expect.arrayContaining([
      { from: source, to: edited, kind: 'edit' },
      { from: edited, to: again, kind: 'edit' },
    ]),
  );
  const family = gallery.lineage(source);
  expect(family.edges).toContainEqual({ from: source, to: twin, kind: 'variation' });
  expect(family.nodes.map(({ item }) => item.id).sort()).toEqual([source, twin, edited, again].sort());
  expect(gallery.lineage(orphan).missing).toEqual([{ to: orphan, name: 'holiday.jpg', kind: 'edit' }]);
  expect(here.titles('', { view: { kind: 'edits' } })).toHaveLength(3);
});

test('pictures of any origin are brought in once, with their time, name and trace', async () => {
  const gallery = await here.open();
  const bring = (name: string, bytes: Uint8Array, trace?: Uint8Array) =>
    gallery.import({ name, modifiedAt: '2020-02-03T04:05:06.000Z', bytes, trace });
  const photo = encodePng(plainImage(9), [
    { keyword: 'parameters', text: 'a lighthouse\nNegative prompt: fog\nSteps: 20, Seed: 99, Size: 4x4' },
  ]);
  const first = await bring('light.png', photo);
  expect(first.isNew).toBe(true);
  expect(await bring('copy of light.png', photo)).toEqual({ id: first.id, isNew: false });
  expect(gallery.item(first.id)).toMatchObject({
    kind: 'import',
    title: 'a lighthouse',
    createdAt: '2020-02-03T04:05:06.000Z',
    request: null,
  });
  expect(here.ids('lighthouse')).toEqual([first.id]);
  const ours = await bring('20250101-000000-000-abcd.png', runPng(toyRequest('ours')), Buffer.from('trace'));
  expect(ours.id).toBe('20250101-000000-000-abcd');
  expect(gallery.item(ours.id)).toMatchObject({ kind: 'text-to-image', hasTrace: true });
  await expect(bring('x.png', Buffer.from('no picture'))).rejects.toMatchObject({ code: 'file.invalid' });
  expect((await gallery.state()).counts).toMatchObject({ all: 2, imported: 1 });
});

test('several pictures are saved as a zip file of the very files', async () => {
  const ids = [await here.paint('one'), await here.paint('two')];
  const gallery = await here.open();
  const zip = await fromBufferPromise(Buffer.from(await gallery.export(ids)), { lazyEntries: true });
  const names: string[] = [];
  for await (const entry of zip.eachEntry()) names.push(entry.fileName);
  expect(names.sort()).toEqual(ids.map((id) => `${id}.png`).sort());
});

test('thumbnails are small, made once, and their folder stays within its budget', async () => {
  const folder = join(here.home, 'thumbnails');
  const thumbnails = new Thumbnails(folder, 60_000);
  const picture = async (n: number) => {
    const path = join(here.outputs, `big-${String(n)}.png`);
    const rgb = new Uint8Array(600 * 400 * 3).map((_, i) => (i * 7919 * (n + 1)) % 251);
    await writeFile(path, encodePng({ width: 600, height: 400, rgb }, []));
    const { size } = await stat(path);
    return {
      path,
      id: `20260101-120000-000-000${String(n)}`,
      version: '1-1',
      bytes: size,
      width: 600,
      height: 400,
    };
  };
  try {
    const small = await picture(0);
    await thumbnails.read(small);
    const view = Buffer.from(await thumbnails.read(small));
    expect([view.readUInt32BE(16), view.readUInt32BE(20)]).toEqual([256, 171]);
    for (const n of [1, 2, 3]) await thumbnails.read(await picture(n));
    const kept = await readdir(folder);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.length).toBeLessThan(4);
    expect(kept.some((name) => name.includes('0003'))).toBe(true);
    await writeFile(small.path, 'damaged');
    await expect(thumbnails.read({ ...small, version: '2-2' })).rejects.toThrow();
    expect((await thumbnails.read(await picture(5))).length).toBeGreaterThan(100);
  } finally {
    await thumbnails.close();
  }
});

test('an index that is overwritten while it is open is noticed, thrown away and filled again', async () => {
  const note = 'x '.repeat(9000);
  for (let n = 0; n < 300; n++) {
    const id = await here.paint(`picture ${String(n)}`);
    await writeFile(join(here.outputs, `${id}.marks.json`), JSON.stringify({ version: 1, note }));
  }
  await here.open();
  await here.shut();
  const gallery = await here.open();
  const bytes = await readFile(here.indexFile);
  expect(bytes.length).toBeGreaterThan(4_000_000);
  bytes.fill(0xa5, 8192);
  await writeFile(here.indexFile, bytes);
  const find = (): number => gallery.query({ view: { kind: 'all' }, text: 'picture', sort: 'newest' }).length;
  await expect.poll(find, { timeout: 60_000 }).toBe(300);
  expect(here.ids('"picture 7"').length).toBe(1);
});
