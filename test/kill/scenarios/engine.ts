import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Seeded } from '../../support/seeded.ts';
import { toyRequest } from '../../support/studio.ts';
import { Home } from '../home.ts';
import { momentToKill } from '../moment.ts';
import { hear } from '../told.ts';
import { demand, removeAll, type Killed, type Scenario } from '../scenario.ts';
import { ServedStudio } from './serve.ts';

/** The engine's process killed under a studio that lives on: only the run it was at may be lost. */
export async function engineScenario(): Promise<Scenario> {
  const folder = await mkdtemp(join(tmpdir(), 'lavida-kill-engine-'));
  const home = new Home(folder);
  await home.prepare();
  const studio = await ServedStudio.start(home);
  const { window } = studio;

  /** Waits for a living engine; one that pauses after its death is started at once. */
  async function enginePid(): Promise<number> {
    let asked = false;
    for (;;) {
      const reply = await window.invoke('engine.status', {});
      if (!reply.ok) throw new Error(reply.error.message);
      const { pid, state, detail } = reply.value;
      if (pid !== null && (state === 'ready' || state === 'busy')) return pid;
      if (!asked && (state === 'dead' || detail === 'restarting the engine')) {
        asked = true;
        await window.invoke('engine.restart', {});
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** The living studio's gallery, once it lists the pictures just made. */
  async function gallery(made: readonly string[]): Promise<readonly string[]> {
    for (;;) {
      const query = { view: { kind: 'all' as const }, text: '', sort: 'newest' as const };
      const reply = await window.invoke('gallery.query', query);
      if (!reply.ok) throw new Error(reply.error.message);
      if (made.every((id) => reply.value.ids.includes(id))) return reply.value.ids;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  async function start(prompt: string, steps: number): Promise<string> {
    const reply = await window.invoke('run.start', { request: toyRequest(prompt, { steps }) });
    if (!reply.ok) throw new Error(reply.error.message);
    hear(home.told, { queued: reply.value.id });
    return reply.value.id;
  }

  async function endOf(id: string): Promise<string> {
    const { event } = await window.seen(
      'run.event',
      (said) => said.id === id && ['run.done', 'run.error', 'run.cancelled'].includes(said.event.type),
    );
    return event.type;
  }

  return {
    name: 'engine',
    async kill(random: Seeded): Promise<Killed> {
      const pid = await enginePid();
      window.forget();
      const ids: string[] = [];
      for (let n = 0; n < 3; n++) ids.push(await start(`picture ${String(n)}`, 20 + random.below(60)));
      await momentToKill(random, [home.paths.outputs], 150);
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        demand(false, 'the engine ended by itself');
      }
      await window.seen('engine.changed', (status) => status.pid !== pid);
      await enginePid();
      const ends = await Promise.all(ids.map(endOf));
      const lost = ends.filter((type) => type !== 'run.done');
      demand(lost.length <= 1, `one kill cost ${lost.length} runs`);
      demand(studio.process.exitCode === null, 'the studio died with its engine');
      return home.inspect(() => gallery(ids.filter((_, i) => ends[i] === 'run.done')));
    },
    async close() {
      await studio.kill();
      await home.inspectAll();
      await removeAll(folder);
    },
  };
}
