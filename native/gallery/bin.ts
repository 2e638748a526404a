import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { BinnedPicture } from '../../electron/contract/gallery.ts';
import { readText } from '../library/read-text.ts';
import {
  discard,
  makeFolder,
  moveSafely,
  outputError,
  removeEmptyFolder,
  writeFileSafely,
} from '../library/safe-file.ts';
import { pictureFile } from './picture-row.ts';
import { parseJson } from '../parse-json.ts';

/** Folder of the bin inside the output folder: moving there and back never copies a byte. */
const folderName = '.deleted';
const recordName = 'deleted.json';
/** After so long a picture in the bin goes on to the system's bin. */
const keepMs = 30 * 24 * 3600 * 1000;

const recordSchema = z.object({
  version: z.literal(1),
  deletedAt: z.iso.datetime(),
  title: z.string().max(20_000),
  width: z.int(),
  height: z.int(),
  /** Boards it stood on, and before which picture. */
  boards: z.array(z.object({ board: z.string(), before: z.string().nullable() })),
});
export type BinRecord = z.infer<typeof recordSchema>;

/** Hands one file or folder over to the system's bin. */
export type SystemBin = (path: string) => Promise<void>;

/**
 * The gallery's bin: a folder a picture, with everything that belongs to it and a record of where it stood. Nothing is
 * ever removed from the disk here; emptying hands the folders over to the system's bin.
 */
export class Bin {
  readonly #outputs: string;
  readonly #folder: string;

  constructor(outputs: string) {
    this.#outputs = outputs;
    this.#folder = join(outputs, folderName);
  }

  /** Moves everything that belongs to a picture into the bin; the picture itself goes last. @throws LavidaError output.* */
  async put(id: string, files: readonly string[], record: Omit<BinRecord, 'version'>): Promise<void> {
    const folder = this.#path(id);
    try {
      await makeFolder(folder);
      await writeFileSafely(join(folder, recordName), JSON.stringify({ version: 1, ...record }));
      for (const name of pictureLast(files)) await moveSafely(join(this.#outputs, name), join(folder, name));
    } catch (error) {
      await this.restore(id).catch(() => undefined);
      throw outputError(error, folder);
    }
  }

  /** Moves a picture back; null when it is not in the bin. @throws LavidaError output.* */
  async restore(id: string): Promise<BinRecord | null> {
    const folder = this.#path(id);
    const names = await readdir(folder).catch(() => null);
    if (!names) return null;
    const record = await this.#record(id);
    try {
      for (const name of pictureLast(names)) {
        if (name !== recordName) await moveSafely(join(folder, name), join(this.#outputs, name));
      }
      await discard(join(folder, recordName));
      await removeEmptyFolder(folder);
    } catch (error) {
      throw outputError(error, this.#outputs);
    }
    return record;
  }

  /** What lies in the bin, newest first. */
  async list(): Promise<BinnedPicture[]> {
    const found: BinnedPicture[] = [];
    for (const id of await this.#ids()) {
      const record = await this.#record(id);
      if (!record) continue;
      const { deletedAt, title, width, height } = record;
      found.push({ id, deletedAt, title, width, height });
    }
    return found.sort((a, b) => (a.deletedAt < b.deletedAt ? 1 : -1));
  }

  /** The picture file of a picture in the bin. */
  async picture(id: string): Promise<string | null> {
    const names = await readdir(this.#path(id)).catch(() => [] as string[]);
    const name = names.find((candidate) => pictureFile(candidate));
    return name === undefined ? null : join(this.#path(id), name);
  }

  async count(): Promise<number> {
    return (await this.#ids()).length;
  }

  /** Hands pictures over to the system's bin; those that could not be stay. */
  async empty(ids: readonly string[], systemBin: SystemBin): Promise<string[]> {
    const done: string[] = [];
    for (const id of ids) {
      const folder = this.#path(id);
      if (!(await stat(folder).catch(() => null))) continue;
      await systemBin(folder).catch((error: unknown) => {
        throw outputError(error, folder);
      });
      done.push(id);
    }
    return done;
  }

  /** Hands over what has lain here for long. */
  async emptyOld(systemBin: SystemBin, now = Date.now()): Promise<string[]> {
    const old = (await this.list()).filter(({ deletedAt }) => now - Date.parse(deletedAt) > keepMs);
    return this.empty(
      old.map(({ id }) => id),
      systemBin,
    );
  }

  /** Ends deletions that a crash interrupted by moving back what had been moved. */
  async repair(): Promise<void> {
    for (const id of await this.#ids()) {
      const names = await readdir(this.#path(id)).catch(() => [] as string[]);
      if (names.some((name) => pictureFile(name))) continue;
      await this.restore(id).catch(() => undefined);
    }
  }

  async #ids(): Promise<string[]> {
    const names = await readdir(this.#folder).catch(() => [] as string[]);
    return names.filter((name) => pictureFile(`${name}.png`));
  }

  async #record(id: string): Promise<BinRecord | null> {
    const path = join(this.#path(id), recordName);
    try {
      return recordSchema.parse(parseJson(await readText(path)));
    } catch {
      // The picture is what counts: without its record it can still be seen and restored.
      const found = await stat(this.#path(id)).catch(() => null);
      const deletedAt = (found?.mtime ?? new Date(0)).toISOString();
      return found ? { version: 1, deletedAt, title: id, width: 0, height: 0, boards: [] } : null;
    }
  }

  #path(id: string): string {
    return join(this.#folder, id);
  }
}

/** While the picture is in its place it counts as there: a crash in between loses nothing. */
function pictureLast(names: readonly string[]): string[] {
  return [...names].sort((a, b) => Number(pictureFile(a) !== null) - Number(pictureFile(b) !== null));
}
