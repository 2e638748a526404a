import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { boardIdSchema, boardNameSchema } from '../../electron/contract/gallery.ts';
import { runIdSchema } from '../../electron/contract/runs.ts';
import { LavidaError } from '../errors.ts';
import { forgetDamage, tellDamage } from '../library/damage.ts';
import { readOrSetAside } from '../library/json-file.ts';
import { writeFileSafely } from '../library/safe-file.ts';

export const boardsFile = 'boards.json';

const storedSchema = z.object({ id: boardIdSchema, name: boardNameSchema, pictures: z.array(runIdSchema) });
const fileSchema = z.object({ version: z.literal(1), boards: z.array(storedSchema) });
export type StoredBoard = z.infer<typeof storedSchema>;

/** The boards as a file had them, and what tells that version of the file from others. */
interface Known {
  boards: StoredBoard[];
  version: string;
}

/**
 * The boards of an output folder, in one file of it. Changes are made one after another, to the file as it is then, each
 * on the disk before it is told: several studios may show one folder. A damaged file is set aside, never overwritten;
 * one that cannot be read is left alone.
 */
export class Boards {
  readonly #folder: string;
  #known: Known = { boards: [], version: '' };
  #writing: Promise<unknown> = Promise.resolve();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** All boards, in the user's order; those that were read last while the file cannot be read. */
  async list(): Promise<readonly StoredBoard[]> {
    try {
      return await this.#load();
    } catch (error) {
      const reason = error instanceof LavidaError ? error.detail : '';
      tellDamage({ file: this.#path, keptAs: null, reason });
      return this.#known.boards;
    }
  }

  /** @throws LavidaError board.exists when another has the name */
  async create(name: string, pictures: readonly string[]): Promise<string> {
    const id = randomBytes(6).toString('hex');
    await this.#change((boards) => {
      refuseTaken(name, boards);
      return [...boards, { id, name, pictures: [...new Set(pictures)] }];
    });
    return id;
  }

  /** @throws LavidaError request.invalid for an unknown board, board.exists when another has the name */
  rename(id: string, name: string): Promise<void> {
    return this.#change((boards) => {
      const board = find(boards, id);
      refuseTaken(
        name,
        boards.filter((other) => other !== board),
      );
      return boards.map((other) => (other === board ? { ...board, name } : other));
    });
  }

  delete(id: string): Promise<void> {
    return this.#change((boards) => boards.filter((board) => board.id !== id));
  }

  add(id: string, pictures: readonly string[]): Promise<void> {
    return this.#edit(id, (board) => ({
      ...board,
      pictures: [...new Set([...board.pictures, ...pictures])],
    }));
  }

  remove(id: string, pictures: readonly string[]): Promise<void> {
    const gone = new Set(pictures);
    return this.#edit(id, (board) => ({
      ...board,
      pictures: board.pictures.filter((picture) => !gone.has(picture)),
    }));
  }

  /** Moves pictures before another one, or to the end. */
  move(id: string, pictures: readonly string[], before: string | null): Promise<void> {
    return this.#edit(id, (board) => {
      const present = new Set(board.pictures);
      const moved = pictures.filter((picture) => present.has(picture));
      const rest = board.pictures.filter((picture) => !moved.includes(picture));
      const at = before === null ? -1 : rest.indexOf(before);
      const place = at < 0 ? rest.length : at;
      return { ...board, pictures: [...rest.slice(0, place), ...moved, ...rest.slice(place)] };
    });
  }

  async place(id: string, place: number): Promise<void> {
    await this.#change((boards) => {
      const board = find(boards, id);
      const rest = boards.filter((other) => other !== board);
      return [...rest.slice(0, place), board, ...rest.slice(place)];
    });
  }

  /** Resolves when nothing is being written. */
  async idle(): Promise<void> {
    await this.#writing;
  }

  #edit(id: string, change: (board: StoredBoard) => StoredBoard): Promise<void> {
    return this.#change((boards) => {
      const board = find(boards, id);
      return boards.map((other) => (other === board ? change(board) : other));
    });
  }

  #change(change: (boards: readonly StoredBoard[]) => StoredBoard[]): Promise<void> {
    const work = this.#writing.then(async () => {
      const next = change(await this.#load());
      const text = JSON.stringify({ version: 1, boards: next }, null, 1);
      await writeFileSafely(this.#path, `${text}\n`);
      this.#known = { boards: next, version: await this.#version() };
    });
    this.#writing = work.catch(() => undefined);
    return work;
  }

  /** @throws LavidaError file.unreadable */
  async #load(): Promise<StoredBoard[]> {
    const version = await this.#version();
    if (version !== this.#known.version || version === '') {
      const boards = (await readOrSetAside(this.#path, fileSchema))?.boards ?? [];
      this.#known = { boards, version };
      forgetDamage(this.#path);
    }
    return this.#known.boards;
  }

  /** Every write makes another file; empty without one. */
  async #version(): Promise<string> {
    const found = await stat(this.#path).catch(() => null);
    return found ? `${found.ino}-${found.size}-${found.mtimeMs}` : '';
  }

  get #path(): string {
    return join(this.#folder, boardsFile);
  }
}

/** Names that look alike are one name: capitals make no difference, nor does the way accents are written. */
function refuseTaken(name: string, boards: readonly StoredBoard[]): void {
  const plain = (text: string): string => text.normalize('NFC').toLowerCase();
  const same = boards.find((board) => plain(board.name) === plain(name));
  if (same) throw new LavidaError('board.exists', `There is a board “${same.name}” already.`);
}

function find(boards: readonly StoredBoard[], id: string): StoredBoard {
  const board = boards.find((candidate) => candidate.id === id);
  if (!board) throw new LavidaError('request.invalid', 'This board is there no more.', id);
  return board;
}
