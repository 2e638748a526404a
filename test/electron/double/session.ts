import { EventEmitter } from 'node:events';

type Decide<T> = (answer: T) => void;
type ProtocolHandler = (request: Request) => Response | Promise<Response>;
type PermissionRequest = (
  contents: unknown,
  permission: string,
  decide: Decide<boolean>,
  details: unknown,
) => void;
type PermissionCheck = (contents: unknown, permission: string, origin: string) => boolean;
type DeviceCheck = (details: unknown) => boolean;
type ScreenRequest = (request: unknown, answer: Decide<unknown>) => void;
type BeforeRequest = (details: { url: string }, decide: Decide<{ cancel?: boolean }>) => void;

/** What a session was told, and a way to ask it as Chromium would. */
export class Session extends EventEmitter {
  readonly #protocols = new Map<string, ProtocolHandler>();
  #permissionRequest: PermissionRequest | null = null;
  #permissionCheck: PermissionCheck | null = null;
  #device: DeviceCheck | null = null;
  #displayMedia: ScreenRequest | null = null;
  #beforeRequest: BeforeRequest | null = null;

  readonly protocol = {
    handle: (scheme: string, handler: ProtocolHandler) => {
      this.#protocols.set(scheme, handler);
    },
  };
  readonly webRequest = {
    onBeforeRequest: (listener: BeforeRequest) => {
      this.#beforeRequest = listener;
    },
  };

  setPermissionRequestHandler(handler: PermissionRequest): void {
    this.#permissionRequest = handler;
  }
  setPermissionCheckHandler(handler: PermissionCheck): void {
    this.#permissionCheck = handler;
  }
  setDevicePermissionHandler(handler: DeviceCheck): void {
    this.#device = handler;
  }
  setDisplayMediaRequestHandler(handler: ScreenRequest): void {
    this.#displayMedia = handler;
  }
  setBluetoothPairingHandler(): void {
    // Nothing pairs here.
  }

  /** A page asks for a permission; Chromium grants everything nobody decides about. */
  askPermission(permission: string, pageUrl: string): Promise<boolean> {
    return new Promise((resolve) => {
      if (!this.#permissionRequest) resolve(true);
      else
        this.#permissionRequest({ getURL: () => pageUrl }, permission, resolve, { requestingUrl: pageUrl });
    });
  }

  checkPermission(permission: string, origin: string): boolean {
    return this.#permissionCheck?.(null, permission, origin) ?? true;
  }

  askDevice(): boolean {
    return this.#device?.({}) ?? true;
  }

  askScreen(): Promise<unknown> {
    return new Promise((resolve) => {
      if (!this.#displayMedia) resolve('the whole screen');
      else this.#displayMedia({}, resolve);
    });
  }

  /** Whether a page's request would leave the page. */
  mayRequest(url: string): Promise<boolean> {
    return new Promise((resolve) => {
      if (!this.#beforeRequest) resolve(true);
      else {
        this.#beforeRequest({ url }, ({ cancel }) => {
          resolve(cancel !== true);
        });
      }
    });
  }

  /** Whether a download would start. */
  mayDownload(url: string): boolean {
    let prevented = false;
    this.emit('will-download', { preventDefault: () => (prevented = true) }, { getURL: () => url });
    return !prevented;
  }

  /** Loads a URL of an own scheme. */
  async load(url: string, init?: RequestInit): Promise<Response> {
    const handler = this.#protocols.get(new URL(url).protocol.slice(0, -1));
    if (!handler) throw new Error(`No handler for ${url}`);
    return handler(new Request(url, init));
  }
}
