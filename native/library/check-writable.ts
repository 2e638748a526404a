import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LavidaError } from '../errors.ts';
import { outputError } from './safe-file.ts';

/**
 * Finds out before a long work whether its result can be saved: the folder exists and may be written, the name is no
 * folder.
 * @throws LavidaError output.unwritable
 */
export async function checkWritable(path: string): Promise<void> {
  try {
    await access(dirname(path), constants.W_OK | constants.X_OK);
  } catch (error) {
    throw outputError(error, path);
  }
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory()) {
    throw new LavidaError('output.unwritable', `${path} is a folder; give the name of a file.`);
  }
}
