import type { EventPayload } from '../contract/index.ts';
import type { SettingsStore } from '../../native/library/settings-store.ts';
import type { StudioService } from '../../native/studio/service.ts';
import { knownWindows } from './window.ts';

/** What Electron takes for "no progress bar". */
const none = -1;

/** Shows the progress of the run under way on the taskbar or dock, as far as the user wants it. */
export function showProgressBar(studio: StudioService, settings: SettingsStore): void {
  const show = (share: number): void => {
    for (const window of knownWindows) {
      if (!window.isDestroyed()) window.setProgressBar(settings.current.progress ? share : none);
    }
  };
  studio.onEvent((name, payload) => {
    if (name === 'run.queue' && (payload as EventPayload<'run.queue'>).ids.length === 0) show(none);
    if (name !== 'run.event') return;
    const { event } = payload as EventPayload<'run.event'>;
    if (event.type === 'step.begin') show(event.step / event.steps);
  });
}
