import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../../electron/contract/settings.ts';
import { readInstalled } from './manifest.ts';

/**
 * The model folder to start with: the one the user chose last, as long as it is there, and else the built-in one.
 * @param data the user's data folder
 */
export async function startModel(
  data: string,
  { model, modelFolder }: Settings,
  builtIn: string,
): Promise<string> {
  if (model === '') return builtIn;
  const installed = await readInstalled(modelFolder === '' ? join(data, 'models') : modelFolder);
  const found = installed.find(({ id, missing }) => id === model && !missing);
  return found && existsSync(join(found.directory, 'config.json')) ? found.directory : builtIn;
}
