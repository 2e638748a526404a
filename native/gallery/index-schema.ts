import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { discardNow, makeFolderNow } from '../library/safe-file.ts';
import { indexText } from './search-text.ts';

/** Grows with every change of the tables; an index of another version is thrown away and made anew. */
const schemaVersion = 1;
/** How long a write waits for another studio on the same index, milliseconds. */
const busyMs = 3000;

const schema = `
  CREATE TABLE pictures (
    rowid INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    file TEXT NOT NULL,
    size INTEGER NOT NULL,
    modified REAL NOT NULL,
    marked REAL NOT NULL,
    created TEXT NOT NULL,
    traced INTEGER NOT NULL,
    error TEXT,
    kind TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    title TEXT NOT NULL,
    prompt TEXT NOT NULL,
    request TEXT,
    model TEXT NOT NULL,
    backend TEXT NOT NULL,
    words TEXT NOT NULL,
    recipe TEXT NOT NULL,
    starred INTEGER NOT NULL,
    tags TEXT NOT NULL,
    note TEXT NOT NULL
  );
  CREATE INDEX by_created ON pictures (created DESC);
  CREATE INDEX by_hash ON pictures (sha256);
  CREATE INDEX by_recipe ON pictures (recipe) WHERE recipe <> '';
  CREATE INDEX by_star ON pictures (created DESC) WHERE starred = 1;
  CREATE TABLE parents (
    child TEXT NOT NULL,
    kind TEXT NOT NULL,
    run TEXT,
    sha256 TEXT,
    name TEXT NOT NULL
  );
  CREATE INDEX by_child ON parents (child);
  CREATE INDEX by_parent_run ON parents (run);
  CREATE INDEX by_parent_hash ON parents (sha256);
  CREATE TABLE tagged (tag TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (tag, id)) WITHOUT ROWID;
  CREATE INDEX tags_of ON tagged (id);
  CREATE TABLE boarded (board TEXT NOT NULL, place INTEGER NOT NULL, id TEXT NOT NULL);
  CREATE INDEX of_board ON boarded (board, place);
  CREATE INDEX boards_of ON boarded (id);
  CREATE TABLE answers (sha256 TEXT PRIMARY KEY, modified REAL NOT NULL, text TEXT NOT NULL) WITHOUT ROWID;
  CREATE VIRTUAL TABLE search USING fts5 (
    prompt, answers, note, tags, name,
    content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3'
  );
`;

/** An open index, and whether it is empty because it had to be made anew. */
export interface OpenedIndex {
  database: DatabaseSync;
  isNew: boolean;
  /** False where no file could be used and the index lives in memory only. */
  kept: boolean;
}

/**
 * Opens the index of an output folder. One of another version, of another folder, or a broken one is removed: it holds
 * nothing that the files do not. Where no file can be written the index is made in memory.
 */
export function openIndex(path: string, folder: string): OpenedIndex {
  try {
    makeFolderNow(dirname(path));
    const known = tryOpen(path, folder);
    if (known) return { database: known, isNew: false, kept: true };
    removeIndex(path);
    return { database: create(path, folder), isNew: true, kept: true };
  } catch (error) {
    console.error(`The gallery's index is kept in memory: ${error instanceof Error ? error.message : ''}`);
    return { database: create(':memory:', folder), isNew: true, kept: false };
  }
}

/** Removes the files of an index. */
export function removeIndex(path: string): void {
  for (const ending of ['', '-wal', '-shm', '-journal']) discardNow(path + ending);
}

function connect(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: busyMs });
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = OFF;');
  database.function('index_text', { deterministic: true }, (text) => indexText(String(text)));
  return database;
}

/** The index at `path` if it can be used as it is. */
function tryOpen(path: string, folder: string): DatabaseSync | null {
  let database: DatabaseSync | null = null;
  try {
    database = connect(path);
    const { user_version: version } = database.prepare('PRAGMA user_version').get() ?? {};
    if (version !== schemaVersion) throw new Error('another version');
    const { value } = database.prepare("SELECT value FROM about WHERE name = 'folder'").get() ?? {};
    if (value !== folder) throw new Error('another folder');
    const { quick_check: state } = database.prepare('PRAGMA quick_check(1)').get() ?? {};
    if (state !== 'ok') throw new Error('damaged');
    return database;
  } catch {
    database?.close();
    return null;
  }
}

function create(path: string, folder: string): DatabaseSync {
  const database = connect(path);
  database.exec('BEGIN');
  database.exec(schema);
  database.exec('CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID');
  database.prepare("INSERT INTO about VALUES ('folder', ?)").run(folder);
  database.exec(`PRAGMA user_version = ${String(schemaVersion)}`);
  database.exec('COMMIT');
  return database;
}
