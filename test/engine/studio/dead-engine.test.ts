import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChannelInput, ChannelName, ChannelOutput } from '../../../electron/contract/index.ts';
import { openTestStudio, toyRequest, type TestStudio } from '../../support/studio.ts';

let here: TestStudio;

beforeEach(async () => {
  process.env['LAVIDA_TOY_OPEN'] = 'fail';
  here = await openTestStudio();
});
afterEach(async () => {
  delete process.env['LAVIDA_TOY_OPEN'];
  await here.close();
});

async function call<C extends ChannelName>(channel: C, input: ChannelInput<C>): Promise<ChannelOutput<C>> {
  const reply = await here.studio.dispatch(channel, input);
  if (!reply.ok) throw new Error(reply.error.message);
  return reply.value as ChannelOutput<C>;
}

async function start(prompt: string): Promise<string> {
  return (await call('run.start', { request: toyRequest(prompt) })).id;
}

async function endOf(id: string) {
  const { event } = await here.seen(
    'run.event',
    (payload) => payload.id === id && ['run.done', 'run.error', 'run.cancelled'].includes(payload.event.type),
  );
  return event;
}

test('with no engine the studio still answers, and says why there is none', async () => {
  await here.seen('engine.changed', ({ state }) => state === 'dead');
  expect(await call('engine.status', {})).toMatchObject({ state: 'dead', error: { code: 'model.missing' } });
  expect(await call('run.list', { limit: 5 })).toEqual([]);
  expect(await call('session.load', {})).toEqual({});
  const reply = await here.studio.dispatch('prompt.count', { prompt: 'x' });
  expect(reply).toMatchObject({ ok: false, error: { code: 'model.missing' } });
});

test('asking for a picture tries the engine again and fails in its words; Retry works once the cause is gone', async () => {
  await here.seen('engine.changed', ({ state }) => state === 'dead');
  expect(await endOf(await start('a tree'))).toMatchObject({
    type: 'run.error',
    error: { code: 'model.missing' },
  });
  delete process.env['LAVIDA_TOY_OPEN'];
  expect((await endOf(await start('a tree'))).type).toBe('run.done');
});

test('a dead engine costs the first request only; the others wait and are done after a restart', async () => {
  const first = await start('first');
  const second = await start('second');
  const third = await start('third');
  expect(await endOf(first)).toMatchObject({ type: 'run.error', error: { code: 'model.missing' } });
  await here.seen('engine.changed', ({ state }) => state === 'dead');
  expect((await call('run.active', {})).map(({ id, state }) => [id, state])).toEqual([
    [second, 'queued'],
    [third, 'queued'],
  ]);
  expect(await call('run.cancel', { id: second })).toEqual({ cancelled: true });
  delete process.env['LAVIDA_TOY_OPEN'];
  await call('engine.restart', {});
  expect((await endOf(third)).type).toBe('run.done');
});
