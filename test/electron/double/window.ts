import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { createContext, runInContext } from 'node:vm';
import type { StudioApi } from '../../../electron/contract/index.ts';
import type { Session } from './session.ts';

type InvokeHandler = (event: unknown, ...args: unknown[]) => unknown;
type WebPreferences = Record<string, unknown> & { preload: string };

export interface Frame {
  url: string;
  parent: unknown;
}

/** Handlers of ipcMain by channel. */
export const ipcHandlers = new Map<string, InvokeHandler>();

/** The page's side: what runs the preload script and sees the bridge. */
export class Page {
  /** What the main process will be told about where a message came from. */
  frame: Frame | null = { url: '', parent: null };
  /** What the preload script put on the page's `window`. */
  readonly exposed: Record<string, unknown> = {};
  /** Modules the preload script asked for. */
  readonly required: string[] = [];
  readonly #port: MessagePort;
  readonly #replies = new Map<number, (reply: { value?: unknown; error?: string }) => void>();
  readonly #ipcRenderer = new EventEmitter();
  #nextId = 0;

  constructor(port: MessagePort) {
    this.#port = port;
    port.on(
      'message',
      (message: { id: number; value?: unknown; error?: string } | { channel: string; args: unknown[] }) => {
        if ('id' in message) {
          this.#replies.get(message.id)?.(message);
          this.#replies.delete(message.id);
        } else this.#ipcRenderer.emit(message.channel, { sender: 'electron object' }, ...message.args);
      },
    );
  }

  get studio(): StudioApi {
    return this.exposed['studio'] as StudioApi;
  }

  runPreload(file: string): void {
    const ipcRenderer = {
      invoke: (channel: string, ...args: unknown[]) => this.invoke(channel, ...args),
      on: (channel: string, listener: (...args: unknown[]) => void) =>
        this.#ipcRenderer.on(channel, listener),
      off: (channel: string, listener: (...args: unknown[]) => void) =>
        this.#ipcRenderer.off(channel, listener),
    };
    const contextBridge = {
      exposeInMainWorld: (name: string, api: unknown) => {
        this.exposed[name] = api;
      },
    };
    const require = (name: string): unknown => {
      this.required.push(name);
      // What Electron's sandbox lets a preload script have.
      if (name === 'electron') return { contextBridge, ipcRenderer };
      throw new Error(`module not found: ${name}`);
    };
    runInContext(readFileSync(file, 'utf8'), createContext({ require, module: {}, exports: {} }), {
      filename: file,
    });
  }

  /** Sends on any channel, as a page could that has broken out of its bridge. */
  invoke(channel: string, ...args: unknown[]): Promise<unknown> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#replies.set(id, ({ value, error }) => {
        if (error === undefined) resolve(value);
        else reject(new Error(error));
      });
      this.#port.postMessage({ id, channel, args });
    });
  }
}

/** The main process's side of a page. */
export class WebContents extends EventEmitter {
  readonly session: Session;
  readonly page: Page;
  readonly #port: MessagePort;
  #openHandler: ((details: { url: string }) => { action: string }) | null = null;
  #url = '';

  constructor(session: Session) {
    super();
    this.session = session;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.page = new Page(port2);
    port1.on('message', (message: { id: number; channel: string; args: unknown[] }) => {
      void this.#answer(message);
    });
  }

  getURL(): string {
    return this.#url;
  }

  isDestroyed(): boolean {
    return false;
  }

  send(channel: string, ...args: unknown[]): void {
    this.#port.postMessage({ channel, args });
  }

  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.#openHandler = handler;
  }

  close(): void {
    this.#port.close();
  }

  show(url: string): void {
    this.#url = url;
    this.page.frame = { url, parent: null };
  }

  /** Whether the page would get where it wants to go. */
  attempt(event: 'will-navigate' | 'will-redirect' | 'will-frame-navigate', url: string): boolean {
    return this.#allows(event, url);
  }

  attemptWebview(): boolean {
    return this.#allows('will-attach-webview', '');
  }

  attemptWindow(url: string): boolean {
    return this.#openHandler === null || this.#openHandler({ url }).action !== 'deny';
  }

  #allows(event: string, url: string): boolean {
    let prevented = false;
    this.emit(event, { url, preventDefault: () => (prevented = true) });
    return !prevented;
  }

  async #answer({ id, channel, args }: { id: number; channel: string; args: unknown[] }): Promise<void> {
    try {
      const handler = ipcHandlers.get(channel);
      if (!handler) throw new Error(`No handler registered for '${channel}'`);
      const value: unknown = await handler({ sender: this, senderFrame: this.page.frame }, ...args);
      this.#port.postMessage({ id, value });
    } catch (error) {
      this.#port.postMessage({ id, error: String(error) });
    }
  }
}

export interface WindowOptions {
  webPreferences: WebPreferences;
  backgroundColor?: string;
}
