import type { Settings } from '../../electron/contract/settings.ts';
import type { SettingsStore } from '../library/settings-store.ts';
import type { Handlers } from './dispatch.ts';

export interface SettingsSurroundings {
  store: SettingsStore;
  defaultOutputFolder: string;
  /** The system's dialog, where there is one. */
  chooseFolder?: (() => Promise<string | null>) | undefined;
  /** Called once new settings are on the disk. */
  changed(settings: Settings): void;
}

type SettingsHandlers = Pick<Handlers, 'settings.load' | 'settings.save' | 'settings.chooseFolder'>;

/** Answers the channels of the settings. */
export function settingsHandlers({
  store,
  defaultOutputFolder,
  chooseFolder,
  changed,
}: SettingsSurroundings): SettingsHandlers {
  return {
    'settings.load': () => ({ settings: store.current, file: store.path, defaultOutputFolder }),
    'settings.save': async ({ settings }) => {
      await store.save(settings);
      changed(settings);
      return {};
    },
    'settings.chooseFolder': async () => ({ folder: (await chooseFolder?.()) ?? null }),
  };
}
