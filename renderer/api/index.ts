import type { StudioApi } from '../../electron/contract/index.ts';
import { setConnection } from './connection.ts';
import { SocketClient } from './socket-client.ts';

declare global {
  interface Window {
    /** Put there by the preload script of the app. */
    studio?: StudioApi;
  }
}

function connect(): StudioApi {
  if (!window.studio) return new SocketClient();
  setConnection('open');
  return window.studio;
}

/** The one way from the window to the studio. */
export const studio: StudioApi = connect();
