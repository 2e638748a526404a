import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { groundDefaults } from '../../../electron/contract/ground.ts';
import type { ChannelInput, ChannelName, ChannelOutput } from '../../../electron/contract/index.ts';
import type { NotedBox } from '../../../electron/contract/notes.ts';
import { withoutPictures, type GenerationRequest } from '../../../electron/contract/request.ts';
import { decodeImage } from '../../../native/imaging/decode.ts';
import { findMetadata } from '../../../native/library/picture-metadata.ts';
import { readPngHead } from '../../../native/library/png.ts';
import { sha256 as hashOf } from '../../../native/tasks/picture-source.ts';
import type { TemporaryFolder } from '../network/random-bundle.ts';
import { asSource, askRequest, editRequest, testPicture } from '../../support/engine-runs.ts';
import { fullBundle } from '../../support/full-bundle.ts';
import { openModelStudio, type TestStudio } from '../../support/studio.ts';

const picture = asSource(testPicture(60, 40), 'desk.png');
const { name, sha256 } = picture;
let bundle: TemporaryFolder;
let here: TestStudio;

beforeAll(async () => {
  bundle = await fullBundle();
  here = await openModelStudio(bundle.path);
});
afterAll(async () => {
  await here.close();
  await bundle.remove();
});

async function call<C extends ChannelName>(channel: C, input: ChannelInput<C>): Promise<ChannelOutput<C>> {
  const reply = await here.studio.dispatch(channel, input);
  if (!reply.ok) throw new Error(`${reply.error.code}: ${reply.error.message}`);
  return reply.value as ChannelOutput<C>;
}

/** Runs a request to its end. */
async function run(request: GenerationRequest) {
  const { id } = await call('run.start', { request });
  const { event } = await here.seen(
    'run.event',
    (payload) => payload.id === id && ['run.done', 'run.error', 'run.cancelled'].includes(payload.event.type),
  );
  return { id, event };
}

function groundRequest(phrases: string[]): GenerationRequest {
  return { version: 1, task: 'ground', ...groundDefaults, restrictToBins: true, phrases, image: picture };
}

test('an answer lies beside its picture before the run is over, token by token', async () => {
  const { id, event } = await run(askRequest(picture));
  expect(event.type).toBe('run.done');
  const onDisk = JSON.parse(await readFile(join(here.paths.notes, `${sha256}.json`), 'utf8')) as unknown;
  const { turns } = await call('notes.read', { name, sha256 });
  expect(onDisk).toMatchObject({ picture: { name, sha256 }, turns: [{ id, outcome: 'done' }] });
  expect(JSON.stringify(onDisk)).not.toContain('base64');
  const [turn] = turns;
  const written = turn?.tokens.map(({ text }) => text).join('');
  expect(written?.replace(/<\/?[\w|]+>/gu, '').trim()).toBe(turn?.text);
  expect(turn?.steps).toBe(16);
  for (const token of turn?.tokens ?? []) {
    expect(token.step).toBeLessThan(16);
    expect(token.confidence).toBeGreaterThan(0);
  }
});

test('a later question names the picture by its hash alone, and joins the thread', async () => {
  const { event } = await run(withoutPictures(askRequest(picture, { prompt: 'And now?' })));
  expect(event.type).toBe('run.done');
  const { turns } = await call('notes.read', { name, sha256 });
  expect(turns.map(({ request }) => (request.task === 'ask' ? request.prompt : ''))).toEqual([
    'What is this?',
    'And now?',
  ]);
  const stranger = { name: 'other.png', sha256: '0'.repeat(64) };
  expect((await run(askRequest(stranger))).event).toMatchObject({ error: { code: 'file.missing' } });
});

test('a stopped answer is kept as far as it came', async () => {
  const { id } = await call('run.start', {
    request: askRequest(picture, { prompt: 'At length?', length: 1024, blockLength: 16 }),
  });
  await here.seen(
    'run.event',
    ({ id: of, event }) => of === id && event.type === 'token.commit' && event.step === 3,
  );
  await call('run.cancel', { id });
  await here.seen('run.event', ({ id: of, event }) => of === id && event.type === 'run.cancelled');
  const turn = (await call('notes.read', { name, sha256 })).turns.find((other) => other.id === id);
  expect(turn?.outcome).toBe('stopped');
  expect(turn?.steps).toBeGreaterThan(3);
  expect(turn?.steps).toBeLessThan(1024);
  await call('notes.forget', { name, sha256, turns: [id] });
  expect((await call('notes.read', { name, sha256 })).turns.map((other) => other.id)).not.toContain(id);
});

