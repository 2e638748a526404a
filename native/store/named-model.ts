import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { studioPaths } from '../library/paths.ts';
import { SettingsStore } from '../library/settings-store.ts';
import { readInstalled } from './manifest.ts';

/** The folder a user means by `--model`: a folder as typed, or else a model of that name in the store. */
export async function namedModel(typed: string): Promise<string> {
  const folder = resolve(typed);
  if (existsSync(folder)) return folder;
  const { data, settingsFile } = studioPaths();
  const { modelFolder } = (await SettingsStore.open(settingsFile)).current;
  const installed = await readInstalled(modelFolder === '' ? join(data, 'models') : modelFolder);
  return installed.find(({ id, missing }) => id === typed && !missing)?.directory ?? folder;
}
