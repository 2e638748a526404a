import { basename } from 'node:path';
import type { StudioError } from '../../electron/contract/errors.ts';
import { LavidaError, toStudioError } from '../errors.ts';
import { damageBelow, type Damage } from '../library/damage.ts';
import type { StudioPaths } from '../library/paths.ts';
import { isInside } from '../policy/app-files.ts';

/** Files of a studio's folders that were found damaged or unreadable since its start, as the user is told of them. */
export function damageProblems({ data, outputs }: StudioPaths): { file: string; error: StudioError }[] {
  return damageBelow((file) => isInside(file, data) || isInside(file, outputs)).map((damage) => ({
    file: damage.keptAs ?? damage.file,
    error: toStudioError(errorOf(damage)),
  }));
}

function errorOf({ file, keptAs, reason }: Damage): LavidaError {
  const name = basename(file);
  if (keptAs === null)
    return new LavidaError('file.unreadable', `${name} cannot be read and is left as it is.`, reason);
  const sentence = `${name} was damaged. A new one was begun, and the damaged one is kept as ${basename(keptAs)}.`;
  return new LavidaError('file.damaged', sentence, reason);
}
