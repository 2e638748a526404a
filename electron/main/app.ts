import { join } from 'node:path';
import { app, BrowserWindow, dialog, session, shell } from 'electron';
import { projectEnding } from '../contract/project.ts';
import type { Settings } from '../contract/settings.ts';
import { BackendTrials } from '../../native/backends/choose.ts';
import type { TrialLauncher } from '../../native/backends/probe.ts';
import { toStudioError } from '../../native/errors.ts';
import { lockLibrary } from '../../native/library/library-lock.ts';
import { defaultModelDirectory, studioPaths } from '../../native/library/paths.ts';
import { SettingsStore } from '../../native/library/settings-store.ts';
import { firstProxy } from '../../native/store/proxy.ts';
import { startModel } from '../../native/store/start-model.ts';
import { StudioService } from '../../native/studio/service.ts';
import { chosenPaths, engineOptions } from '../../native/studio/settings-use.ts';
import type { EngineLauncher } from '../../native/supervisor/launcher.ts';
import { defaultLimits, EngineSupervisor } from '../../native/supervisor/supervisor.ts';
import { declareAppScheme, serveAppScheme } from './app-protocol.ts';
import { registerAppIpc } from './ipc/app.ts';
import { registerDiagnosticsIpc } from './ipc/diagnostics.ts';
import { registerEngineIpc } from './ipc/engine.ts';
import { forwardEvents } from './ipc/events.ts';
import { registerModelIpc } from './ipc/models.ts';
import { registerNoteIpc } from './ipc/notes.ts';
import { registerPictureIpc } from './ipc/pictures.ts';
import { registerGalleryIpc } from './ipc/gallery.ts';
import { registerHardwareIpc } from './ipc/hardware.ts';
import { registerProjectIpc } from './ipc/projects.ts';
import { registerPromptIpc } from './ipc/prompts.ts';
import { registerRunIpc } from './ipc/runs.ts';
import { registerSettingsIpc } from './ipc/settings.ts';
import { registerTraceIpc } from './ipc/traces.ts';
import { registerUpdateIpc } from './ipc/updates.ts';
import { installMenu } from './menu.ts';
import { menuTexts } from './menu-texts.ts';
import { showProgressBar } from './progress-bar.ts';
import { secretKeeper } from './secret-keeper.ts';
import { restrictContents, restrictSession } from './security.ts';
import { unpackedPath } from './unpacked.ts';
import { openWindow } from './window.ts';

export interface AppOptions {
  launchEngine: EngineLauncher;
  /** Starts the process that tries a backend. */
  launchTrial: TrialLauncher;
}

/**
 * Runs the app: one instance, one window, one engine. The window comes first and the engine behind it, so that whatever
 * goes wrong with the engine has a place to be told. Quitting waits for a save under way.
 */
export function startApp(options: AppOptions): void {
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  app.enableSandbox();
  declareAppScheme();
  restrictContents();
  let studio: StudioService | null = null;
  let unlock = (): void => undefined;
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
      unlock();
      app.quit();
    });
  });
  void app.whenReady().then(async () => {
    try {
      unlock = await lockLibrary(studioPaths().data);
    } catch (error) {
      // Only another studio keeps it locked, such as one that is served to a browser.
      const { message, action } = toStudioError(error);
      dialog.showErrorBox(app.getName(), `${message}\n\n${action}`);
      app.quit();
      return;
    }
    studio = await createStudio(options);
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

async function createStudio({ launchEngine, launchTrial }: AppOptions): Promise<StudioService> {
  const root = app.getAppPath();
  const ownPaths = studioPaths();
  const settings = await SettingsStore.open(ownPaths.settingsFile);
  const paths = chosenPaths(ownPaths, settings.current);
  restrictSession(session.defaultSession);
  const builtInModel = unpackedPath(defaultModelDirectory(root));
  const model = await startModel(ownPaths.data, settings.current, builtInModel);
  const supervisor = new EngineSupervisor(
    launchEngine,
    engineOptions(model, settings.current),
    defaultLimits,
    new BackendTrials(launchTrial),
  );
  const studio = new StudioService({
    supervisor,
    settings,
    paths,
    version: app.getVersion(),
    shell: 'electron',
    desktop,
    defaultOutputFolder: ownPaths.outputs,
    chooseFolder,
    builtInModel,
    secrets: secretKeeper,
    systemProxy: async (url) => firstProxy(await session.defaultSession.resolveProxy(url)),
    projectDialogs,
  });
  serveAppScheme(session.defaultSession, join(root, 'dist', 'renderer'), studio);
  registerAppIpc(studio);
  registerEngineIpc(studio);
  registerRunIpc(studio);
  registerTraceIpc(studio);
  registerPromptIpc(studio);
  registerGalleryIpc(studio);
  registerProjectIpc(studio);
  registerModelIpc(studio);
  registerNoteIpc(studio);
  registerPictureIpc(studio);
  registerSettingsIpc(studio);
  registerDiagnosticsIpc(studio);
  registerHardwareIpc(studio);
  registerUpdateIpc(studio);
  forwardEvents(studio);
  showProgressBar(studio, settings);
  const showMenu = (language: Settings['language']): void => {
    installMenu(paths.outputs, menuTexts(language, app.getLocale()));
  };
  showMenu(settings.current.language);
  studio.onEvent((event, payload) => {
    if (event === 'settings.changed') showMenu((payload as Settings).language);
  });
  return studio;
}

const projectFilters = [{ name: 'Lavida Studio', extensions: [projectEnding.slice(1)] }];
/** The system's dialogs for project files. */
const projectDialogs = {
  save: async (name: string): Promise<string | null> => {
    const defaultPath = join(app.getPath('documents'), name);
    const { canceled, filePath } = await dialog.showSaveDialog({ defaultPath, filters: projectFilters });
    return canceled || filePath === '' ? null : filePath;
  },
  open: async (): Promise<string | null> => {
    const { filePaths } = await dialog.showOpenDialog({ properties: ['openFile'], filters: projectFilters });
    return filePaths[0] ?? null;
  },
};

async function chooseFolder(): Promise<string | null> {
  const { filePaths } = await dialog.showOpenDialog({ properties: ['openDirectory', 'createDirectory'] });
  return filePaths[0] ?? null;
}
