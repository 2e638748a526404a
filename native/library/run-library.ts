import { open, readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LavidaError, toStudioError } from '../errors.ts';
import type { StudioError } from '../../electron/contract/errors.ts';
import type { RgbImage } from '../../electron/contract/events.ts';
import type { RunSummary } from '../../electron/contract/runs.ts';
import { encodePicture, findMetadata, type PictureMetadata } from './picture-metadata.ts';
import { endChunk, maxHeadBytes, readPngHead } from './png.ts';
import { runIdTime } from './run-ids.ts';
import type { OutputFolder } from './output-folder.ts';
import { discard, moveSafely, removeLeftovers, writeFileSafely } from './safe-file.ts';

const pictureEnding = '.png';
const traceEnding = '.trace.safetensors';
/** Most headers hold a few hundred bytes; only a very long order needs more than one read. */
const firstReadBytes = 16 * 1024;
/** A picture file larger than this is not one of ours: 8192 x 8192 pixels, uncompressed. */
const maxPictureBytes = 256 * 1024 * 1024;
/** Pictures whose heads are remembered; the folder may hold any number. */
const defaultRemembered = 2000;

type Entry = { size: number; modified: number } & (
  { summary: Omit<RunSummary, 'hasTrace'> } | { error: StudioError }
);

/**
 * The folder of finished runs: `<id>.png` with its request inside, `<id>.round-N.png` of earlier rounds of reflection,
 * and `<id>.trace.safetensors`. The files are the only truth; nothing here deletes or rewrites a finished one.
 */
export class RunLibrary {
  readonly #folder: OutputFolder;
  /** The longest known first. */
  readonly #entries = new Map<string, Entry>();
  readonly #remembered: number;

  /** @param remembered pictures whose heads are kept in memory at most */
  constructor(folder: OutputFolder, remembered: number = defaultRemembered) {
    this.#folder = folder;
    this.#remembered = remembered;
  }

  get folder(): string {
    return this.#folder.path;
  }

  /** Sees to the folder and removes what interrupted writes left. @throws LavidaError output.* */
  async open(): Promise<void> {
    await this.#folder.prepare();
    await removeLeftovers(this.folder);
  }

  /** Writes a picture; it is on the disk when this resolves. @throws LavidaError output.* */
  async savePicture(id: string, image: RgbImage, metadata: PictureMetadata): Promise<string> {
    await this.#folder.prepare();
    const path = this.picturePath(id);
    await writeFileSafely(path, encodePicture(image, metadata));
    return path;
  }

  /** Writes the picture of a round of reflection; it is on the disk when this resolves. @throws LavidaError output.* */
  async saveRound(id: string, round: number, image: RgbImage, metadata: PictureMetadata): Promise<void> {
    await this.#folder.prepare();
    await writeFileSafely(this.roundPath(id, round), encodePicture(image, { ...metadata, round }));
  }

  /** Removes a round's picture, which by now is the result of its run. */
  async settleRound(id: string, round: number): Promise<void> {
    await discard(this.roundPath(id, round)).catch(() => undefined);
  }

  /** Gives the rounds of a run that could not be saved to the run that saves it after all. */
  async moveRounds(from: string, to: string, rounds: number): Promise<void> {
    for (let round = 1; round <= rounds; round++)
      await moveSafely(this.roundPath(from, round), this.roundPath(to, round)).catch(() => undefined);
  }

  /** The bytes of an earlier round's picture. @throws LavidaError run.unknown */
  async readRound(id: string, round: number): Promise<Uint8Array> {
    if (!runIdTime(id)) throw unknownRun(id);
    return this.#readWhole(this.roundPath(id, round), id);
  }

  /** Whether the picture of a run is there. */
  async has(id: string): Promise<boolean> {
    return stat(this.picturePath(id)).then(
      () => true,
      () => false,
    );
  }

