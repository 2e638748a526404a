/**
 * `npm start`: builds what is out of date, then opens the studio in Electron, or in the browser where Electron cannot
 * run. `npm start -- --serve` goes straight to the browser mode.
 */
import { spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { runServe } from '../native/cli/serve.ts';
import { findRuntime } from './electron-runtime.ts';
import { projectRoot, runCommand, toolEnvironment } from './run-command.ts';

/** Exit code of a Linux program whose shared libraries are missing. */
const libraryMissing = 127;
const sources = ['electron', 'native', 'renderer', 'scripts', 'package-lock.json'];
const products = [
  'dist/renderer/index.html',
  'out/main/main.js',
  'out/preload/preload.cjs',
  'out/engine/host.js',
];

function newest(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return 0;
  if (!found.isDirectory()) return found.mtimeMs;
  return Math.max(found.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function isStale(): boolean {
  const built = products.map(
    (name) => statSync(join(projectRoot, name), { throwIfNoEntry: false })?.mtimeMs ?? 0,
  );
  return Math.min(...built) < Math.max(...sources.map((name) => newest(join(projectRoot, name))));
}

function openElectron(executable: string): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(executable, [projectRoot], { stdio: 'inherit', env: toolEnvironment() });
    // Ctrl-C reaches Electron too, which closes by itself; this process waits for it.
    process.on('SIGINT', () => undefined);
    child.on('error', () => {
      resolve(libraryMissing);
    });
    child.on('exit', (code) => {
      resolve(code ?? 1);
    });
  });
}

async function start(): Promise<number> {
  if (isStale()) {
    const code = await runCommand('node', ['scripts/build.ts']);
    if (code !== 0) return code;
  }
  if (process.argv.includes('--serve')) return runServe({});
  const runtime = await findRuntime();
  let reason = 'absent' in runtime ? runtime.absent : '';
  if ('executable' in runtime) {
    const code = await openElectron(runtime.executable);
    if (code !== libraryMissing) return code;
    reason = 'libraries it needs are missing';
  }
  console.log(`Electron cannot run here (${reason}); open the studio in a browser:`);
  return runServe({});
}

process.exitCode = await start();