test('boxes that were found lie on the picture; the user may move, add and remove them', async () => {
  const { id, event } = await run(groundRequest(['the blue part', 'a dog', 'a cat']));
  expect(event.type).toBe('run.done');
  const { groundings, boxes } = await call('notes.read', { name, sha256 });
  expect(groundings.at(-1)).toMatchObject({ id, image: { width: 60, height: 40 } });
  const found = groundings.at(-1)?.boxes ?? [];
  expect(found).toHaveLength(3);
  for (const { raw } of found) expect(raw).toMatch(/^<LOC_BEGIN>(<LOC_\d+>){4}<LOC_END>$/);
  expect(boxes.map(({ label }) => label)).toEqual(
    found.filter(({ problem }) => problem === null).map(({ phrase }) => phrase),
  );

  const drawn: NotedBox = {
    id: 'mine',
    label: 'mine',
    box: [1, 2, 30, 40],
    origin: 'drawn',
    raw: null,
    confidence: null,
    original: null,
  };
  await call('notes.boxes', { name, sha256, put: [drawn], remove: [] });
  const moved = { ...drawn, box: [5, 2, 34, 40] as [number, number, number, number] };
  await call('notes.boxes', { name, sha256, put: [moved], remove: boxes.map((box) => box.id) });
  expect((await call('notes.read', { name, sha256 })).boxes).toEqual([moved]);
  await here.seen('notes.changed', ({ notes }) => notes.boxes.some(({ box }) => box[0] === 5));
});

test('notes that cannot be written stay in memory, the answer comes with a warning, and the next write has both', async () => {
  const other = asSource(testPicture(30, 30), 'elsewhere.png');
  const file = join(here.paths.notes, `${other.sha256}.json`);
  await mkdir(file, { recursive: true });
  const { event } = await run(askRequest(other));
  expect(event).toMatchObject({ type: 'run.done', result: { warnings: [{ code: 'file.unreadable' }] } });
  expect((await call('notes.read', other)).turns).toHaveLength(1);
  await rm(file, { recursive: true });
  await run(askRequest(other, { prompt: 'Again?' }));
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ turns: [{}, {}] });
});

test('damaged notes are set aside, never overwritten', async () => {
  const other = asSource(testPicture(31, 30), 'damaged.png');
  const file = join(here.paths.notes, `${other.sha256}.json`);
  await writeFile(file, '{"version": 1, "tur');
  expect((await call('notes.read', other)).turns).toEqual([]);
  await run(askRequest(other));
  expect(await readFile(`${file}.bak`, 'utf8')).toBe('{"version": 1, "tur');
  expect((await call('notes.read', other)).turns).toHaveLength(1);
});

test('an edit is saved like any picture, and its source and mask are found again by their hashes', async () => {
  const mask = asSource(
    { width: 60, height: 40, rgb: new Uint8Array(60 * 40 * 3).map((_, i) => (i % 180 < 60 ? 255 : 0)) },
    'mask.png',
  );
  const region = { kind: 'mask', mask, feather: 2 } as const;
  const request = editRequest(picture, { region, fit: 'pad' });
  const first = await run(request);
  expect(first.event.type).toBe('run.done');
  const png = await readFile(join(here.paths.outputs, `${first.id}.png`));
  expect(findMetadata(readPngHead(png, 'it').texts)?.request).toEqual(withoutPictures(request));
  const [before, after] = [testPicture(60, 40), decodeImage(png, 'it').image];
  for (let i = 0; i < before.rgb.length; i++) {
    if (i % 180 >= 60) expect(after.rgb[i]).toBe(before.rgb[i]);
  }
  expect((await call('run.list', { limit: 1 }))[0]).toMatchObject({ id: first.id, hasTrace: true });

  const again = await run(withoutPictures(request));
  expect(again.event.type).toBe('run.done');
  const [one, two] = await Promise.all(
    [first, again].map(async ({ id }) => (await call('run.image', { id })).png),
  );
  expect(Buffer.compare(one ?? new Uint8Array(), two ?? new Uint8Array(1))).toBe(0);
  const result = { name: `${first.id}.png`, sha256: hashOf(png) };
  expect((await run(askRequest(result))).event.type).toBe('run.done');
  expect(await readdir(here.paths.sources)).not.toContain(result.sha256);
});