  /** Finished runs, newest first, at most `limit`. Damaged files are left out; the gallery names them. */
  async list(limit: number): Promise<RunSummary[]> {
    const names = new Set(await readdir(this.folder).catch(() => []));
    for (const known of this.#entries.keys())
      if (!names.has(known + pictureEnding)) this.#entries.delete(known);
    const found: RunSummary[] = [];
    for (const id of newestFirst(names)) {
      const entry = await this.#entry(id);
      if (entry && 'summary' in entry)
        found.push({ ...entry.summary, hasTrace: names.has(id + traceEnding) });
      if (found.length === limit) break;
    }
    return found;
  }

  /** One finished run. @throws LavidaError run.unknown, file.invalid for a damaged picture, file.unreadable, output.gone */
  async summary(id: string): Promise<RunSummary> {
    const entry = await this.#entry(id);
    if (!entry) throw await this.#missing(id);
    if ('error' in entry) throw new LavidaError(entry.error.code, entry.error.message, entry.error.cause);
    const hasTrace = await stat(this.tracePath(id)).then(
      () => true,
      () => false,
    );
    return { ...entry.summary, hasTrace };
  }

  /** The bytes of a picture file. @throws LavidaError run.unknown, file.unreadable, output.gone */
  async readPicture(id: string): Promise<Uint8Array> {
    if (!runIdTime(id)) throw unknownRun(id);
    return this.#readWhole(this.picturePath(id), id);
  }

  /** The bytes of the picture file of that name, or null when this folder has none. */
  async findPicture(name: string): Promise<Uint8Array | null> {
    if (!name.endsWith(pictureEnding)) return null;
    return this.readPicture(name.slice(0, -pictureEnding.length)).catch(() => null);
  }

  /** Where the picture of a run lies or will lie. */
  picturePath(id: string): string {
    return join(this.folder, id + pictureEnding);
  }

  /** Where the picture of a round of reflection lies or will lie. */
  roundPath(id: string, round: number): string {
    return join(this.folder, `${id}.round-${round}${pictureEnding}`);
  }

  /** Where the trace of a run lies or will lie. */
  tracePath(id: string): string {
    return join(this.folder, id + traceEnding);
  }

  /** A picture is not unknown because the disk of its folder is unplugged. */
  async #missing(id: string, cause = ''): Promise<LavidaError> {
    return (await this.#folder.isThere()) ? unknownRun(id, cause) : this.#folder.gone();
  }

  async #readWhole(path: string, id: string): Promise<Uint8Array> {
    try {
      const bytes = await readFile(path);
      return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') throw await this.#missing(id, message);
      throw unreadable(path, error as Error);
    }
  }

  async #entry(id: string): Promise<Entry | null> {
    const created = runIdTime(id);
    const path = this.picturePath(id);
    if (!created) return null;
    const found = await stat(path).catch((error: unknown) => error as NodeJS.ErrnoException);
    if (found instanceof Error) {
      if (found.code === 'ENOENT') return null;
      return { size: 0, modified: 0, error: toStudioError(unreadable(path, found)) };
    }
    const known = this.#entries.get(id);
    if (known?.size === found.size && known.modified === found.mtimeMs) return known;
    const state = { size: found.size, modified: found.mtimeMs };
    let entry: Entry;
    try {
      entry = {
        ...state,
        summary: { id, createdAt: created.toISOString(), file: path, ...(await readSummary(path)) },
      };
    } catch (error) {
      entry = { ...state, error: toStudioError(error) };
      // What could not be read now may be well the next time.
      if (entry.error.code !== 'file.invalid') return entry;
    }
    this.#entries.delete(id);
    this.#entries.set(id, entry);
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#remembered) break;
      this.#entries.delete(oldest);
    }
    return entry;
  }
}

/** Ids of the pictures among file names. */
function newestFirst(names: Iterable<string>): string[] {
  return [...names]
    .filter((name) => name.endsWith(pictureEnding))
    .map((name) => name.slice(0, -pictureEnding.length))
    .filter((id) => runIdTime(id))
    .sort()
    .reverse();
}

/** Reads only the beginning and the last bytes of a picture. */
async function readSummary(
  path: string,
): Promise<Omit<RunSummary, 'id' | 'createdAt' | 'file' | 'hasTrace'>> {
  const name = basename(path);
  const file = await open(path, 'r').catch((error: unknown) => {
    throw new LavidaError('file.unreadable', `${name} cannot be read.`, (error as Error).message);
  });
  try {
    const { size } = await file.stat();
    if (size > maxPictureBytes)
      throw new LavidaError('file.invalid', `${name} is too large for a picture of the studio.`);
    const readAt = async (position: number, length: number): Promise<Uint8Array> => {
      const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, position);
      return buffer.subarray(0, bytesRead);
    };
    const end = await readAt(Math.max(0, size - endChunk.length), endChunk.length);
    let head = readPngHead(await readAt(0, Math.min(size, firstReadBytes)), name);
    let metadata = findMetadata(head.texts);
    if (!metadata && size > firstReadBytes) {
      head = readPngHead(await readAt(0, Math.min(size, maxHeadBytes)), name);
      metadata = findMetadata(head.texts);
    }
    if (!endChunk.every((byte, i) => end[i] === byte))
      throw new LavidaError('file.invalid', `${name} is cut off.`);
    if (!metadata) throw new LavidaError('file.invalid', `${name} does not say how it was made.`);
    const { request, model, backend, plan, rounds } = metadata;
    const story = { ...(plan ? { plan } : {}), ...(rounds ? { rounds } : {}) };
    return { request, model, backend, width: head.width, height: head.height, ...story };
  } finally {
    await file.close();
  }
}

function unknownRun(id: string, cause = ''): LavidaError {
  return new LavidaError('run.unknown', `There is no finished run ${id}.`, cause);
}

function unreadable(path: string, { message }: Error): LavidaError {
  return new LavidaError('file.unreadable', `${basename(path)} is there but cannot be read.`, message);
}
