import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Seeded } from '../../support/seeded.ts';
import { toyRequest } from '../../support/studio.ts';
import { signIn, WindowClient } from '../../support/window-client.ts';
import { Home, sessionText } from '../home.ts';
import { momentToKill } from '../moment.ts';
import { demand, removeAll, type Killed, type Scenario } from '../scenario.ts';

const serveToy = fileURLToPath(new URL('../../support/serve-toy.ts', import.meta.url));
/** Pictures and sessions asked for in one life: more than are done before the kill. */
const work = 40;

/** A served studio with a window attached that keeps count of what it is told. */
export class ServedStudio {
  readonly process: ChildProcess;
  readonly window: WindowClient;
  readonly ended: Promise<void>;

  private constructor(process: ChildProcess, window: WindowClient, ended: Promise<void>) {
    this.process = process;
    this.window = window;
    this.ended = ended;
  }

  static async start(home: Home): Promise<ServedStudio> {
    const child = spawn(process.execPath, [serveToy, '0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, LAVIDA_HOME: home.paths.data },
    });
    const ended = new Promise<void>((resolve) => {
      child.once('exit', () => {
        resolve();
      });
    });
    const url = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout }).once('line', resolve);
      child.once('exit', (code) => {
        reject(new Error(`the server ended by itself with code ${String(code)}`));
      });
    });
    const window = await WindowClient.attach(new URL(url).origin, await signIn(url));
    window.onEvent((event, payload) => {
      if (event !== 'run.event') return;
      const { id, event: said } = payload as { id: string; event: { type: string; result?: unknown } };
      if (said.type === 'run.done')
        home.told.done.set(id, said.result as { imageFile: string | null; traceFile: string | null });
    });
    return new ServedStudio(child, window, ended);
  }

  async saveSession(home: Home, n: number): Promise<void> {
    const reply = await this.window.invoke('session.save', { session: { n, text: sessionText } });
    if (reply.ok) home.told.session = Math.max(home.told.session, n);
  }

  /** Kills it and resolves when it is gone and every word it said has been heard. */
  async kill(): Promise<void> {
    const closed = this.window.closed();
    this.process.kill('SIGKILL');
    await Promise.all([this.ended, closed]);
  }
}

/** `lavida serve` killed while it paints, records and saves sessions. */
export async function serveScenario(): Promise<Scenario> {
  const folder = await mkdtemp(join(tmpdir(), 'lavida-kill-serve-'));
  const home = new Home(folder);
  await mkdir(home.paths.outputs, { recursive: true });
  let session = 0;
  return {
    name: 'serve',
    async kill(random: Seeded): Promise<Killed> {
      const studio = await ServedStudio.start(home);
      for (let n = 0; n < work; n++) {
        const request = toyRequest(`picture ${String(n)}`, { seed: n, steps: 2 + random.below(8) });
        void studio.window.invoke('run.start', { request });
        void studio.saveSession(home, session++);
      }
      await studio.window.seen('engine.changed', ({ state }) => state === 'busy');
      await momentToKill(random, [folder, home.paths.outputs], 300);
      demand(studio.process.exitCode === null, 'the server ended by itself');
      await studio.kill();
      return home.inspect();
    },
    async close() {
      await home.inspectAll();
      await removeAll(folder);
    },
  };
}
