import { create } from 'zustand';

/** What the settings dialog shows: one part of the settings, or the keys. */
export type SettingsPage = 'appearance' | 'work' | 'engine' | 'files' | 'notices' | 'shortcuts';

export const settingsPages: readonly SettingsPage[] = [
  'appearance',
  'work',
  'engine',
  'files',
  'notices',
  'shortcuts',
];

interface SettingsDialogStore {
  page: SettingsPage | null;
}

/** Transient: which page of the dialog is open, if any. */
export const useSettingsDialog = create<SettingsDialogStore>(() => ({ page: null }));

export function openSettings(page: SettingsPage = 'appearance'): void {
  useSettingsDialog.setState({ page });
}
