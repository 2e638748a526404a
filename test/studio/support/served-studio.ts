import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test as base, expect, type Page } from '@playwright/test';
import type { TemporaryFolder } from '../../engine/network/random-bundle.ts';
import { projectRoot } from '../../support/cli.ts';
import { fullBundle, type FullBundleOptions } from '../../support/full-bundle.ts';

interface Server {
  process: ChildProcess;
  url: string;
}

/** A real `lavida serve` with the real nano or another model folder, on a data folder of its own. */
export class ServedStudio {
  readonly home: string;
  readonly #model: TemporaryFolder | null;
  #server: Server;

  private constructor(home: string, model: TemporaryFolder | null, server: Server) {
    this.home = home;
    this.#model = model;
    this.#server = server;
  }

  /**
   * @param prepare fills the data folder before the studio starts
   * @param bundle wishes for a model with every part, in place of nano
   * @param firstVisit greets as on the very first start, with the tour
   */
  static async start(
    prepare?: (home: string) => Promise<void>,
    bundle: FullBundleOptions | null = null,
    firstVisit = false,
  ): Promise<ServedStudio> {
    if (!existsSync(join(projectRoot, 'dist', 'renderer', 'index.html'))) {
      throw new Error('The window is not built: run npm run build first.');
    }
    const home = await mkdtemp(join(tmpdir(), 'lavida-window-'));
    if (!firstVisit) await writeFile(join(home, 'settings.json'), JSON.stringify({ tourSeen: true }));
    await prepare?.(home);
    const model = bundle && (await fullBundle(bundle));
    return new ServedStudio(home, model, await serve(home, model));
  }

  /** Its address; another after a restart. */
  get url(): string {
    return this.#server.url;
  }

  get pid(): number {
    return this.#server.process.pid ?? 0;
  }

  /** Ends it and starts it again on the same data folder, perhaps changed in between. */
  async restart(between?: () => Promise<void>): Promise<void> {
    await this.#end();
    await between?.();
    this.#server = await serve(this.home, this.#model);
  }

  /** Names of the files in the output folder. */
  async outputs(): Promise<string[]> {
    return readdir(join(this.home, 'outputs')).catch(() => []);
  }

  async pictures(): Promise<string[]> {
    return (await this.outputs()).filter((name) => name.endsWith('.png')).sort();
  }

  async stop(): Promise<void> {
    await this.#end();
    await rm(this.home, { recursive: true, force: true });
    await this.#model?.remove();
  }

  async #end(): Promise<void> {
    const { process: child } = this.#server;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGINT');
    await ended;
  }
}

async function serve(home: string, model: TemporaryFolder | null): Promise<Server> {
  const entry = join(projectRoot, 'native', 'cli', 'main.ts');
  const args = [entry, 'serve', '--port', '0', ...(model ? ['--model', model.path] : [])];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, LAVIDA_HOME: home },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('exit', (code) => {
      reject(new Error(`lavida serve ended with code ${String(code)} before it printed its address.`));
    });
  });
  return { process: child, url };
}

interface Fixtures {
  /** The studio greets as on its very first start. */
  firstVisit: boolean;
  /** A page on the studio of this file; the test fails if the page writes an error to its console. */
  window: Page;
}

interface Options {
  /** The model with every part, made after these wishes, in place of nano; the same for all tests of a file. */
  bundle: FullBundleOptions | null;
}

interface WorkerFixtures {
  studios: Map<string, Promise<ServedStudio>>;
}

/**
 * One studio a test file, in the order of its tests; the page is new for every test. A file with several tests runs them
 * in serial mode: tried again, it begins with its first test on a new studio, not in the middle on an empty one.
 */
export const test = base.extend<Fixtures & Options & { studio: ServedStudio }, WorkerFixtures>({
  bundle: [null, { option: true }],
  studios: [
    async ({}, use) => {
      const studios = new Map<string, Promise<ServedStudio>>();
      await use(studios);
      for (const studio of studios.values()) await (await studio).stop();
    },
    { scope: 'worker' },
  ],
  firstVisit: [false, { option: true }],
  studio: async ({ studios, bundle, firstVisit }, use, { file }) => {
    for (const [other, studio] of studios) {
      if (other === file) continue;
      studios.delete(other);
      await (await studio).stop();
    }
    const studio = studios.get(file) ?? ServedStudio.start(undefined, bundle, firstVisit);
    studios.set(file, studio);
    await use(await studio);
  },
  window: async ({ page, studio }, use) => {
    const errors: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(studio.url);
    await expect(page.getByText('Engine ready')).toBeVisible({ timeout: 90_000 });
    await expect(page.getByRole('region', { name: 'Results' })).toHaveAttribute('aria-busy', 'false');
    await use(page);
    expect(errors).toEqual([]);
  },
});

export { expect };
