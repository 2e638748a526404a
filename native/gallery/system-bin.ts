import { lstat, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { claimFile, discard, makeFolder, moveSafely } from '../library/safe-file.ts';
import type { SystemBin } from './bin.ts';

/**
 * The bin of Linux desktops, after the FreeDesktop.org Trash specification 1.0: `files/NAME` with `info/NAME.trashinfo`
 * in the user's data folder, or at the top of the disk that holds the file. Null on other systems, where only their own
 * shell can do it.
 */
export function freedesktopBin(
  platform: NodeJS.Platform = process.platform,
  env: NodeJS.ProcessEnv = process.env,
  home: string = homedir(),
): SystemBin | null {
  if (platform !== 'linux') return null;
  const data = env['XDG_DATA_HOME'];
  const homeTrash = join(data?.startsWith('/') ? data : join(home, '.local', 'share'), 'Trash');
  return async (path) => {
    const from = resolve(path);
    const { dev } = await lstat(from);
    const bin = (await deviceOf(dirname(homeTrash))) === dev ? null : await topFolder(from, dev);
    if (bin === null) await moveInto(homeTrash, from, from);
    else await moveInto(await trashAt(bin), from, relative(bin, from));
  };
}

/** The device a path lies or will lie on. */
async function deviceOf(path: string): Promise<number> {
  for (let folder = path; ; folder = dirname(folder)) {
    const found = await stat(folder).catch(() => null);
    if (found) return found.dev;
  }
}

/** The mount point above a file. */
async function topFolder(path: string, device: number): Promise<string> {
  let top = dirname(path);
  while (top !== dirname(top) && (await stat(dirname(top))).dev === device) top = dirname(top);
  return top;
}

/** `.Trash/UID` where an administrator prepared one, `.Trash-UID` otherwise. */
async function trashAt(top: string): Promise<string> {
  const uid = String(process.getuid?.() ?? 0);
  const shared = await lstat(join(top, '.Trash')).catch(() => null);
  const isSticky = ((shared?.mode ?? 0) & 0o1000) !== 0;
  return shared?.isDirectory() && isSticky ? join(top, '.Trash', uid) : join(top, `.Trash-${uid}`);
}

async function moveInto(trash: string, from: string, remembered: string): Promise<void> {
  for (const folder of ['files', 'info']) await makeFolder(join(trash, folder));
  const path = remembered.split(sep).map(encodeURIComponent).join('/');
  const info = `[Trash Info]\nPath=${path}\nDeletionDate=${localTime(new Date())}\n`;
  for (let attempt = 1; ; attempt++) {
    const name = attempt === 1 ? basename(from) : `${basename(from)}.${String(attempt)}`;
    const record = join(trash, 'info', `${name}.trashinfo`);
    // Making the record exclusively claims the name for this file.
    if (!(await claimFile(record, info))) continue;
    try {
      await moveSafely(from, join(trash, 'files', name));
      return;
    } catch (error) {
      await discard(record);
      throw error;
    }
  }
}

/** YYYY-MM-DDThh:mm:ss of the user's clock, as the specification wants it. */
function localTime(date: Date): string {
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
