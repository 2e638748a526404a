import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot, toolEnvironment } from './run-command.ts';

/** Where the electron package is; its runtime is a separate download that it makes when first asked. */
const packageFolder = join(projectRoot, 'node_modules', 'electron');
const reachLimit = 4000;
const downloadLimit = 300_000;

/** Either the program to start, or in words why there is none. */
export type Runtime = { executable: string } | { absent: string };

/** The Electron runtime if it is on the disk; nothing is fetched. */
export function installedRuntime(): string | null {
  const { ELECTRON_OVERRIDE_DIST_PATH: override } = process.env;
  const pathFile = join(packageFolder, 'path.txt');
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8') : 'electron';
  const executable = join(override ?? join(packageFolder, 'dist'), name);
  return existsSync(executable) ? executable : null;
}

/** Finds the runtime or lets its package fetch it; never waits long for a network that does not answer. */
export async function findRuntime(): Promise<Runtime> {
  const unusable = whyNoWindow();
  if (unusable) return { absent: unusable };
  const present = installedRuntime();
  if (present) return { executable: present };
  if (!existsSync(packageFolder)) return { absent: 'the electron package is not installed' };
  if (!(await canReachDownloads()))
    return { absent: 'its runtime is not here and its download site does not answer' };
  console.log('Fetching the Electron runtime (about 110 MB, once) …');
  await download();
  const fetched = installedRuntime();
  return fetched ? { executable: fetched } : { absent: 'its runtime could not be fetched' };
}

/** Why Electron could not show a window here even if it were complete. */
function whyNoWindow(): string | null {
  if (process.platform !== 'linux') return null;
  if (!process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) return 'there is no screen';
  if (process.getuid?.() === 0) return 'Electron’s sandbox does not run as root';
  return null;
}

async function canReachDownloads(): Promise<boolean> {
  const { env } = process;
  // Fetch does not go through a proxy by itself, the download does.
  if (env['HTTPS_PROXY'] ?? env['https_proxy'] ?? env['ALL_PROXY']) return true;
  const mirror = env['ELECTRON_MIRROR'] ?? env['npm_config_electron_mirror'] ?? 'https://github.com';
  try {
    await fetch(new URL(mirror).origin, { method: 'HEAD', signal: AbortSignal.timeout(reachLimit) });
    return true;
  } catch {
    return false;
  }
}

function download(): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(packageFolder, 'install.js')], {
      stdio: ['ignore', 'inherit', 'ignore'],
      env: toolEnvironment(),
      timeout: downloadLimit,
      killSignal: 'SIGKILL',
    });
    child.on('error', () => {
      resolve();
    });
    child.on('close', () => {
      resolve();
    });
  });
}
