import type { StudioService } from '../../../native/studio/service.ts';
import { knownWindows } from '../window.ts';

/** Sends every event of the studio to every window. */
export function forwardEvents(studio: StudioService): void {
  studio.onEvent((event, payload) => {
    for (const window of knownWindows) {
      if (!window.isDestroyed() && !window.webContents.isDestroyed()) window.webContents.send(event, payload);
    }
  });
}
