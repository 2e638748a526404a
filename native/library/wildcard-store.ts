import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { wildcardNameSchema, type WildcardList } from '../../electron/contract/prompts.ts';
import { listEntries, type FindList } from '../prompts/expand.ts';
import { readTextIfThere } from './read-text.ts';
import { makeFolder, moveSafely, setAside, writeFileSafely } from './safe-file.ts';

const ending = '.txt';
/** A list of more bytes than this is not read. */
const maxBytes = 400_000;
const deletedFolder = 'deleted';

/** The lists wildcards draw from: one text file each, which may be edited by hand as well. */
export class WildcardStore {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** All lists by name; files with other names are left alone. */
  async list(): Promise<WildcardList[]> {
    const files = await readdir(this.folder).catch(() => []);
    const names = files
      .filter((file) => file.endsWith(ending))
      .map((file) => file.slice(0, -ending.length))
      .filter((name) => wildcardNameSchema.safeParse(name).success)
      .sort((a, b) => a.localeCompare(b, 'en'));
    const lists = await Promise.all(
      names.map(async (name) => ({ name, text: await this.#read(name).catch(() => null) })),
    );
    return lists.flatMap(({ name, text }) => (text === null ? [] : [{ name, text }]));
  }

  /** The lists as they are now, for drawing from them. */
  async finder(): Promise<FindList> {
    const lists = new Map((await this.list()).map(({ name, text }) => [name, listEntries(text)]));
    return (name) => lists.get(name) ?? null;
  }

  /** Writes a list; one of that name that was not shown because it could not be read is set aside. @throws LavidaError output.* */
  async save({ name, text }: WildcardList): Promise<void> {
    await makeFolder(this.folder);
    await this.#read(name).catch((error: unknown) => setAside(this.#path(name), String(error)));
    await writeFileSafely(this.#path(name), text);
  }

  /** Moves a list out of the way; nothing is lost. @throws LavidaError output.* */
  async delete(name: string): Promise<void> {
    const isThere = await stat(this.#path(name)).catch(() => null);
    if (!isThere) return;
    const bin = join(this.folder, deletedFolder);
    await makeFolder(bin);
    const stamp = new Date().toISOString().replace(/[-:.]/gu, '');
    await moveSafely(this.#path(name), join(bin, `${name}.${stamp}${ending}`));
  }

  #read(name: string): Promise<string | null> {
    return readTextIfThere(this.#path(name), maxBytes);
  }

  #path(name: string): string {
    return join(this.folder, name + ending);
  }
}
