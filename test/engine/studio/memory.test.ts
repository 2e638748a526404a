import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChannelInput, ChannelName, ChannelOutput } from '../../../electron/contract/index.ts';
import { studioPaths, type StudioPaths } from '../../../native/library/paths.ts';
import { OutputFolder } from '../../../native/library/output-folder.ts';
import { runIdAt } from '../../../native/library/run-ids.ts';
import { RunLibrary } from '../../../native/library/run-library.ts';
import { SettingsStore } from '../../../native/library/settings-store.ts';
import { StudioService } from '../../../native/studio/service.ts';
import { TracePreviews } from '../../../native/studio/trace-previews.ts';
import type { EngineSupervisor } from '../../../native/supervisor/supervisor.ts';
import { Watched } from '../../support/still-held.ts';
import { superviseToy, toyRequest } from '../../support/studio.ts';

let home: string;
let paths: StudioPaths;
let supervisor: EngineSupervisor;
let studio: StudioService;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'lavida-memory-'));
  paths = studioPaths(home);
  supervisor = superviseToy();
  const settings = await SettingsStore.open(paths.settingsFile);
  studio = new StudioService({ supervisor, settings, paths, version: '0.0.0-test', shell: 'serve' });
  await studio.open();
});
afterEach(async () => {
  await studio.close();
  await rm(home, { recursive: true, force: true });
});

async function call<C extends ChannelName>(channel: C, input: ChannelInput<C>): Promise<ChannelOutput<C>> {
  const reply = await studio.dispatch(channel, input);
  if (!reply.ok) throw new Error(`${reply.error.code}: ${reply.error.message}`);
  return reply.value as ChannelOutput<C>;
}

/** Makes a picture as a window would, and returns its id once it is done. */
async function makePicture(seed: number, steps: number): Promise<string> {
  const done = new Set<string>();
  let look = (): void => undefined;
  const stop = studio.onEvent((_event, payload) => {
    if ('event' in payload && payload.event.type === 'run.done') done.add(payload.id);
    look();
  });
  const { id } = await call('run.start', { request: toyRequest('a red car', { seed, steps }) });
  await new Promise<void>((resolve) => {
    look = () => {
      if (done.has(id)) resolve();
    };
    look();
  });
  stop();
  return id;
}

/** The memory behind every typed array inside a value. */
function buffersIn(value: unknown): ArrayBufferLike[] {
  if (ArrayBuffer.isView(value)) return [value.buffer];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(buffersIn) : [];
}

test('nothing of a finished run stays in memory but what is counted', async () => {
  const rounds = 40;
  const told = new Watched<object>();
  const bytes = new Watched<object>();
  const stop = studio.onEvent((_event, payload) => {
    told.add('event' in payload ? payload.event : payload);
    for (const buffer of buffersIn(payload)) bytes.add(buffer);
  });
  const ask = async <C extends ChannelName>(channel: C, input: ChannelInput<C>): Promise<void> => {
    for (const buffer of buffersIn(await call(channel, input))) bytes.add(buffer);
  };
  await makePicture(0, 2);
  const listeners = supervisor.listenerCount('changed');
  for (let i = 1; i <= rounds; i++) {
    const id = await makePicture(i, 2);
    await ask('trace.head', { id });
    await ask('trace.step', { id, step: 1 });
    await ask('trace.texts', { id });
    await ask('run.image', { id });
    await ask('run.list', { limit: 5 });
    await ask('gallery.query', { view: { kind: 'all' }, text: 'car', sort: 'newest' });
    await ask('session.save', { session: {} });
    await ask('prompt.count', { prompt: `a red car ${String(i)}` });
  }
  stop();
  expect(told.seen).toBeGreaterThan(10 * rounds);
  expect(bytes.seen).toBeGreaterThan(10 * rounds);
  // The state of the engine, and what was under way when the collector came.
  expect((await told.held()).length).toBeLessThan(10);
  expect((await bytes.held()).length).toBeLessThan(10);
  expect(supervisor.listenerCount('changed')).toBe(listeners);
});

test('pictures of steps take the memory they may take, and not the messages they came in', async () => {
  const steps = 12;
  const id = await makePicture(1, steps);
  const path = join(paths.outputs, `${id}.trace.safetensors`);
  const bytesOfOne = 128 * 128 * 3;
  const budget = 4 * bytesOfOne;
  const previews = new TracePreviews(supervisor, budget);
  const buffers = new Watched<ArrayBufferLike>();
  // Answers that come together share the memory of one message.
  const read = async (step: number): Promise<void> => {
    const { rgb } = await previews.preview(path, step, 'x0');
    expect(rgb.length).toBe(bytesOfOne);
    buffers.add(rgb.buffer);
  };
  await Promise.all(Array.from({ length: steps }, (_, step) => read(step)));
  const held = new Set(await buffers.held());
  expect(held.size).toBe(4);
  expect([...held].reduce((sum, { byteLength }) => sum + byteLength, 0)).toBeLessThanOrEqual(budget);
  // It does keep them: what was read last is not decoded again.
  expect(held).toContain((await previews.preview(path, steps - 1, 'x0')).rgb.buffer);
});

test('a folder of any number of pictures is known by a bounded number of heads', async () => {
  const original = await makePicture(1, 1);
  const folder = join(home, 'many');
  await mkdir(folder);
  const ids = Array.from({ length: 60 }, (_, i) => runIdAt(Date.UTC(2026, 0, 1) + i * 1000));
  for (const id of ids) await copyFile(join(paths.outputs, `${original}.png`), join(folder, `${id}.png`));
  const library = new RunLibrary(new OutputFolder(folder), 20);
  const requests = new Watched<object>();
  for (const id of ids) requests.add((await library.summary(id)).request);
  expect((await requests.held()).length).toBeLessThanOrEqual(21);
  for (const { request } of await library.list(1000)) requests.add(request);
  expect((await requests.held()).length).toBeLessThanOrEqual(21);
  expect((await library.list(1000)).map(({ id }) => id)).toEqual([...ids].reverse());
});
