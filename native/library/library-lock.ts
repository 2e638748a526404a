import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { LavidaError } from '../errors.ts';
import { makeFolder } from './safe-file.ts';

const lockName = 'library.lock';
/** SQLite's primary result code for a database that another connection has locked. */
const busyCode = 5;

/**
 * Takes the data folder for one studio: two on one folder would each write their own queue, prompts and session over the
 * other's. The lock is SQLite's on an empty database, which the system gives back however the program ends; no number of
 * a process can outlive it.
 *
 * @returns gives it back
 * @throws LavidaError library.busy; a folder where nothing can be locked, such as one that is read only, is used without
 */
export async function lockLibrary(data: string): Promise<() => void> {
  let database: DatabaseSync | null = null;
  try {
    await makeFolder(data);
    database = new DatabaseSync(join(data, lockName), { timeout: 0 });
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
  } catch (error) {
    if (database?.isOpen) database.close();
    const { errcode, message } = error as { errcode?: number; message: string };
    if (errcode !== undefined && (errcode & 0xff) === busyCode)
      throw new LavidaError('library.busy', `Another Lavida Studio has the library ${data} open.`);
    console.error(`The library ${data} cannot be locked: ${message}`);
  }
  return () => {
    if (database?.isOpen) database.close();
  };
}
