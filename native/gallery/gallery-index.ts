import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { GalleryQuery, GalleryState } from '../../electron/contract/gallery.ts';
import type { StudioError } from '../../electron/contract/errors.ts';
import type { StoredBoard } from './boards.ts';
import { openIndex, removeIndex } from './index-schema.ts';
import type { MarksFile } from './marks.ts';
import type { PictureRow } from './picture-row.ts';
import { orderOf, refreshSearch, sourceOf, type Run, type Row } from './query-sql.ts';

/** What is known of a file without reading it. */
export interface FileState {
  id: string;
  file: string;
  size: number;
  modified: number;
  /** Modification time of the marks; 0 without. */
  marked: number;
  traced: boolean;
}

/** A file as it goes into the index: what it says, or why it cannot be read. */
export interface IndexEntry extends FileState {
  created: string;
  marks: MarksFile;
  picture: PictureRow | { error: StudioError };
}

/** SQLite's primary result codes for a file that is damaged or no database. */
const brokenCodes = new Set([11, 26]);

/**
 * The SQLite index of an output folder: everything in it is read from files and can be thrown away. A broken file is
 * replaced by an empty index, and `onReset` tells the owner to fill it again.
 */
export class GalleryIndex {
  readonly #path: string;
  readonly #folder: string;
  readonly #onReset: () => void;
  #database: DatabaseSync;
  #statements = new Map<string, StatementSync>();
  isNew: boolean;

  constructor(path: string, folder: string, onReset: () => void) {
    this.#path = path;
    this.#folder = folder;
    this.#onReset = onReset;
    const { database, isNew } = openIndex(path, folder);
    this.#database = database;
    this.isNew = isNew;
  }

  /** Rows of a statement; a broken index gives none and is made anew. */
  all(sql: string, ...values: (string | number | null)[]): Row[] {
    return this.#guard(() => this.#statement(sql).all(...values) as Row[], []);
  }

