import { mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChannelInput, ChannelName, ChannelOutput } from '../../../electron/contract/index.ts';
import type { TextToImageRequest } from '../../../electron/contract/request.ts';
import { openTestStudio, toyRequest, type TestStudio } from '../../support/studio.ts';

let here: TestStudio;

beforeEach(async () => {
  here = await openTestStudio({ restartPauses: [10, 10, 10] });
});
afterEach(async () => {
  delete process.env['LAVIDA_TOY_STEP_MS'];
  await here.close();
});

async function call<C extends ChannelName>(channel: C, input: ChannelInput<C>): Promise<ChannelOutput<C>> {
  const reply = await here.studio.dispatch(channel, input);
  if (!reply.ok) throw new Error(`${reply.error.code}: ${reply.error.message}`);
  return reply.value as ChannelOutput<C>;
}

async function errorOf(channel: string, input: unknown): Promise<string> {
  const reply = await here.studio.dispatch(channel, input);
  return reply.ok ? 'ok' : reply.error.code;
}

/** Starts a run and waits for its last event. */
async function runToEnd(prompt: string, settings: Partial<TextToImageRequest> = {}) {
  const { id } = await call('run.start', { request: toyRequest(prompt, settings) });
  return { id, event: await endOf(id) };
}

async function endOf(id: string) {
  const { event } = await here.seen(
    'run.event',
    (payload) => payload.id === id && ['run.done', 'run.error', 'run.cancelled'].includes(payload.event.type),
  );
  return event;
}

async function killEngineDuring(id: string, step: number): Promise<void> {
  await here.seen(
    'run.event',
    ({ id: of, event }) => of === id && event.type === 'step.state' && event.step === step,
  );
  const { pid } = here.supervisor.status;
  if (pid !== null) process.kill(pid, 'SIGKILL');
}

test('requests are run one after another, and each result is listed newest first', async () => {
  const prompts = ['one', 'two', 'three'];
  const ids: string[] = [];
  for (const prompt of prompts) ids.push((await call('run.start', { request: toyRequest(prompt) })).id);
  expect((await call('run.active', {})).map(({ id }) => id)).toEqual(ids);
  for (const id of ids) expect((await endOf(id)).type).toBe('run.done');
  const list = await call('run.list', { limit: 2 });
  expect(list.map(({ request }) => request.prompt)).toEqual(['three', 'two']);
  expect(await call('run.active', {})).toEqual([]);
});

test('a queued request can be taken out; the running one ends without a file', async () => {
  process.env['LAVIDA_TOY_STEP_MS'] = '5';
  await call('engine.restart', {});
  const first = await call('run.start', { request: toyRequest('first', { steps: 200 }) });
  const second = await call('run.start', { request: toyRequest('second') });
  expect(await call('run.cancel', { id: second.id })).toEqual({ cancelled: true });
  expect(await endOf(second.id)).toEqual({ type: 'run.cancelled', step: null });
  await here.seen('run.event', ({ id, event }) => id === first.id && event.type === 'step.state');
  await call('run.cancel', { id: first.id });
  expect((await endOf(first.id)).type).toBe('run.cancelled');
  expect(await call('run.cancel', { id: first.id })).toEqual({ cancelled: false });
  expect(await readdir(here.paths.outputs)).toEqual([]);
});

test('an engine killed in mid-run costs that run only: told why, the queue goes on, earlier results stay', async () => {
  process.env['LAVIDA_TOY_STEP_MS'] = '5';
  await call('engine.restart', {});
  const earlier = await runToEnd('earlier');
  const doomed = await call('run.start', { request: toyRequest('doomed', { steps: 200 }) });
  const next = await call('run.start', { request: toyRequest('next') });
  await killEngineDuring(doomed.id, 3);
  expect(await endOf(doomed.id)).toMatchObject({ type: 'run.error', error: { code: 'engine.died' } });
  await here.seen(
    'engine.changed',
    ({ state, error }) => state === 'starting' && error?.code === 'engine.died',
  );
  expect((await call('run.list', { limit: 10 })).map(({ id }) => id)).toContain(earlier.id);
  expect((await call('trace.head', { id: earlier.id })).steps).toBe(8);
  expect((await endOf(next.id)).type).toBe('run.done');
  const retried = await runToEnd('doomed', { steps: 20 });
  expect(retried.event.type).toBe('run.done');
  expect((await call('trace.preview', { id: earlier.id, step: 2, kind: 'x0' })).width).toBe(128);
});

