import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LavidaError } from '../errors.ts';
import { isAlive } from '../library/process-alive.ts';
import { claimFile, discard, makeFolder } from '../library/safe-file.ts';

const own = new Set<string>();

/**
 * Keeps two programs from working on the same download. A lock whose program is gone is taken over.
 * @returns gives it back
 * @throws LavidaError store.busy
 */
export async function takeLock(path: string, what: string): Promise<() => Promise<void>> {
  await makeFolder(dirname(path));
  for (let attempt = 0; attempt < 2; attempt++) {
    if (await claimFile(path, String(process.pid))) {
      own.add(path);
      return async () => {
        own.delete(path);
        await discard(path);
      };
    }
    const pid = Number(await readFile(path, 'utf8').catch(() => ''));
    const isStale = pid === process.pid ? !own.has(path) : !(pid > 0 && isAlive(pid));
    if (!isStale)
      throw new LavidaError('store.busy', `Another Lavida Studio is working on ${what}.`, `process ${pid}`);
    await discard(path);
  }
  throw new LavidaError('store.busy', `Another Lavida Studio is working on ${what}.`);
}
