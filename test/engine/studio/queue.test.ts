import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChannelInput, ChannelName, ChannelOutput } from '../../../electron/contract/index.ts';
import { publishedEditDefaults, type EditRequest } from '../../../electron/contract/request.ts';
import { SettingsStore } from '../../../native/library/settings-store.ts';
import { StudioService } from '../../../native/studio/service.ts';
import { openTestStudio, superviseToy, toyRequest, type TestStudio } from '../../support/studio.ts';

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

async function start(prompt: string, front?: boolean): Promise<string> {
  const request = toyRequest(prompt);
  return (await call('run.start', front === undefined ? { request } : { request, front })).id;
}

async function endOf(id: string) {
  const { event } = await here.seen(
    'run.event',
    (payload) => payload.id === id && ['run.done', 'run.error', 'run.cancelled'].includes(payload.event.type),
  );
  return event;
}

async function waiting(): Promise<string[]> {
  return (await call('run.active', {})).map(({ request }) => ('prompt' in request ? request.prompt : ''));
}

test('a paused queue starts nothing, is put in order, and goes on in that order', async () => {
  await call('queue.pause', { paused: true });
  const ids: Record<string, string> = {};
  for (const name of ['one', 'two', 'three']) ids[name] = await start(name);
  ids['urgent'] = await start('urgent', true);
  expect(await waiting()).toEqual(['urgent', 'one', 'two', 'three']);
  expect(await call('queue.move', { id: ids['three'] ?? '', to: 0 })).toEqual({ moved: true });
  expect(await call('queue.move', { id: ids['urgent'] ?? '', to: 99 })).toEqual({ moved: true });
  expect(await waiting()).toEqual(['three', 'one', 'two', 'urgent']);
  expect(await call('run.list', { limit: 9 })).toEqual([]);
  await call('queue.pause', { paused: false });
  expect((await endOf(ids['urgent'] ?? '')).type).toBe('run.done');
  const done = [...(await call('run.list', { limit: 9 }))];
  const times = await Promise.all(done.map(({ request }) => request.prompt));
  expect(times.sort()).toEqual(['one', 'three', 'two', 'urgent']);
  expect(await call('queue.state', {})).toEqual({ ids: [], paused: false, left: [] });
});

test('what waits can be taken out at once, with or without what runs', async () => {
  process.env['LAVIDA_TOY_STEP_MS'] = '20';
  await call('engine.restart', {});
  const running = await start('running');
  const others = [await start('two'), await start('three')];
  await here.seen('run.event', ({ id, event }) => id === running && event.type === 'step.state');
  expect(await call('queue.clear', { running: false })).toEqual({ cancelled: 2 });
  for (const id of others) expect((await endOf(id)).type).toBe('run.cancelled');
  expect(await waiting()).toEqual(['running']);
  expect(await call('queue.move', { id: running, to: 0 })).toEqual({ moved: false });
  expect(await call('queue.clear', { running: true })).toEqual({ cancelled: 1 });
  expect((await endOf(running)).type).toBe('run.cancelled');
  expect((await call('queue.state', {})).left).toEqual([]);
});

test('failures are listed, asked for again one by one or together, or forgotten', async () => {
  const broken = [await start('break one'), await start('break two'), await start('break three')];
  const fine = await start('fine');
  expect((await endOf(fine)).type).toBe('run.done');
  const { left } = await call('queue.state', {});
  expect(left.map(({ id, reason, error }) => [id, reason, error?.code])).toEqual(
    [...broken].reverse().map((id) => [id, 'failed', 'model.numerics']),
  );
  await call('queue.dismiss', { ids: [broken[0] ?? ''] });
  await call('queue.pause', { paused: true });
  const again = await call('queue.retry', { ids: broken });
  expect(again.ids).toHaveLength(2);
  expect(await waiting()).toEqual(['break two', 'break three']);
  expect((await call('queue.state', {})).left).toEqual([]);
  expect(await call('queue.retry', { ids: broken })).toEqual({ ids: [] });
});

test('after the studio was closed the next start runs what waited and offers what was under way', async () => {
  process.env['LAVIDA_TOY_STEP_MS'] = '20';
  await call('engine.restart', {});
  const running = await start('under way');
  await here.seen('run.event', ({ id, event }) => id === running && event.type === 'step.state');
  const waits = await start('waits');
  await here.studio.close();
  delete process.env['LAVIDA_TOY_STEP_MS'];

  const next = new StudioService({
    supervisor: superviseToy(),
    paths: here.paths,
    settings: await SettingsStore.open(here.paths.settingsFile),
    version: '0',
    shell: 'serve',
  });
  const done = new Promise<string>((resolve) => {
    next.onEvent((event, payload) => {
      if (event === 'run.event' && 'event' in payload && payload.event.type === 'run.done')
        resolve(payload.id);
    });
  });
  try {
    await next.open();
    expect(await done).toBe(waits);
    const state = await next.dispatch('queue.state', {});
    expect(state).toMatchObject({
      ok: true,
      value: { ids: [], left: [{ id: running, reason: 'interrupted', request: { prompt: 'under way' } }] },
    });
    const again = await next.dispatch('queue.retry', { ids: [running] });
    expect(again).toMatchObject({ ok: true, value: { ids: [expect.any(String)] } });
  } finally {
    await next.close();
  }
});

test('a damaged queue file is set aside and does not keep the studio from starting', async () => {
  await here.studio.close();
  await writeFile(here.paths.queueFile, '{"version":1,"entries":[');
  const next = new StudioService({
    supervisor: superviseToy(),
    paths: here.paths,
    settings: await SettingsStore.open(here.paths.settingsFile),
    version: '0',
    shell: 'serve',
  });
  try {
    await next.open();
    expect(await next.dispatch('queue.state', {})).toMatchObject({ ok: true, value: { ids: [], left: [] } });
    expect(await readFile(`${here.paths.queueFile}.bak`, 'utf8')).toBe('{"version":1,"entries":[');
  } finally {
    await next.close();
  }
});

test('the picture of a waiting edit is on the disk with the queue, by its hash', async () => {
  const bytes = new Uint8Array([1, 2, 3, 4]);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const { reflection: _r, microConditions: _m, task: _t, ...settings } = toyRequest('make it red');
  const image = { name: 'photo.png', sha256, bytes };
  const request: EditRequest = { ...settings, ...publishedEditDefaults, task: 'edit', image };
  await call('queue.pause', { paused: true });
  const { id } = await call('run.start', { request });
  expect(new Uint8Array(await readFile(join(here.paths.sources, sha256)))).toEqual(bytes);
  const { entries } = JSON.parse(await readFile(here.paths.queueFile, 'utf8')) as { entries: unknown[] };
  expect(entries).toMatchObject([{ id, state: 'queued', request: { image: { name: 'photo.png', sha256 } } }]);
  expect(JSON.stringify(entries)).not.toContain('bytes');
});
