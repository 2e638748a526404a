import { create } from 'zustand';

/** What the settings dialog shows: one part of the settings, or the keys. */
export type SettingsPage =
  'appearance' | 'work' | 'engine' | 'hardware' | 'files' | 'models' | 'notices' | 'shortcuts' | 'privacy';

export const settingsPages: readonly SettingsPage[] = [
  'appearance',
  'work',
  'engine',
  'hardware',
  'files',
  'models',
  'notices',
  'shortcuts',
  'privacy',
];

interface SettingsDialogStore {
  page: SettingsPage | null;
  /** A key is being given to an action: Escape then leaves that, not the dialog. */
  capturing: boolean;
}

/** Transient: which page of the dialog is open, if any. */
export const useSettingsDialog = create<SettingsDialogStore>(() => ({ page: null, capturing: false }));

export function openSettings(page: SettingsPage = 'appearance'): void {
  useSettingsDialog.setState({ page });
}
