import { create } from 'zustand';
import type { StudioError } from '../../electron/contract/errors.ts';
import { defaultSettings, type Settings } from '../../electron/contract/settings.ts';
import { studio } from '../api/index.ts';

interface UserSettingsStore {
  settings: Settings;
  /** Where they are kept. */
  file: string;
  /** What an empty output folder stands for. */
  defaultOutputFolder: string;
  /** Why the last change could not be kept. */
  failure: StudioError | null;
}

/** What the user set once, the same in every window; the studio keeps it. */
export const useUserSettings = create<UserSettingsStore>(() => ({
  settings: defaultSettings,
  file: '',
  defaultOutputFolder: '',
  failure: null,
}));

/** Changes within this time are kept together, milliseconds. */
const settle = 250;
let timer: number | undefined;
/** What the studio has on its disk. */
let kept = defaultSettings;

export function userSettings(): Settings {
  return useUserSettings.getState().settings;
}

/** Reads the settings and follows what other windows change. */
export async function loadUserSettings(): Promise<void> {
  let reply = await studio.invoke('settings.load', {});
  while (!reply.ok && reply.error.code === 'connection.lost') {
    await new Promise((resolve) => window.setTimeout(resolve, settle));
    reply = await studio.invoke('settings.load', {});
  }
  if (reply.ok) {
    kept = reply.value.settings;
    useUserSettings.setState(reply.value);
  }
  studio.on('settings.changed', (settings) => {
    kept = settings;
    if (timer === undefined) useUserSettings.setState({ settings });
  });
  window.addEventListener('pagehide', () => {
    if (timer !== undefined) void save();
  });
}

/** Changes settings at once; they are on the disk soon after, and taken back where that fails. */
export function changeSettings(patch: Partial<Settings>): void {
  useUserSettings.setState(({ settings }) => ({ settings: { ...settings, ...patch }, failure: null }));
  window.clearTimeout(timer);
  timer = window.setTimeout(() => void save(), settle);
}

async function save(): Promise<void> {
  window.clearTimeout(timer);
  timer = undefined;
  const reply = await studio.invoke('settings.save', { settings: userSettings() });
  if (reply.ok || timer !== undefined) return;
  useUserSettings.setState({ settings: kept, failure: reply.error });
}
