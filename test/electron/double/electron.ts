import { EventEmitter } from 'node:events';
import { Session } from './session.ts';
import { UtilityProcess } from './utility-process.ts';
import { ipcHandlers, WebContents, type WindowOptions } from './window.ts';

/** What the tests decide and see: the world around the app. */
export const world = {
  appPath: '',
  isFirstInstance: true,
  sandboxed: false,
  privileged: [] as { scheme: string; privileges: Record<string, boolean> }[],
  openedOutside: [] as string[],
  trashed: [] as string[],
  revealed: [] as string[],
  /** What stood in boxes of errors. */
  errorBoxes: [] as string[],
  menu: [] as unknown[],
  chosenFolder: null as string | null,
  quit: false,
  becomeReady: (): void => undefined,
};

const ready = new Promise<void>((resolve) => {
  world.becomeReady = () => {
    resolve();
  };
});

class App extends EventEmitter {
  readonly name = 'Lavida Studio';
  readonly isPackaged = false;

  whenReady(): Promise<void> {
    return ready;
  }
  getAppPath(): string {
    return world.appPath;
  }
  getLocale(): string {
    return 'en-US';
  }
  getName(): string {
    return 'Lavida Studio';
  }

  getVersion(): string {
    return '0.0.0-test';
  }
  requestSingleInstanceLock(): boolean {
    return world.isFirstInstance;
  }
  enableSandbox(): void {
    world.sandboxed = true;
  }
  quit(): void {
    let prevented = false;
    this.emit('before-quit', { preventDefault: () => (prevented = true) });
    if (prevented) return;
    world.quit = true;
    this.emit('quit');
  }
}

export const app = new App();
export const session = { defaultSession: new Session() };

export class BrowserWindow extends EventEmitter {
  static readonly all: BrowserWindow[] = [];
  readonly options: WindowOptions;
  readonly webContents = new WebContents(session.defaultSession);
  isFocused = false;
  /** Every share its taskbar entry showed; below 0 is none. */
  readonly progress: number[] = [];
  #destroyed = false;

  constructor(options: WindowOptions) {
    super();
    this.options = options;
    BrowserWindow.all.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }

  static getAllWindows(): BrowserWindow[] {
    return BrowserWindow.all.filter((window) => !window.isDestroyed());
  }
  static fromWebContents(contents: WebContents): BrowserWindow | null {
    return BrowserWindow.all.find((window) => window.webContents === contents) ?? null;
  }

  /** Fetches the page as Chromium would, then runs the preload script. */
  async loadURL(url: string): Promise<void> {
    await this.webContents.session.load(url);
    this.webContents.show(url);
    this.webContents.page.runPreload(this.options.webPreferences.preload);
    this.emit('ready-to-show');
  }
  show(): void {
    this.emit('show');
  }
  focus(): void {
    this.isFocused = true;
  }
  isMinimized(): boolean {
    return false;
  }
  restore(): void {
    this.emit('restore');
  }
  setProgressBar(share: number): void {
    this.progress.push(share);
  }
  isDestroyed(): boolean {
    return this.#destroyed;
  }
  /** The user closes the window. */
  close(): void {
    this.#destroyed = true;
    this.webContents.close();
    this.emit('closed');
    if (BrowserWindow.getAllWindows().length === 0) app.emit('window-all-closed');
  }
}

export const ipcMain = {
  handle: (channel: string, handler: (event: unknown, ...args: unknown[]) => unknown) => {
    ipcHandlers.set(channel, handler);
  },
};
export const protocol = {
  registerSchemesAsPrivileged: (schemes: typeof world.privileged) => {
    world.privileged = schemes;
  },
};
export const utilityProcess = UtilityProcess;
export const shell = {
  openExternal: (url: string) => {
    world.openedOutside.push(url);
    return Promise.resolve();
  },
  openPath: () => Promise.resolve(''),
  trashItem: (path: string) => {
    world.trashed.push(path);
    return Promise.resolve();
  },
  showItemInFolder: (path: string) => {
    world.revealed.push(path);
  },
};
/** A key ring that turns texts around. */
export const safeStorage = {
  isEncryptionAvailable: () => true,
  getSelectedStorageBackend: () => 'gnome_libsecret',
  encryptString: (text: string) => Buffer.from([...text].reverse().join('')),
  decryptString: (sealed: Buffer) => [...sealed.toString('utf8')].reverse().join(''),
};
export const dialog = {
  showErrorBox: (title: string, content: string) => {
    world.errorBoxes.push(`${title}: ${content}`);
  },
  showSaveDialog: () => Promise.resolve({ canceled: true, filePath: '' }),
  showOpenDialog: () =>
    Promise.resolve({
      canceled: world.chosenFolder === null,
      filePaths: world.chosenFolder === null ? [] : [world.chosenFolder],
    }),
};

export const Menu = {
  buildFromTemplate: (template: unknown[]) => template,
  setApplicationMenu: (menu: unknown[]) => {
    world.menu = menu;
  },
};
