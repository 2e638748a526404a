import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { app, BrowserWindow, session, shell } from 'electron';
import { defaultModelDirectory, studioPaths } from '../../native/library/paths.ts';
import { StudioService } from '../../native/studio/service.ts';
import type { EngineLauncher } from '../../native/supervisor/launcher.ts';
import { EngineSupervisor } from '../../native/supervisor/supervisor.ts';
import { declareAppScheme, serveAppScheme } from './app-protocol.ts';
import { registerAppIpc } from './ipc/app.ts';
import { registerEngineIpc } from './ipc/engine.ts';
import { forwardEvents } from './ipc/events.ts';
import { registerNoteIpc } from './ipc/notes.ts';
import { registerPictureIpc } from './ipc/pictures.ts';
import { registerGalleryIpc } from './ipc/gallery.ts';
import { registerRunIpc } from './ipc/runs.ts';
import { installMenu } from './menu.ts';
import { restrictContents, restrictSession } from './security.ts';
import { openWindow } from './window.ts';

export interface AppOptions {
  launchEngine: EngineLauncher;
}

/**
 * Runs the app: one instance, one window, one engine. The window comes first and the engine behind it, so that whatever
 * goes wrong with the engine has a place to be told. Quitting waits for a save under way.
 */
export function startApp({ launchEngine }: AppOptions): void {
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  app.enableSandbox();
  declareAppScheme();
  restrictContents();
  let studio: StudioService | null = null;
  app.on('second-instance', () => {
    const [window] = BrowserWindow.getAllWindows();
    if (window?.isMinimized()) window.restore();
    window?.focus();
  });
  app.on('window-all-closed', () => {
    app.quit();
  });
  let closed = false;
  app.on('before-quit', (event) => {
    if (closed || !studio) return;
    event.preventDefault();
    void studio.close().finally(() => {
      closed = true;
      app.quit();
    });
  });
  void app.whenReady().then(async () => {
    studio = createStudio(launchEngine);
    openWindow();
    await studio.open();
  });
}

/** The system's own bin and file manager. */
const desktop = {
  systemBin: (path: string): Promise<void> => shell.trashItem(path),
  reveal: (path: string): void => {
    shell.showItemInFolder(path);
  },
};

function createStudio(launchEngine: EngineLauncher): StudioService {
  const root = app.getAppPath();
  const paths = studioPaths();
  restrictSession(session.defaultSession);
  const supervisor = new EngineSupervisor(launchEngine, {
    modelDirectory: defaultModelDirectory(root),
    backend: 'cpu',
    threads: availableParallelism(),
  });
  const studio = new StudioService({
    supervisor,
    paths,
    version: app.getVersion(),
    shell: 'electron',
    desktop,
  });
  serveAppScheme(session.defaultSession, join(root, 'dist', 'renderer'), studio);
  registerAppIpc(studio);
  registerEngineIpc(studio);
  registerRunIpc(studio);
  registerGalleryIpc(studio);
  registerNoteIpc(studio);
  registerPictureIpc(studio);
  forwardEvents(studio);
  installMenu(paths.outputs);
  return studio;
}
