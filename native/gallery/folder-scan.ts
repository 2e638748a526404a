import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { StudioError } from '../../electron/contract/errors.ts';
import { toStudioError } from '../errors.ts';
import { runIdTime } from '../library/run-ids.ts';
import type { FileState, IndexEntry } from './gallery-index.ts';
import { marksEnding, noMarks, readMarks } from './marks.ts';
import { pictureFile, readPictureRow, type PictureRow } from './picture-row.ts';

export const traceEnding = '.trace.safetensors';
/** Files looked at together. */
const together = 16;
/** Time that no file has: the next look reads it again. */
const readAgain = -1;

/** The state of every picture file of the folder, newest first. */
export async function scanFolder(folder: string): Promise<FileState[]> {
  const names = await readdir(folder).catch(() => [] as string[]);
  const present = new Set(names);
  const files = names
    .flatMap((name) => {
      const picture = pictureFile(name);
      return picture ? [{ name, id: picture.id }] : [];
    })
    .sort((a, b) => (a.id < b.id ? 1 : -1));
  const states = await mapTogether(files, ({ name, id }) =>
    stateOf(folder, name, { marked: present.has(id + marksEnding), traced: present.has(id + traceEnding) }),
  );
  return states.filter((state) => state !== null);
}

/** The state of one picture file with what may lie beside it; null when there is none. */
export async function stateOf(
  folder: string,
  file: string,
  beside = { marked: true, traced: true },
): Promise<FileState | null> {
  const id = pictureFile(file)?.id;
  const look = (name: string) => stat(join(folder, name)).catch(() => null);
  const found = id === undefined ? null : await look(file);
  if (id === undefined || !found?.isFile()) return null;
  const marks = beside.marked ? await look(id + marksEnding) : null;
  const trace = beside.traced && (await look(id + traceEnding)) !== null;
  return { id, file, size: found.size, modified: found.mtimeMs, marked: marks?.mtimeMs ?? 0, traced: trace };
}

/** Reads what a file and the marks beside it say. */
export async function readEntry(folder: string, state: FileState): Promise<IndexEntry> {
  const { id, file } = state;
  let { marked, modified } = state;
  const marks = await readMarks(folder, id).catch(() => {
    marked = readAgain;
    return noMarks;
  });
  let picture: PictureRow | { error: StudioError };
  try {
    picture = await readPictureRow(join(folder, file), pictureFile(file)?.imported ?? false);
  } catch (error) {
    picture = { error: toStudioError(error) };
    // What could not be read may be well: only what was read and found damaged is known.
    if (picture.error.code !== 'file.invalid') modified = readAgain;
  }
  return { ...state, marked, modified, created: runIdTime(id)?.toISOString() ?? '', marks, picture };
}

/** Maps a list with a few works under way at a time, keeping its order. */
export async function mapTogether<T, U>(list: readonly T[], work: (item: T) => Promise<U>): Promise<U[]> {
  const results = new Array<U>(list.length);
  let next = 0;
  const take = async (): Promise<void> => {
    for (let at = next++; at < list.length; at = next++) results[at] = await work(list[at] as T);
  };
  await Promise.all(Array.from({ length: Math.min(together, list.length) }, take));
  return results;
}