test('a failing request does not stop the ones behind it', async () => {
  const broken = await call('run.start', { request: toyRequest('break') });
  const fine = await call('run.start', { request: toyRequest('fine') });
  expect(await endOf(broken.id)).toMatchObject({ type: 'run.error', error: { code: 'model.numerics' } });
  expect((await endOf(fine.id)).type).toBe('run.done');
});

test('a picture that cannot be saved is kept, and Retry saves it without computing it again', async () => {
  await rm(here.paths.outputs, { recursive: true });
  await writeFile(here.paths.outputs, 'in the way');
  const failed = await runToEnd('precious');
  expect(failed.event).toMatchObject({ type: 'run.error', error: { code: 'output.unwritable' } });
  expect(await readFile(here.paths.outputs, 'utf8')).toBe('in the way');
  await rm(here.paths.outputs);
  const pid = here.supervisor.status.pid ?? 0;
  process.kill(pid, 'SIGSTOP');
  try {
    const retried = await runToEnd('precious');
    expect(retried.event.type).toBe('run.done');
    expect(await call('run.list', { limit: 1 })).toMatchObject([{ id: retried.id, hasTrace: true }]);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
});

test('a trace that cannot be written costs the scrubbing, not the picture', async () => {
  const { id } = await call('run.start', { request: toyRequest('half lucky') });
  await mkdir(join(here.paths.outputs, `${id}.trace.safetensors`), { recursive: true });
  const event = await endOf(id);
  expect(event).toMatchObject({
    type: 'run.done',
    result: { traceFile: null, warnings: [{ code: 'output.unwritable' }] },
  });
});

test('damaged pictures are left out of the list, named, and left alone', async () => {
  const whole = await runToEnd('whole');
  const cut = await runToEnd('cut', { seed: 8 });
  const file = join(here.paths.outputs, `${cut.id}.png`);
  await truncate(file, 900);
  const junk = join(here.paths.outputs, '20200101-000000-000-abcd.png');
  await writeFile(junk, 'not a picture');
  await writeFile(join(here.paths.outputs, 'holiday.png'), 'of the user');
  expect((await call('run.list', { limit: 10 })).map(({ id }) => id)).toEqual([whole.id]);
  await expect
    .poll(async () => (await call('run.problems', {})).map((problem) => problem.file).sort(), {
      timeout: 30_000,
    })
    .toEqual([junk, file].sort());
  expect((await readdir(here.paths.outputs)).length).toBe(6);
  expect(await errorOf('trace.head', { id: cut.id })).toBe('file.invalid');
});

test('settings that are not possible are named before anything runs', async () => {
  const request = toyRequest('x');
  expect(await errorOf('run.start', { request: { ...request, steps: 0 } })).toBe('request.steps');
  expect(await errorOf('run.start', { request: { ...request, prompt: 'x'.repeat(20_001) } })).toBe(
    'prompt.too-long',
  );
  const reply = await here.studio.dispatch('run.start', { request: { ...request, topP: 3 } });
  expect(reply).toMatchObject({
    ok: false,
    error: { code: 'request.invalid', message: 'The setting "topP" is not valid.' },
  });
  expect(await errorOf('run.image', { id: '20200101-000000-000-abcd' })).toBe('run.unknown');
  expect(await errorOf('trace.preview', { id: '20200101-000000-000-abcd', step: 0, kind: 'x0' })).toBe(
    'run.unknown',
  );
});

test('the prompt is counted by the engine', async () => {
  expect(await call('prompt.count', { prompt: 'a red car' })).toEqual({
    tokens: 3,
    characters: 9,
    maxCharacters: 500,
  });
});

test('a damaged session is set aside, and saving goes on', async () => {
  await call('session.save', { session: { prompt: 'kept' } });
  expect(await call('session.load', {})).toEqual({ prompt: 'kept' });
  await writeFile(here.paths.sessionFile, '{"prompt": "ke');
  expect(await call('session.load', {})).toEqual({});
  expect(await readFile(`${here.paths.sessionFile}.bak`, 'utf8')).toBe('{"prompt": "ke');
  await Promise.all([1, 2, 3].map((n) => call('session.save', { session: { n } })));
  expect(await call('session.load', {})).toEqual({ n: 3 });
});

test('closing stops the run, waits for the disk and leaves nothing half-written', async () => {
  const { id } = await call('run.start', { request: toyRequest('last words') });
  await here.seen('run.event', (payload) => payload.id === id && payload.event.type === 'run.start');
  await here.studio.close();
  const names = await readdir(here.paths.outputs);
  expect(names.filter((name) => name.endsWith('.lavida-tmp'))).toEqual([]);
  expect([0, 2]).toContain(names.length);
});
