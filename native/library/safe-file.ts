import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import {
  access,
  constants,
  mkdir,
  mkdtemp,
  open,
  readdir,
  realpath,
  rename,
  rm,
  rmdir,
  stat,
  unlink,
  type FileHandle,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LavidaError } from '../errors.ts';
import { tellDamage } from './damage.ts';
import { isAlive } from './process-alive.ts';

const leftoverPattern = /^\..+\.(\d+)-[0-9a-f]{8}\.lavida-tmp$/;
const renameAttempts = 6;
const maxSetAside = 100;
/** Past this age a leftover is removed even if its process number has been given to another program. */
const leftoverMaxAgeMs = 24 * 3600 * 1000;
const inProgress = new Set<string>();

/** What a safe write takes: text, bytes, or bytes in pieces. */
export type FileContent = string | Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/**
 * How this program writes a file: a temporary file in the same folder, flushed to the disk, renamed over the
 * target, then the folder flushed. At every moment the target is either the old or the new file, whole. Links are
 * followed, so a linked target stays a link; a device or pipe is written directly.
 *
 * @param mode permissions of a file that is new; the system's usual ones by default
 * @throws LavidaError `output.full` or `output.unwritable`
 */
export async function writeFileSafely(path: string, content: FileContent, mode?: number): Promise<void> {
  try {
    const found = await resolveTarget(path);
    const target = { ...found, mode: mode ?? found.mode };
    if (target.special) await writeDirectly(target.path, content);
    else await writeByRename(target, content);
  } catch (error) {
    throw outputError(error, path);
  }
}

/**
 * A file that grows over several sittings, until it is whole and moved to its place. What `flush` returned for is on
 * the disk; what came after may be lost by a power cut, and `open` cuts it off.
 */
export class GrowingFile {
  readonly path: string;
  readonly #file: FileHandle;
  #length: number;

  private constructor(path: string, file: FileHandle, length: number) {
    this.path = path;
    this.#file = file;
    this.#length = length;
  }

  /** Opens or makes the file and keeps its first `keep` bytes. @throws LavidaError `output.full`, `output.unwritable` */
  static async open(path: string, keep: number): Promise<GrowingFile> {
    try {
      const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o666);
      await file.truncate(keep);
      return new GrowingFile(path, file, keep);
    } catch (error) {
      throw outputError(error, path);
    }
  }

  /** @throws LavidaError `output.full`, `output.unwritable`; what was written before stays */
  async append(bytes: Uint8Array): Promise<void> {
    try {
      for (let at = 0; at < bytes.length;) {
        const { bytesWritten } = await this.#file.write(bytes, at, bytes.length - at, this.#length);
        at += bytesWritten;
        this.#length += bytesWritten;
      }
    } catch (error) {
      throw outputError(error, this.path);
    }
  }

  /** Keeps the first `keep` bytes, which gives room back to a full disk. */
  async cut(keep: number): Promise<void> {
    await this.#file.truncate(keep);
    this.#length = keep;
  }

  /** @throws LavidaError `output.full`, `output.unwritable` */
  async flush(): Promise<void> {
    try {
      await this.#file.sync();
    } catch (error) {
      throw outputError(error, this.path);
    }
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

/**
 * Finds out before long work whether a file could be written at `path`, leaving nothing behind.
 *
 * @throws LavidaError `output.full` or `output.unwritable`
 */
export async function checkWritable(path: string): Promise<void> {
  try {
    const target = await resolveTarget(path);
    if (target.special) {
      await access(target.path, constants.W_OK);
      return;
    }
    const probe = temporaryPath(target.path);
    const file = await open(probe, 'wx');
    await file.close();
    await unlink(probe);
  } catch (error) {
    throw outputError(error, path);
  }
}

/**
 * Makes a folder and those above it that are missing; the new names are on the disk when this resolves.
 *
 * @throws LavidaError `output.full` or `output.unwritable`
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    const first = await mkdir(folder, { recursive: true });
    if (first === undefined) return;
    for (let made = folder; made.length >= first.length; made = dirname(made))
      await flushFolder(dirname(made));
  } catch (error) {
    throw outputError(error, folder);
  }
}

/**
 * Moves a file that cannot be read out of the way, so that a new one does not overwrite it: to `<name>.bak`, or
 * `<name>.bak-2` and so on where earlier ones lie. The user is told.
 *
 * @param reason why it cannot be read
 * @returns where it lies now, or null when it could not be moved
 */
export async function setAside(path: string, reason = ''): Promise<string | null> {
  for (let n = 1; n <= maxSetAside; n++) {
    const target = n === 1 ? `${path}.bak` : `${path}.bak-${String(n)}`;
    const isTaken = await stat(target).then(
      () => true,
      () => false,
    );
    if (isTaken) continue;
    try {
      await renamePatiently(path, target);
      await flushFolder(dirname(path));
      tellDamage({ file: path, keptAs: target, reason });
      return target;
    } catch {
      return null;
    }
  }
  return null;
}

/**
 * Moves a file or folder within a disk; both folders are flushed.
 *
 * @throws LavidaError `output.full` or `output.unwritable`
 */
export async function moveSafely(from: string, to: string): Promise<void> {
  try {
    await renamePatiently(from, to);
    await flushFolder(dirname(to));
    await flushFolder(dirname(from));
  } catch (error) {
    throw outputError(error, to);
  }
}

/**
 * Makes a new file, or returns false when there is one of that name: whoever gets true owns the name.
 *
 * @throws LavidaError `output.full` or `output.unwritable`
 */
export async function claimFile(path: string, content: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw outputError(error, path);
  }
}

