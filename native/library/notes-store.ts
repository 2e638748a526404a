import { join } from 'node:path';
import { pictureNotesSchema, type PictureNotes } from '../../electron/contract/notes.ts';
import { readOrSetAside } from './json-file.ts';
import { makeFolder, writeFileSafely } from './safe-file.ts';

type Change = (notes: PictureNotes) => PictureNotes;

interface NotedPicture {
  name: string;
  sha256: string;
}

/**
 * What is kept beside pictures: one file a picture, named by its hash. Changes of one picture are written one after
 * another; what could not be written stays in memory and goes out with the next change. A damaged file is set aside. While
 * a file cannot be read, changes to it wait, and are made as soon as it can.
 */
export class NotesStore {
  readonly #folder: string;
  readonly #turns = new Map<string, Promise<unknown>>();
  readonly #unwritten = new Map<string, PictureNotes>();
  readonly #waiting = new Map<string, Change[]>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The notes of a picture; empty ones when there are none yet. @throws LavidaError file.unreadable */
  read(picture: NotedPicture): Promise<PictureNotes> {
    const { sha256 } = picture;
    return this.#queued(sha256, () =>
      this.#load(picture).catch((error: unknown) => {
        const waiting = this.#waiting.get(sha256);
        if (!waiting) throw error;
        return applied(waiting, emptyNotes(picture));
      }),
    );
  }

  /**
   * Changes the notes of a picture. They hold from then on, whether they could be written or not.
   * @returns the new notes, and the error of the write, if any
   */
  change(picture: NotedPicture, change: Change): Promise<{ notes: PictureNotes; error: unknown }> {
    const { sha256 } = picture;
    return this.#queued(sha256, async () => {
      let notes: PictureNotes;
      try {
        notes = change(await this.#load(picture));
      } catch (error) {
        const waiting = [...(this.#waiting.get(sha256) ?? []), change];
        this.#waiting.set(sha256, waiting);
        return { notes: applied(waiting, emptyNotes(picture)), error };
      }
      this.#waiting.delete(sha256);
      try {
        await this.#write(sha256, notes);
        this.#unwritten.delete(sha256);
        return { notes, error: null };
      } catch (error) {
        this.#unwritten.set(sha256, notes);
        return { notes, error };
      }
    });
  }

  /** Resolves when nothing is being written. */
  async idle(): Promise<void> {
    await Promise.all(this.#turns.values());
  }

  #path(sha256: string): string {
    return join(this.#folder, `${sha256}.json`);
  }

  async #load(picture: NotedPicture): Promise<PictureNotes> {
    const { sha256 } = picture;
    const unwritten = this.#unwritten.get(sha256);
    if (unwritten) return unwritten;
    const kept = await readOrSetAside(this.#path(sha256), pictureNotesSchema);
    return applied(this.#waiting.get(sha256) ?? [], kept ?? emptyNotes(picture));
  }

  async #write(sha256: string, notes: PictureNotes): Promise<void> {
    await makeFolder(this.#folder);
    await writeFileSafely(this.#path(sha256), JSON.stringify(notes));
  }

  /** One work at a time on a picture's file. */
  #queued<T>(sha256: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(sha256) ?? Promise.resolve()).then(work);
    const settled = turn
      .catch(() => undefined)
      .finally(() => {
        if (this.#turns.get(sha256) === settled) this.#turns.delete(sha256);
      });
    this.#turns.set(sha256, settled);
    return turn;
  }
}

function emptyNotes({ name, sha256 }: NotedPicture): PictureNotes {
  return { version: 1, picture: { name, sha256 }, turns: [], groundings: [], boxes: [] };
}

function applied(changes: readonly Change[], notes: PictureNotes): PictureNotes {
  return changes.reduce((before, change) => change(before), notes);
}
