import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LavidaError } from '../errors.ts';

/** Bytes that stay free for everyone else. */
export const reserveBytes = 64 * 2 ** 20;
/** Bytes written between two looks at the disk. */
const lookEvery = 32 * 2 ** 20;

/** Bytes free for this user on the disk that holds a path, which need not exist yet; null where nobody can say. */
export async function freeBytes(path: string): Promise<number | null> {
  for (let folder = path; ; folder = dirname(folder)) {
    const found = await statfs(folder).catch(() => null);
    if (found) return found.bavail * found.bsize;
    if (folder === dirname(folder)) return null;
  }
}

function gib(bytes: number): string {
  return bytes >= 2 ** 30 ? `${(bytes / 2 ** 30).toFixed(1)} GiB` : `${Math.ceil(bytes / 2 ** 20)} MiB`;
}

/** @throws LavidaError output.full when a disk has not so many bytes beside the reserve */
export async function needRoom(folder: string, bytes: number, reserve: number = reserveBytes): Promise<void> {
  const free = await freeBytes(folder);
  if (free === null || bytes + reserve <= free) return;
  throw new LavidaError(
    'output.full',
    `${gib(bytes)} are needed in ${folder}, where ${gib(Math.max(0, free - reserve))} may be used.`,
    `${free} bytes are free`,
  );
}

/** Watches the disk while a file grows: looks once in a while, because asking for every piece would cost more than it. */
export function watchRoom(folder: string, reserve: number): (bytes: number) => Promise<void> {
  let since = lookEvery;
  return async (bytes) => {
    since += bytes;
    if (since < lookEvery) return;
    since = 0;
    await needRoom(folder, bytes, reserve);
  };
}
