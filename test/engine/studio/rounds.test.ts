import { readdir, readFile } from 'node:fs/promises';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decode as decodePng } from 'fast-png';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type {
  ChannelInput,
  ChannelName,
  ChannelOutput,
  EventPayload,
} from '../../../electron/contract/index.ts';
import type { PlanBox } from '../../../electron/contract/request.ts';
import { findMetadata } from '../../../native/library/picture-metadata.ts';
import { readPngHead } from '../../../native/library/png.ts';
import { studioPaths, type StudioPaths } from '../../../native/library/paths.ts';
import { SettingsStore } from '../../../native/library/settings-store.ts';
import { StudioService } from '../../../native/studio/service.ts';
import { forkLauncher } from '../../../native/supervisor/launcher.ts';
import { defaultLimits, EngineSupervisor } from '../../../native/supervisor/supervisor.ts';
import type { TemporaryFolder } from '../network/random-bundle.ts';
import { paintRequest } from '../../support/engine-runs.ts';
import { fullBundle } from '../../support/full-bundle.ts';

let bundle: TemporaryFolder;
let home: string;
let paths: StudioPaths;
let studio: StudioService;
const events: EventPayload<'run.event'>[] = [];
let look: () => void = () => undefined;

beforeAll(async () => {
  bundle = await fullBundle({ says: 'the dog is missing' });
  home = await mkdtemp(join(tmpdir(), 'lavida-rounds-'));
  paths = studioPaths(home);
  const entry = fileURLToPath(new URL('../../../native/host-entry.ts', import.meta.url));
  const supervisor = new EngineSupervisor(
    forkLauncher(entry),
    { modelDirectory: bundle.path, backend: 'cpu', threads: 1 },
    defaultLimits,
  );
  studio = new StudioService({
    supervisor,
    settings: await SettingsStore.open(paths.settingsFile),
    paths,
    version: '0',
    shell: 'serve',
  });
  studio.onEvent((event, payload) => {
    if (event !== 'run.event') return;
    events.push(payload as EventPayload<'run.event'>);
    look();
  });
  await studio.open();
});
afterAll(async () => {
  await studio.close();
  await rm(home, { recursive: true, force: true });
  await bundle.remove();
});

async function call<C extends ChannelName>(channel: C, input: ChannelInput<C>): Promise<ChannelOutput<C>> {
  const reply = await studio.dispatch(channel, input);
  if (!reply.ok) throw new Error(`${reply.error.code}: ${reply.error.message}`);
  return reply.value as ChannelOutput<C>;
}

/** The events of a run up to its end. */
async function eventsOf(id: string) {
  const ended = () =>
    events.some(
      (told) => told.id === id && ['run.done', 'run.error', 'run.cancelled'].includes(told.event.type),
    );
  if (!ended())
    await new Promise<void>((resolve) => {
      look = () => {
        if (ended()) resolve();
      };
    });
  return events.filter((told) => told.id === id).map(({ event }) => event);
}

const boxes: PlanBox[] = [{ name: 'dog', box: [10, 20, 500, 600] }];

test('rounds of reflection lie on the disk with what was said of them, and the result tells them all', async () => {
  const request = paintRequest({
    plan: { mode: 'given', boxes },
    reflection: { rounds: 3, mode: 'reflection', history: 3 },
  });
  const { id } = await call('run.start', { request });
  const told = await eventsOf(id);
  expect(told.at(-1)).toMatchObject({ type: 'run.done', result: { accepted: false } });

  const names = (await readdir(paths.outputs)).sort();
  expect(names).toEqual([`${id}.png`, `${id}.round-1.png`, `${id}.round-2.png`, `${id}.trace.safetensors`]);
  const [summary, ...more] = await call('run.list', { limit: 9 });
  expect(more).toEqual([]);
  expect(summary?.plan).toEqual({ source: 'given', boxes });
  expect(summary?.rounds?.map(({ round, seed, accepted }) => [round, seed, accepted])).toEqual([
    [1, 7, false],
    [2, 8, false],
    [3, 9, false],
  ]);
  for (const { reply, plan } of summary?.rounds ?? []) {
    expect(reply).toContain('the dog is missing');
    expect(plan?.boxes).toEqual(boxes);
  }

  const shown = told.flatMap((event) => (event.type === 'round.image' ? [event] : []));
  expect(shown.map(({ round }) => round)).toEqual([1, 2, 3]);
  for (const { round, image } of shown.slice(0, 2)) {
    const { png } = await call('run.round', { id, round });
    expect(Buffer.from(decodePng(png).data).equals(Buffer.from(image.rgb))).toBe(true);
    const metadata = findMetadata(readPngHead(png, 'round').texts);
    expect(metadata).toMatchObject({ round, request: { prompt: request.prompt } });
  }
  const result = decodePng(await readFile(join(paths.outputs, `${id}.png`)));
  expect(Buffer.from(result.data).equals(Buffer.from(shown[2]?.image.rgb ?? []))).toBe(true);
  const reply = await studio.dispatch('run.round', { id, round: 3 });
  expect(reply).toMatchObject({ ok: false, error: { code: 'run.unknown' } });
});

test('a cancelled reflection leaves the rounds that were finished', async () => {
  const request = paintRequest({ reflection: { rounds: 20, mode: 'self-verify', history: 0 }, seed: 70 });
  const { id } = await call('run.start', { request });
  await new Promise<void>((resolve) => {
    look = () => {
      if (events.some((told) => told.id === id && told.event.type === 'critique.verdict')) resolve();
    };
    look();
  });
  await call('run.cancel', { id });
  expect((await eventsOf(id)).at(-1)?.type).toBe('run.cancelled');
  const names = await readdir(paths.outputs);
  expect(names).toContain(`${id}.round-1.png`);
  expect(names).not.toContain(`${id}.png`);
});

test('a layout is asked for through the queue like a picture, and leaves no file', async () => {
  const before = await readdir(paths.outputs);
  const { id } = await call('run.start', {
    request: { version: 1, task: 'plan', prompt: 'a dog', seed: 3, microConditions: null },
  });
  const told = await eventsOf(id);
  expect(told.some(({ type }) => type === 'plan.parsed')).toBe(true);
  expect(told.at(-1)?.type).toBe('run.done');
  expect(await readdir(paths.outputs)).toEqual(before);
});
