import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parseSettings, type Settings } from '../../electron/contract/settings.ts';
import { LavidaError } from '../errors.ts';
import { checkWritable, makeFolder, setAside, writeFileSafely } from './safe-file.ts';

/** The user's settings in one readable file. A damaged file is set aside, never overwritten. */
export class SettingsStore {
  readonly path: string;
  #current: Settings;
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: string, settings: Settings) {
    this.path = path;
    this.#current = settings;
  }

  static async open(path: string): Promise<SettingsStore> {
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch {
      return new SettingsStore(path, parseSettings({}));
    }
    try {
      return new SettingsStore(path, parseSettings(JSON.parse(text)));
    } catch {
      await setAside(path);
      return new SettingsStore(path, parseSettings({}));
    }
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
      await makeFolder(dirname(this.path));
      await writeFileSafely(this.path, `${JSON.stringify(settings, null, 2)}\n`);
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
