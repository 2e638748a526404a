import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { TextToImageRequest } from '../../../electron/contract/request.ts';
import type { Seeded } from '../../support/seeded.ts';
import { toyRequest } from '../../support/studio.ts';
import { signIn, WindowClient } from '../../support/window-client.ts';
import { Home } from '../home.ts';
import { momentToKill } from '../moment.ts';
import { hear, workOn, type WorkingWindow } from '../told.ts';
import { demand, removeAll, type Killed, type Scenario } from '../scenario.ts';

const serveToy = fileURLToPath(new URL('../../support/serve-toy.ts', import.meta.url));
/** Pictures and sessions asked for in one life: more than are done before the kill. */
const work = 40;

/** A served studio with a window attached that keeps count of what it is told. */
export class ServedStudio {
  readonly process: ChildProcess;
  readonly window: WindowClient;
  readonly ended: Promise<void>;
  readonly #listeners: ((id: string) => void)[] = [];

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
    const studio = new ServedStudio(child, window, ended);
    window.onEvent((event, payload) => {
      if (event !== 'run.event') return;
      const { id, event: said } = payload as { id: string; event: { type: string; result?: unknown } };
      if (said.type !== 'run.done') return;
      hear(home.told, { id, ...(said.result as { imageFile: string | null; traceFile: string | null }) });
      for (const listener of studio.#listeners) listener(id);
    });
    return studio;
  }

  /** Puts a request into the queue, and remembers that it was told so. */
  async start(home: Home, request: TextToImageRequest): Promise<void> {
    const reply = await this.window.invoke('run.start', { request });
    if (reply.ok) hear(home.told, { queued: reply.value.id });
  }

  /** The window as `workOn` wants it. */
  get working(): WorkingWindow {
    return {
      invoke: this.window.invoke.bind(this.window),
      onDone: (listener) => {
        this.#listeners.push(listener);
      },
    };
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
  await home.prepare();
  let session = 0;
  return {
    name: 'serve',
    async kill(random: Seeded): Promise<Killed> {
      const studio = await ServedStudio.start(home);
      for (let n = 0; n < work; n++) {
        const request = toyRequest(`picture ${String(n)}`, { seed: n, steps: 2 + random.below(8) });
        void studio.start(home, request);
      }
      const { told } = home;
      workOn(studio.working, home.paths.data, {
        first: session,
        times: work,
        say: (word) => hear(told, word),
      });
      session += work;
      await studio.window.seen('engine.changed', ({ state }) => state === 'busy');
      await momentToKill(random, [folder, home.paths.outputs], 900);
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
