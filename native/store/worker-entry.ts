/** The thread of the model store: hashes, copies and converts, one task in its life. */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { LavidaError, toStudioError } from '../errors.ts';
import { makeFolder, writeFileSafely } from '../library/safe-file.ts';
import { quantizeModel } from '../models/quantize.ts';
import type { FileHashes, StoreTask, StoreWord } from './worker-protocol.ts';

const abort = new AbortController();
const { signal } = abort;
/** Milliseconds between two words of progress. */
const pace = 100;
let spoken = 0;

function say(word: StoreWord): void {
  parentPort?.postMessage(word);
}

function tell(file: string, done: number, total: number): void {
  const now = performance.now();
  if (now - spoken < pace && done < total) return;
  spoken = now;
  say({ type: 'progress', file, done, total });
}

async function lengths(directory: string, files: readonly string[]): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const name of files) {
    const file = await stat(join(directory, name)).catch(() => null);
    if (file?.isFile()) found.set(name, file.size);
  }
  return found;
}

/**
 * The pieces of a file, hashed and counted as they pass; of one that grows meanwhile at most a byte more than it had.
 * @throws LavidaError file.unreadable
 */
async function* pieces(
  path: string,
  size: number,
  hash: Hash,
  count: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of createReadStream(path, { highWaterMark: 2 ** 20, end: size })) {
      signal.throwIfAborted();
      hash.update(piece as Uint8Array);
      count((piece as Uint8Array).length);
      yield piece as Uint8Array;
    }
  } catch (error) {
    if (signal.aborted) throw error;
    throw new LavidaError('file.unreadable', `${path} is there but cannot be read.`, String(error));
  }
}

async function hashOf(
  path: string,
  size: number,
  count: (bytes: number) => void,
): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of pieces(path, size, hash, count)) bytes += piece.length;
  return { bytes, sha256: hash.digest('hex') };
}

async function hashFiles(directory: string, files: readonly string[]): Promise<FileHashes> {
  const sizes = await lengths(directory, files);
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  let done = 0;
  const hashes: FileHashes = {};
  for (const name of files) {
    const size = sizes.get(name);
    hashes[name] =
      size === undefined
        ? null
        : await hashOf(join(directory, name), size, (bytes) => {
            tell(name, (done += bytes), total);
          });
  }
  return hashes;
}

async function copyFiles(directory: string, files: readonly string[], to: string): Promise<FileHashes> {
  const sizes = await lengths(directory, files);
  // Every byte is written once and read back once.
  const total = 2 * [...sizes.values()].reduce((sum, size) => sum + size, 0);
  let done = 0;
  const hashes: FileHashes = {};
  for (const name of files) {
    const size = sizes.get(name);
    const from = join(directory, name);
    const changed = () => new LavidaError('file.changed', `${from} changed while it was read.`);
    if (size === undefined) throw changed();
    const count = (bytes: number): void => {
      tell(name, (done += bytes), total);
    };
    const target = join(to, name);
    await makeFolder(dirname(target));
    const hash = createHash('sha256');
    await writeFileSafely(target, pieces(from, size, hash, count));
    const sha256 = hash.digest('hex');
    const back = await hashOf(target, (await stat(target)).size, count);
    if (back.bytes !== size) throw changed();
    if (back.sha256 !== sha256)
      throw new LavidaError(
        'model.corrupt',
        `${target} does not read back as it was written.`,
        `${size} bytes`,
      );
    hashes[name] = { bytes: size, sha256 };
  }
  return hashes;
}

async function perform(task: StoreTask): Promise<FileHashes> {
  if (task.kind === 'hash') return hashFiles(task.directory, task.files);
  if (task.kind === 'copy') return copyFiles(task.directory, task.files, task.to);
  const result = await quantizeModel(task.directory, task.to, {
    to: task.precision,
    signal,
    progress: ({ file, done, total }) => {
      tell(file, done, total);
    },
  });
  return Object.fromEntries(result.files.map(({ name, bytes, sha256 }) => [name, { bytes, sha256 }]));
}

parentPort?.on('message', () => {
  abort.abort();
});
perform(workerData as StoreTask).then(
  (hashes) => {
    say({ type: 'done', hashes });
    parentPort?.close();
  },
  (error: unknown) => {
    say(signal.aborted ? { type: 'cancelled' } : { type: 'failed', error: toStudioError(error) });
    parentPort?.close();
  },
);
