import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pictureNotesSchema, type PictureNotes } from '../../electron/contract/notes.ts';
import { makeFolder, setAside, writeFileSafely } from './safe-file.ts';

interface NotedPicture {
  name: string;
  sha256: string;
}

/**
 * What is kept beside pictures: one file a picture, named by its hash. Changes of one picture are written one after
 * another; what could not be written stays in memory and goes out with the next change. A damaged file is set aside.
 */
export class NotesStore {
  readonly #folder: string;
  readonly #turns = new Map<string, Promise<unknown>>();
  readonly #unwritten = new Map<string, PictureNotes>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The notes of a picture; empty ones when there are none yet. */
  read(picture: NotedPicture): Promise<PictureNotes> {
    return this.#queued(picture.sha256, () => this.#load(picture));
  }

  /**
   * Changes the notes of a picture. They hold from then on, whether they could be written or not.
   * @returns the new notes, and the error of the write, if any
   */
  change(
    picture: NotedPicture,
    change: (notes: PictureNotes) => PictureNotes,
  ): Promise<{ notes: PictureNotes; error: unknown }> {
    const { sha256 } = picture;
    return this.#queued(sha256, async () => {
      const notes = change(await this.#load(picture));
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

  async #load({ name, sha256 }: NotedPicture): Promise<PictureNotes> {
    const empty: PictureNotes = {
      version: 1,
      picture: { name, sha256 },
      turns: [],
      groundings: [],
      boxes: [],
    };
    const unwritten = this.#unwritten.get(sha256);
    if (unwritten) return unwritten;
    let text: string;
    try {
      text = await readFile(this.#path(sha256), 'utf8');
    } catch {
      return empty;
    }
    const notes = parseNotes(text);
    if (notes) return notes;
    await setAside(this.#path(sha256));
    return empty;
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

function parseNotes(text: string): PictureNotes | null {
  try {
    const parsed = pictureNotesSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
