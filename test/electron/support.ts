import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventName, EventPayload } from '../../electron/contract/index.ts';
import { buildPreload } from '../../scripts/bundles.ts';
import { probeEntry, toyHost } from '../support/studio.ts';
import { app, BrowserWindow, world } from './double/electron.ts';
import type { Page, WebContents } from './double/window.ts';

/** The app as it runs in a test: its window, its page, and the end of it. */
export interface RunningApp {
  folder: string;
  window: BrowserWindow;
  contents: WebContents;
  page: Page;
  seen<E extends EventName>(event: E, fits: (payload: EventPayload<E>) => boolean): Promise<EventPayload<E>>;
  /** Quits as the user does, and waits until the app lets go. */
  quit(): Promise<void>;
}

/** Starts the main process code over the stand-in module, with the toy engine in a real process. */
export async function runApp(): Promise<RunningApp> {
  const folder = await mkdtemp(join(tmpdir(), 'lavida-app-'));
  process.env['LAVIDA_HOME'] = join(folder, 'home');
  world.appPath = folder;
  const renderer = join(folder, 'dist', 'renderer');
  await mkdir(join(renderer, 'assets'), { recursive: true });
  await writeFile(join(renderer, 'index.html'), '<!doctype html><title>page</title>');
  await writeFile(join(renderer, 'assets', 'page.js'), 'export {};');
  await writeFile(join(folder, 'dist', 'secret.txt'), 'secret');
  await buildPreload(join(folder, 'out', 'preload', 'preload.cjs'));

  const { startApp } = await import('../../electron/main/app.ts');
  const { utilityLauncher } = await import('../../electron/main/engine-process.ts');
  startApp({
    launchEngine: utilityLauncher(toyHost),
    launchTrial: (backend) => utilityLauncher(probeEntry, [backend])(),
  });
  world.becomeReady();
  const window = await until(() => BrowserWindow.all[0]);
  await new Promise((resolve) => window.once('show', resolve));
  const { webContents: contents } = window;
  const { page } = contents;
  return {
    folder,
    window,
    contents,
    page,
    seen: (event, fits) =>
      new Promise((resolve) => {
        const stop = page.studio.on(event, (payload) => {
          if (!fits(payload)) return;
          stop();
          resolve(payload);
        });
      }),
    quit: async () => {
      if (!world.quit) {
        const quit = new Promise((resolve) => app.once('quit', resolve));
        window.close();
        await quit;
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function until<T>(look: () => T | undefined): Promise<T> {
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
