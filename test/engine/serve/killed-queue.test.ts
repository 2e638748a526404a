import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { toyRequest } from '../../support/studio.ts';
import { signIn, WindowClient } from '../../support/window-client.ts';

const serveToy = fileURLToPath(new URL('../../support/serve-toy.ts', import.meta.url));

interface Served {
  child: ChildProcess;
  window: WindowClient;
  ended: Promise<unknown>;
}

async function serve(home: string, stepMs: number): Promise<Served> {
  const child = spawn(process.execPath, [serveToy, '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, LAVIDA_HOME: home, LAVIDA_TOY_STEP_MS: String(stepMs) },
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const url = await new Promise<string>((resolve) =>
    createInterface({ input: child.stdout }).once('line', resolve),
  );
  return { child, window: await WindowClient.attach(new URL(url).origin, await signIn(url)), ended };
}

async function kill({ child, window, ended }: Served): Promise<void> {
  child.kill('SIGKILL');
  await ended;
  window.socket.terminate();
}

test('killed with a full queue: what waited is run by the next start, what ran is offered again, in its order', async () => {
  const home = await mkdtemp(join(tmpdir(), 'lavida-queue-'));
  try {
    const first = await serve(home, 40);
    const ids: string[] = [];
    for (const prompt of ['under way', 'second', 'third', 'fourth']) {
      const reply = await first.window.invoke('run.start', { request: toyRequest(prompt) });
      if (reply.ok) ids.push(reply.value.id);
    }
    const [running = '', second = '', third = '', fourth = ''] = ids;
    await first.window.invoke('queue.move', { id: fourth, to: 0 });
    await first.window.invoke('run.cancel', { id: third });
    await first.window.seen('run.event', ({ id, event }) => id === running && event.type === 'step.state');
    await kill(first);

    const next = await serve(home, 0);
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
    await kill(next);

    const last = await serve(home, 0);
    expect(await last.window.invoke('queue.state', {})).toEqual({
      ok: true,
      value: { ids: [], paused: false, left: [] },
    });
    await kill(last);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});