  /** Writes in one transaction. */
  write(work: (run: Run) => void): void {
    this.#guard(() => {
      this.#database.exec('BEGIN IMMEDIATE');
      try {
        work((sql, ...values) => this.#statement(sql).run(...values));
        this.#database.exec('COMMIT');
      } catch (error) {
        if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
        throw error;
      }
    }, undefined);
  }

  /** What the index knows of the files, by id. */
  files(): Map<string, FileState> {
    const rows = this.all('SELECT id, file, size, modified, marked, traced FROM pictures');
    return new Map(
      rows.map((row) => [
        String(row['id']),
        {
          id: String(row['id']),
          file: String(row['file']),
          size: Number(row['size']),
          modified: Number(row['modified']),
          marked: Number(row['marked']),
          traced: row['traced'] === 1,
        },
      ]),
    );
  }

  /** Enters files, replacing what was known of them. */
  put(entries: readonly IndexEntry[]): void {
    this.write((run) => {
      for (const entry of entries) putEntry(run, entry);
      for (const { id } of entries) refreshSearch(run, 'id = ?', id);
    });
  }

  remove(ids: readonly string[]): void {
    this.write((run) => {
      for (const id of ids) {
        run('DELETE FROM search WHERE rowid = (SELECT rowid FROM pictures WHERE id = ?)', id);
        run('DELETE FROM pictures WHERE id = ?', id);
        run('DELETE FROM parents WHERE child = ?', id);
        run('DELETE FROM tagged WHERE id = ?', id);
      }
    });
  }

  /** Enters marks that were just written, with the modification time of their file. */
  setMarks(written: readonly { id: string; marks: MarksFile; marked: number }[]): void {
    this.write((run) => {
      for (const { id, marks, marked } of written) {
        run(
          'UPDATE pictures SET starred = ?, tags = ?, note = ?, marked = ? WHERE id = ?',
          marks.starred ? 1 : 0,
          JSON.stringify(marks.tags),
          marks.note,
          marked,
          id,
        );
        run('DELETE FROM tagged WHERE id = ?', id);
        for (const tag of marks.tags) run('INSERT OR IGNORE INTO tagged VALUES (?, ?)', tag, id);
        refreshSearch(run, 'id = ?', id);
      }
    });
  }

  setBoards(boards: readonly StoredBoard[]): void {
    this.write((run) => {
      run('DELETE FROM boarded');
      for (const { id, pictures } of boards)
        pictures.forEach((picture, place) => {
          run('INSERT INTO boarded VALUES (?, ?, ?)', id, place, picture);
        });
    });
  }

  /** Modification times of the answers that are known, by the hash of their picture. */
  answers(): Map<string, number> {
    const rows = this.all('SELECT sha256, modified FROM answers');
    return new Map(rows.map((row) => [String(row['sha256']), Number(row['modified'])]));
  }

  /** What the model and the user wrote about a picture of this hash; null when it is gone. */
  setAnswers(sha256: string, answers: { modified: number; text: string } | null): void {
    this.write((run) => {
      if (answers)
        run('INSERT OR REPLACE INTO answers VALUES (?, ?, ?)', sha256, answers.modified, answers.text);
      else run('DELETE FROM answers WHERE sha256 = ?', sha256);
      refreshSearch(run, 'sha256 = ?', sha256);
    });
  }

  /** Ids of the pictures that fit, in order. */
  query(query: GalleryQuery): string[] {
    const source = sourceOf(query);
    if (!source) return [];
    const sql = `SELECT p.id AS id FROM ${source.from} WHERE ${source.where} ORDER BY ${orderOf(query)}`;
    return this.all(sql, ...source.values).map((row) => String(row['id']));
  }

  counts(): Omit<GalleryState['counts'], 'bin'> {
    const [row] = this.all(
      `SELECT count(*) AS everything, total(starred) AS starred, total(kind = 'edit') AS edits,
        total(kind = 'import') AS imported FROM pictures WHERE error IS NULL`,
    );
    return {
      all: Number(row?.['everything'] ?? 0),
      starred: Number(row?.['starred'] ?? 0),
      edits: Number(row?.['edits'] ?? 0),
      imported: Number(row?.['imported'] ?? 0),
    };
  }

  close(): void {
    this.#statements.clear();
    if (this.#database.isOpen) this.#database.close();
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #guard<T>(work: () => T, otherwise: T): T {
    try {
      return work();
    } catch (error) {
      const { errcode } = error as { errcode?: number };
      if (errcode === undefined || !brokenCodes.has(errcode & 0xff)) throw error;
      console.error(`The gallery's index is broken and made anew: ${(error as Error).message}`);
      this.#reset();
      return otherwise;
    }
  }

  #reset(): void {
    this.close();
    removeIndex(this.#path);
    this.#database = openIndex(this.#path, this.#folder).database;
    this.isNew = true;
    this.#onReset();
  }
}

function putEntry(run: Run, entry: IndexEntry): void {
  const { id, file, size, modified, marked, traced, created, marks, picture } = entry;
  run('DELETE FROM search WHERE rowid = (SELECT rowid FROM pictures WHERE id = ?)', id);
  run('DELETE FROM parents WHERE child = ?', id);
  run('DELETE FROM tagged WHERE id = ?', id);
  const known = 'error' in picture ? null : picture;
  const prompt = known?.request?.prompt ?? known?.foreignPrompt ?? '';
  run(
    `INSERT OR REPLACE INTO pictures (id, file, size, modified, marked, created, traced, error, kind, width, height,
      sha256, title, prompt, request, model, backend, words, recipe, starred, tags, note)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    id,
    file,
    size,
    modified,
    marked,
    created,
    traced ? 1 : 0,
    'error' in picture ? JSON.stringify(picture.error) : null,
    known?.kind ?? 'import',
    known?.width ?? 0,
    known?.height ?? 0,
    known?.sha256 ?? '',
    prompt || (marks.imported?.name ?? file),
    prompt,
    known?.request ? JSON.stringify(known.request) : null,
    known?.model ?? '',
    known?.backend ?? '',
    known?.words ?? '',
    known?.recipe ?? '',
    marks.starred ? 1 : 0,
    JSON.stringify(marks.tags),
    marks.note,
  );
  for (const parent of known?.parents ?? [])
    run(
      'INSERT INTO parents VALUES (?, ?, ?, ?, ?)',
      id,
      parent.kind,
      parent.run,
      parent.sha256,
      parent.name,
    );
  for (const tag of marks.tags) run('INSERT OR IGNORE INTO tagged VALUES (?, ?)', tag, id);
}