/** Removes a file that holds nothing of the user's: one that can be made again, or says nothing any more. */
export async function discard(path: string): Promise<void> {
  await rm(path, { force: true });
}

/** Removes a folder with everything in it that can be made or fetched again. */
export async function discardFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
}

/** `discard`, for databases that are opened at once. */
export function discardNow(path: string): void {
  rmSync(path, { force: true });
}

/** Removes a folder with nothing in it. */
export async function removeEmptyFolder(path: string): Promise<void> {
  await rmdir(path);
}

/** `makeFolder`, for databases that are opened at once and hold nothing that must outlive a power cut. */
export function makeFolderNow(path: string): void {
  mkdirSync(path, { recursive: true });
}

/** Gives `work` a folder in the system's place for temporary files, which is gone afterwards. */
export async function withTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'lavida-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The error a failed write deserves; unknown ones pass as they are. */
export function outputError(error: unknown, path: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return new LavidaError('output.full', `There is no room left to write ${path}.`, message);
    case 'EISDIR':
      return new LavidaError('output.unwritable', `${path} is a folder; give the name of a file.`, message);
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOTDIR':
    case 'EEXIST':
    case 'ENOENT':
    case 'ENAMETOOLONG':
    case 'EBUSY':
      return new LavidaError('output.unwritable', `${path} cannot be written.`, message);
    default:
      return error;
  }
}

/** Removes what writes interrupted by a crash left in a folder; files of writes still under way stay. */
export async function removeLeftovers(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  let removed = 0;
  for (const name of names) {
    const pid = leftoverPattern.exec(name)?.[1];
    const path = join(folder, name);
    if (pid === undefined || inProgress.has(path)) continue;
    const isOld = await stat(path).then(
      (found) => Date.now() - found.mtimeMs > leftoverMaxAgeMs,
      () => false,
    );
    if (!isOld && Number(pid) !== process.pid && isAlive(Number(pid))) continue;
    await unlink(path).then(
      () => removed++,
      () => undefined,
    );
  }
  return removed;
}

interface Target {
  path: string;
  /** A device or pipe, which cannot be replaced by a rename. */
  special: boolean;
  /** Permissions of the file that is there already. */
  mode: number | null;
}

async function resolveTarget(path: string): Promise<Target> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw Object.assign(new Error('it is a folder'), { code: 'EISDIR' });
    if (!found.isFile()) return { path, special: true, mode: null };
    return { path: await realpath(path), special: false, mode: found.mode & 0o777 };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { path, special: false, mode: null };
    throw error;
  }
}

async function writeDirectly(path: string, content: FileContent): Promise<void> {
  const file = await open(path, 'w');
  try {
    for await (const piece of pieces(content)) await file.writeFile(piece);
  } finally {
    await file.close();
  }
}

async function writeByRename({ path, mode }: Target, content: FileContent): Promise<void> {
  const temporary = temporaryPath(path);
  inProgress.add(temporary);
  try {
    const file = await open(temporary, 'wx', mode ?? 0o666);
    try {
      // A private file stays private when it is replaced.
      if (mode !== null) await file.chmod(mode);
      for await (const piece of pieces(content)) await file.writeFile(piece);
      await file.sync();
    } finally {
      await file.close();
    }
    await renamePatiently(temporary, path);
    await flushFolder(dirname(path));
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  } finally {
    inProgress.delete(temporary);
  }
}

/** Hidden, in the same folder so that the rename stays on one disk, and naming the process that owns it. */
function temporaryPath(path: string): string {
  const unique = `${String(process.pid)}-${randomBytes(4).toString('hex')}`;
  return join(dirname(path), `.${basename(path)}.${unique}.lavida-tmp`);
}

function pieces(content: FileContent): Iterable<Uint8Array> | AsyncIterable<Uint8Array> {
  if (typeof content === 'string') return [Buffer.from(content, 'utf8')];
  return content instanceof Uint8Array ? [content] : content;
}

/** On Windows a virus scanner or an indexer may hold either file for a moment. */
async function renamePatiently(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const mayPass =
        code === 'EPERM' || code === 'EBUSY' || (code === 'EACCES' && process.platform === 'win32');
      if (!mayPass || attempt === renameAttempts) throw error;
      await sleep(10 * 2 ** attempt);
    }
  }
}

/** Makes the rename itself survive a power cut; Windows and some network folders cannot, and need not. */
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null);
  if (!handle) return;
  try {
    await handle.sync().catch(() => undefined);
  } finally {
    await handle.close();
  }
}
