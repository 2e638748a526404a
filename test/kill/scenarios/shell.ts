import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildPreload } from '../../../scripts/bundles.ts';
import type { Seeded } from '../../support/seeded.ts';
import { Home } from '../home.ts';
import { momentToKill } from '../moment.ts';
import { hear, type Word } from '../told.ts';
import { demand, removeAll, type Killed, type Scenario } from '../scenario.ts';

const register = fileURLToPath(new URL('../../electron/double/register.mjs', import.meta.url));
const shellMain = fileURLToPath(new URL('../shell-main.ts', import.meta.url));

/** The app's main process, in its stand-in for Electron, killed while its window works. */
export async function shellScenario(): Promise<Scenario> {
  const folder = await mkdtemp(join(tmpdir(), 'lavida-kill-shell-'));
  const renderer = join(folder, 'dist', 'renderer');
  await mkdir(renderer, { recursive: true });
  await writeFile(join(renderer, 'index.html'), '<!doctype html><title>page</title>');
  await buildPreload(join(folder, 'out', 'preload', 'preload.cjs'));
  const home = new Home(join(folder, 'home'));
  await home.prepare();
  let session = 0;
  return {
    name: 'app',
    async kill(random: Seeded): Promise<Killed> {
      const args = ['--import', pathToFileURL(register).href, shellMain, folder, String(session)];
      session += 40;
      const child = spawn(process.execPath, args, {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, LAVIDA_HOME: home.paths.data },
      });
      const closed = new Promise<void>((resolve) => {
        child.once('close', () => {
          resolve();
        });
      });
      await new Promise<void>((resolve, reject) => {
        createInterface({ input: child.stdout }).on('line', (text) => {
          const word = JSON.parse(text) as Word;
          if ('busy' in word) resolve();
          else hear(home.told, word);
        });
        child.once('exit', (code) => {
          reject(new Error(`the app ended by itself with code ${String(code)}`));
        });
      });
      await momentToKill(random, [home.paths.data, home.paths.outputs], 900);
      demand(child.exitCode === null, 'the app ended by itself');
      child.kill('SIGKILL');
      await closed;
      return home.inspect();
    },
    async close() {
      await home.inspectAll();
      await removeAll(folder);
    },
  };
}
