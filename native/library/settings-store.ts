import { isAbsolute, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { parseSettings, type Settings } from '../../electron/contract/settings.ts';
import { LavidaError } from '../errors.ts';
import { JsonFile } from './json-file.ts';
import { checkWritable, makeFolder } from './safe-file.ts';

/** The user's settings in one readable file. A damaged file is set aside, never overwritten. */
export class SettingsStore {
  readonly #file: JsonFile<Record<string, unknown>>;
  #current: Settings;
  #writing: Promise<void> = Promise.resolve();

  private constructor(file: JsonFile<Record<string, unknown>>, settings: Settings) {
    this.#file = file;
    this.#current = settings;
  }

  static async open(path: string): Promise<SettingsStore> {
    const file = new JsonFile(path, z.record(z.string(), z.unknown()), 2);
    return new SettingsStore(file, parseSettings((await file.load()) ?? {}));
  }

  get path(): string {
    return this.#file.path;
  }

  get current(): Settings {
    return this.#current;
  }

  /**
   * Keeps new settings, on the disk first. Writes go one after another, so that the last call wins.
   * @throws LavidaError output.unwritable, output.full, also for an output folder that cannot be used
   */
  save(settings: Settings): Promise<void> {
    const write = this.#writing.then(async () => {
      if (settings.outputFolder !== this.#current.outputFolder) await checkFolder(settings.outputFolder);
      if (isDeepStrictEqual(settings, this.#current)) return;
      await this.#file.save(settings);
      this.#current = settings;
    });
    this.#writing = write.catch(() => undefined);
    return write;
  }

  /** Resolves when nothing is being written. */
  idle(): Promise<void> {
    return this.#writing;
  }
}

async function checkFolder(folder: string): Promise<void> {
  if (folder === '') return;
  if (!isAbsolute(folder))
    throw new LavidaError('output.unwritable', 'The output folder must be a whole path.', folder);
  await makeFolder(folder);
  await checkWritable(join(folder, 'probe'));
}
