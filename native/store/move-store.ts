import { readdir, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { z } from 'zod';
import { LavidaError } from '../errors.ts';
import { parseJsonFile } from '../library/json-file.ts';
import { readTextIfThere } from '../library/read-text.ts';
import { checkWritable, discard, discardFolder, makeFolder, writeFileSafely } from '../library/safe-file.ts';
import { isInside } from '../policy/app-files.ts';
import { needRoom } from './disk-room.ts';
import { workOnFiles, type WorkOptions } from './file-work.ts';

/** A move that has begun. While the settings still name `from`, nothing there was touched. */
const recordSchema = z.object({ version: z.literal(1), from: z.string(), to: z.string() });

export interface MoveOptions extends WorkOptions {
  /** File that remembers the move until it is over. */
  record: string;
  reserveBytes: number;
  /** Makes the new folder the store's; on the disk when it resolves. */
  switchTo: (folder: string) => Promise<void>;
}

async function below(folder: string, path = ''): Promise<string[]> {
  const entries = await readdir(join(folder, path), { withFileTypes: true }).catch(() => []);
  const files: string[] = [];
  for (const entry of entries) {
    const name = path === '' ? entry.name : `${path}/${entry.name}`;
    if (entry.isDirectory()) files.push(...(await below(folder, name)));
    else if (entry.isFile()) files.push(name);
  }
  return files;
}

async function realOf(path: string): Promise<string> {
  return realpath(path).catch(() => resolve(path));
}

/** @throws LavidaError store.folder, output.* */
async function checkTarget(from: string, to: string): Promise<void> {
  if (!isAbsolute(to)) throw new LavidaError('store.folder', 'The new folder must be a whole path.', to);
  await makeFolder(to);
  await checkWritable(join(to, 'probe'));
  const [a, b] = await Promise.all([realOf(from), realOf(to)]);
  if (a === b || isInside(a, b) || isInside(b, a))
    throw new LavidaError(
      'store.folder',
      'The new folder must lie outside the present one, and not around it.',
      to,
    );
}

/**
 * Moves the whole store: copies, reads back, switches, and only then removes the old files. Killed before the switch,
 * the old folder is as it was; after it, `finishMove` removes what is left of the old one.
 * @throws LavidaError store.folder, store.exists, output.*; AbortError
 */
export async function moveStore(from: string, to: string, options: MoveOptions): Promise<void> {
  await checkTarget(from, to);
  const files = await below(from);
  const wanted: string[] = [];
  let bytes = 0;
  for (const file of files) {
    const { size } = await stat(join(from, file));
    const there = await stat(join(to, file)).catch(() => null);
    if (!there) {
      wanted.push(file);
      bytes += size;
    }
  }
  // Files of an earlier try that are the same need no second copy; others of that name are not ours to replace.
  const again = files.filter((file) => !wanted.includes(file));
  if (again.length > 0) {
    const [ours, theirs] = [
      await workOnFiles({ kind: 'hash', directory: from, files: again }, options),
      await workOnFiles({ kind: 'hash', directory: to, files: again }, options),
    ];
    const other = again.find((file) => ours[file]?.sha256 !== theirs[file]?.sha256);
    if (other !== undefined) throw new LavidaError('store.exists', `${to} already holds another ${other}.`);
  }
  await needRoom(to, bytes, options.reserveBytes);
  await writeFileSafely(options.record, JSON.stringify({ version: 1, from, to }));
  await workOnFiles({ kind: 'copy', directory: from, files: wanted, to }, options);
  options.signal.throwIfAborted();
  await options.switchTo(to);
  await removeMoved(from, to);
  await discard(options.record);
}

/** Ends a move that a kill interrupted. @param now the folder the settings name */
export async function finishMove(record: string, now: string): Promise<void> {
  const text = await readTextIfThere(record).catch(() => null);
  if (text === null) return;
  const move = parseJsonFile(text, recordSchema);
  if (move && (await realOf(move.to)) === (await realOf(now))) await removeMoved(move.from, move.to);
  await discard(record);
}

/** Removes the old folder's files that are in the new one; anything else there is not ours. */
async function removeMoved(from: string, to: string): Promise<void> {
  for (const file of await below(from)) {
    const [old, copy] = await Promise.all([stat(join(from, file)), stat(join(to, file)).catch(() => null)]);
    if (copy?.size === old.size) await discard(join(from, file));
  }
  if ((await below(from)).length === 0) await discardFolder(from);
}
