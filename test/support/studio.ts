import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publishedDefaults, type TextToImageRequest } from '../../electron/contract/request.ts';
import type { EventName, EventPayload } from '../../electron/contract/index.ts';
import { studioPaths, type StudioPaths } from '../../native/library/paths.ts';
import { SettingsStore } from '../../native/library/settings-store.ts';
import { startServer, type RunningServer, type ServeOptions } from '../../native/serve/server.ts';
import { StudioService } from '../../native/studio/service.ts';
import { forkLauncher } from '../../native/supervisor/launcher.ts';
import {
  defaultLimits,
  EngineSupervisor,
  type SupervisorLimits,
} from '../../native/supervisor/supervisor.ts';

const engineHost = fileURLToPath(new URL('../../native/host-entry.ts', import.meta.url));
/** First module of a backend's trial. */
export const probeEntry = fileURLToPath(new URL('../../native/backends/probe-entry.ts', import.meta.url));
export const toyHost = fileURLToPath(new URL('toy-host.ts', import.meta.url));

/** A request that the toy engine answers in `steps` steps. */
export function toyRequest(prompt: string, settings: Partial<TextToImageRequest> = {}): TextToImageRequest {
  return { version: 1, task: 'text-to-image', prompt, seed: 7, ...publishedDefaults, steps: 8, ...settings };
}

export function superviseToy(
  limits: Partial<SupervisorLimits> = {},
  entry: string = toyHost,
): EngineSupervisor {
  const options = { modelDirectory: '/models/toy', backend: 'cpu', threads: 1 };
  return new EngineSupervisor(forkLauncher(entry), options, { ...defaultLimits, ...limits });
}

/** A studio in a folder of its own, over a real engine process. */
export interface TestStudio {
  studio: StudioService;
  supervisor: EngineSupervisor;
  paths: StudioPaths;
  /** Resolves with the first event that fits, counting from the start of the studio. */
  seen<E extends EventName>(event: E, fits: (payload: EventPayload<E>) => boolean): Promise<EventPayload<E>>;
  close(): Promise<void>;
}

export function openTestStudio(limits: Partial<SupervisorLimits> = {}): Promise<TestStudio> {
  return openStudioOver(superviseToy(limits));
}

/** A studio over an engine process with a model folder. */
export function openModelStudio(modelDirectory: string): Promise<TestStudio> {
  const options = { modelDirectory, backend: 'cpu', threads: 1 };
  return openStudioOver(new EngineSupervisor(forkLauncher(engineHost), options, defaultLimits));
}

async function openStudioOver(supervisor: EngineSupervisor): Promise<TestStudio> {
  const home = await mkdtemp(join(tmpdir(), 'lavida-studio-'));
  const paths = studioPaths(home);
  const settings = await SettingsStore.open(paths.settingsFile);
  const studio = new StudioService({ supervisor, settings, paths, version: '0.0.0-test', shell: 'serve' });
  const log: { event: EventName; payload: unknown }[] = [];
  const waiting = new Set<() => void>();
  studio.onEvent((event, payload) => {
    log.push({ event, payload });
    for (const look of waiting) look();
  });
  await studio.open();
  return {
    studio,
    supervisor,
    paths,
    seen: <E extends EventName>(event: E, fits: (payload: EventPayload<E>) => boolean) =>
      new Promise<EventPayload<E>>((resolve) => {
        let from = 0;
        const look = (): void => {
          for (; from < log.length; from++) {
            const entry = log[from];
            if (entry?.event !== event || !fits(entry.payload as EventPayload<E>)) continue;
            waiting.delete(look);
            resolve(entry.payload as EventPayload<E>);
            return;
          }
        };
        waiting.add(look);
        look();
      }),
    close: async () => {
      await studio.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** A test studio served to browsers, with a page and a file outside the page's folder. */
export async function serveTestStudio(
  options: Partial<ServeOptions> = {},
): Promise<TestStudio & { server: RunningServer; origin: string }> {
  const test = await openTestStudio();
  const rendererRoot = join(test.paths.data, 'renderer');
  await mkdir(join(rendererRoot, 'assets'), { recursive: true });
  await writeFile(join(rendererRoot, 'index.html'), '<!doctype html><title>page</title>');
  await writeFile(join(rendererRoot, 'assets', 'page.js'), 'export {};');
  await writeFile(join(test.paths.data, 'secret.txt'), 'secret');
  const server = await startServer({ studio: test.studio, rendererRoot, port: 0, ...options });
  return {
    ...test,
    server,
    origin: `http://127.0.0.1:${String(server.port)}`,
    close: async () => {
      await server.close();
      await test.close();
    },
  };
}
