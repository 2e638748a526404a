import { readFile, stat } from 'node:fs/promises';
import { LavidaError } from '../errors.ts';

/** No JSON or text file that the studio reads is larger, bytes. */
const defaultMost = 64 * 1024 * 1024;
/** The file is not there, or its folder is not. */
const absent = new Set(['ENOENT', 'ENOTDIR']);

/**
 * The text of a file, or null when there is none. That a file cannot be read now is not the same as that it is not
 * there: whoever took it for absent would write a new one over it.
 *
 * @param most bytes the file may have
 * @throws LavidaError file.unreadable for a file that is there and cannot be read, is too large, or is no regular file
 */
export async function readTextIfThere(path: string, most = defaultMost): Promise<string | null> {
  try {
    const found = await stat(path);
    // Whoever opens a pipe that nobody writes to waits without end.
    if (!found.isFile()) throw new Error('it is not a regular file');
    if (found.size > most) throw new Error(`it has ${found.size} bytes, and ${most} are read at most`);
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (absent.has(code ?? '')) return null;
    throw new LavidaError('file.unreadable', `${path} is there but cannot be read.`, message);
  }
}

/** The text of a file that must be there. @throws Error saying why it cannot be read */
export async function readText(path: string, most = defaultMost): Promise<string> {
  const text = await readTextIfThere(path, most);
  if (text === null) throw new Error(`ENOENT: no such file, open '${path}'`);
  return text;
}
