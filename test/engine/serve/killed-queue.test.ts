import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { toyRequest } from '../../support/studio.ts';
import { mustServe, stop } from '../../support/served-toy.ts';

test('killed with a full queue: what waited is run by the next start, what ran is offered again, in its order', async () => {
  const home = await mkdtemp(join(tmpdir(), 'lavida-queue-'));
  try {
    const first = await mustServe(home, 40);
    const ids: string[] = [];
    for (const prompt of ['under way', 'second', 'third', 'fourth']) {
      const reply = await first.window.invoke('run.start', { request: toyRequest(prompt) });
      if (reply.ok) ids.push(reply.value.id);
    }
    const [running = '', second = '', third = '', fourth = ''] = ids;
    await first.window.seen('run.event', ({ id, event }) => id === running && event.type === 'step.state');
    await first.window.invoke('run.cancel', { id: third });
    // What was answered is kept, however soon the kill comes.
    await first.window.invoke('queue.move', { id: fourth, to: 0 });
    await stop(first, 'SIGKILL');

    const next = await mustServe(home, 0);
    await next.window.seen('run.event', ({ id, event }) => id === second && event.type === 'run.done');
    const list = await next.window.invoke('run.list', { limit: 9 });
    expect(list).toMatchObject({ ok: true, value: [{ id: fourth }, { id: second }] });
    const state = await next.window.invoke('queue.state', {});
    expect(state).toMatchObject({
      ok: true,
      value: { ids: [], left: [{ id: running, reason: 'interrupted', request: { prompt: 'under way' } }] },
    });
    const again = await next.window.invoke('queue.retry', { ids: [running] });
    const [retried = ''] = again.ok ? again.value.ids : [];
    await next.window.seen('run.event', ({ id, event }) => id === retried && event.type === 'run.done');
    expect(await next.window.invoke('queue.state', {})).toMatchObject({ ok: true, value: { left: [] } });
    await stop(next, 'SIGKILL');

    const last = await mustServe(home, 0);
    expect(await last.window.invoke('queue.state', {})).toEqual({
      ok: true,
      value: { ids: [], paused: false, left: [] },
    });
    await stop(last, 'SIGKILL');
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});
