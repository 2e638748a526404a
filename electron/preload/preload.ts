import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron';

/** Written in by the build from the contract, which itself stays out of this script. */
declare const CHANNEL_NAMES: readonly string[];
declare const EVENT_NAMES: readonly string[];

const channels = new Set(CHANNEL_NAMES);
const events = new Set(EVENT_NAMES);

/**
 * The bridge of the contract (`StudioApi`): calls and events by name from a fixed list. Nothing of Electron reaches the
 * page: no event objects, no way to send on another channel.
 */
contextBridge.exposeInMainWorld('studio', {
  invoke: (channel: unknown, input: unknown): Promise<unknown> => {
    if (typeof channel !== 'string' || !channels.has(channel)) {
      return Promise.reject(new TypeError('The studio has no such channel.'));
    }
    return ipcRenderer.invoke(channel, input);
  },
  on: (event: unknown, listener: unknown): (() => void) => {
    if (typeof event !== 'string' || !events.has(event) || typeof listener !== 'function') {
      throw new TypeError('The studio has no such event.');
    }
    const forward = (_event: IpcRendererEvent, payload: unknown): void => {
      (listener as (payload: unknown) => void)(payload);
    };
    ipcRenderer.on(event, forward);
    return () => {
      ipcRenderer.off(event, forward);
    };
  },
});
