import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toStudioError } from '../errors.ts';
import { lockLibrary } from '../library/library-lock.ts';
import { defaultModelDirectory, packageRoot, packageVersion, studioPaths } from '../library/paths.ts';
import { makeFolder } from '../library/safe-file.ts';
import { SettingsStore } from '../library/settings-store.ts';
import { startServer } from '../serve/server.ts';
import { namedModel } from '../store/named-model.ts';
import { startModel } from '../store/start-model.ts';
import { StudioService } from '../studio/service.ts';
import { chosenPaths, engineOptions } from '../studio/settings-use.ts';
import { forkLauncher } from '../supervisor/launcher.ts';
import { EngineSupervisor } from '../supervisor/supervisor.ts';

/** Options of `lavida serve` as typed by the user. */
export interface ServeCommandOptions {
  port?: number;
  host?: string;
  allowRemote?: boolean;
  model?: string;
  outputs?: string;
  backend?: string;
  threads?: number;
  /** Module of the engine process; the real engine unless told otherwise. */
  engineEntry?: string;
}

/**
 * `lavida serve`: the studio for a browser, until Ctrl-C. The address stands alone on the first line of the output.
 * Exit code 0 after a clean end, 1 when it could not start.
 */
export async function runServe(options: ServeCommandOptions): Promise<number> {
  const root = packageRoot();
  const entry = options.engineEntry ?? fileURLToPath(new URL('../host-entry.ts', import.meta.url));
  const paths = studioPaths();
  let unlock: () => void;
  try {
    unlock = await lockLibrary(paths.data);
  } catch (error) {
    return sayWhy(error);
  }
  const settings = await SettingsStore.open(paths.settingsFile);
  const { backend, threads } = options;
  const given = { backend, threads, outputs: options.outputs && resolve(options.outputs) };
  // A folder that was typed for this start is meant to be made.
  if (given.outputs) await makeFolder(given.outputs).catch(() => undefined);
  const model = options.model
    ? await namedModel(options.model)
    : await startModel(paths.data, settings.current, defaultModelDirectory(root));
  const supervisor = new EngineSupervisor(forkLauncher(entry), engineOptions(model, settings.current, given));
  const studio = new StudioService({
    supervisor,
    settings,
    paths: chosenPaths(paths, settings.current, given),
    defaultOutputFolder: paths.outputs,
    given,
    version: packageVersion(root),
    shell: 'serve',
  });
  // Whoever reads the address may press Ctrl-C at once.
  const stopped = interrupted();
  try {
    const server = await startServer({ ...options, studio, rendererRoot: join(root, 'dist', 'renderer') });
    console.log(server.url);
    await studio.open();
    await stopped;
    await Promise.all([server.close(), studio.close()]);
    return 0;
  } catch (error) {
    await studio.close();
    return sayWhy(error);
  } finally {
    unlock();
  }
}

/** Exit code 1, with the reason and the way out. */
function sayWhy(error: unknown): number {
  const { message, action } = toStudioError(error);
  console.error(`${message} ${action}`);
  return 1;
}

/** Resolves at the first Ctrl-C; the second one ends the process at once. */
function interrupted(): Promise<void> {
  return new Promise((stop) => {
    let asked = false;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        if (asked) process.exit(130);
        asked = true;
        stop();
      });
    }
  });
}
