import { create } from 'zustand';
import type { UpdateCheck } from '../../../electron/contract/updates.ts';
import { studio } from '../../api/index.ts';
import { t } from '../../i18n/index.ts';
import { userSettings } from '../../state/user-settings.ts';
import { showError, showToast } from '../shell/toasts.ts';

interface UpdatesStore {
  checking: boolean;
  found: UpdateCheck | null;
}

/** Transient: the last look for a newer version. */
export const useUpdates = create<UpdatesStore>(() => ({ checking: false, found: null }));

export function updateWords(found: UpdateCheck): string {
  switch (found.outcome) {
    case 'newer':
      return t('updates.newer', { version: found.version, current: found.current });
    case 'current':
      return t('updates.current', { current: found.current });
    case 'failed':
      return t(`updates.failed.${found.why}`);
  }
}

/** Opens a page in the browser of the system. */
function openPage(url: string): void {
  window.open(url, '_blank', 'noopener,noreferrer');
}

/**
 * Looks once for a newer version and tells what came of it.
 * @param quiet tell only of a newer version
 */
export async function checkForUpdates(quiet = false): Promise<void> {
  if (useUpdates.getState().checking) return;
  useUpdates.setState({ checking: true });
  const reply = await studio.invoke('updates.check', {});
  useUpdates.setState({ checking: false, ...(reply.ok ? { found: reply.value } : {}) });
  if (!reply.ok) {
    if (!quiet) showError(reply.error);
    return;
  }
  const found = reply.value;
  if (found.outcome === 'newer') {
    const { notes } = found;
    const action = notes === null ? undefined : { label: t('updates.notes'), perform: () => openPage(notes) };
    showToast(updateWords(found), '', action);
  } else if (!quiet) showToast(updateWords(found));
}

/** At the window's start: only where the user turned it on. */
export function checkAtStart(): void {
  if (userSettings().checkUpdates) void checkForUpdates(true);
}
