import {
  Boxes,
  Command,
  Compass,
  Contrast,
  Keyboard,
  Languages,
  MemoryStick,
  Monitor,
  Moon,
  PlugZap,
  Redo2,
  RefreshCw,
  Settings2,
  Sun,
  Undo2,
} from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { restartEngine } from '../features/engine/store.ts';
import { openModels } from '../features/models/store.ts';
import { usePalette } from '../features/palette/store.ts';
import { languageChoices, themeNames, type Settings } from '../../electron/contract/settings.ts';
import { openSettings } from '../features/settings/store.ts';
import { checkForUpdates, useUpdates } from '../features/updates/updates.ts';
import { startTour } from '../features/tour/store.ts';
import { redo, undo, useHistory } from '../state/history.ts';
import { changeSettings, userSettings } from '../state/user-settings.ts';
import type { Action } from './action.ts';

const themeIcons: Record<Settings['theme'], LucideIcon> = {
  dark: Moon,
  light: Sun,
  contrast: Contrast,
  system: Monitor,
};

/** Undo and what concerns the window as a whole. */
export const appActions: readonly Action[] = [
  {
    id: 'edit.undo',
    group: 'edit',
    label: 'edit.undo',
    icon: Undo2,
    keys: ['mod+z'],
    enabled: () => useHistory.getState().past.length > 0,
    perform: undo,
  },
  {
    id: 'edit.redo',
    group: 'edit',
    label: 'edit.redo',
    icon: Redo2,
    keys: ['mod+shift+z', 'mod+y'],
    enabled: () => useHistory.getState().future.length > 0,
    perform: redo,
  },
  {
    id: 'app.palette',
    group: 'app',
    label: 'palette.title',
    icon: Command,
    keys: ['mod+k'],
    inText: true,
    perform: () => {
      usePalette.setState({ open: 'commands' });
    },
  },
  {
    id: 'app.shortcuts',
    group: 'app',
    label: 'shortcuts.title',
    icon: Keyboard,
    keys: ['?'],
    perform: () => {
      usePalette.setState({ open: 'shortcuts' });
    },
  },
  {
    id: 'app.tour',
    group: 'app',
    label: 'tour.start',
    icon: Compass,
    keys: [],
    perform: startTour,
  },
  {
    id: 'app.models',
    group: 'app',
    label: 'models.open',
    icon: Boxes,
    keys: ['mod+shift+m'],
    inText: true,
    perform: openModels,
  },
  {
    id: 'app.settings',
    group: 'app',
    label: 'settings.open',
    icon: Settings2,
    keys: ['mod+,'],
    inText: true,
    perform: () => {
      openSettings();
    },
  },
  {
    id: 'app.hardware',
    group: 'app',
    label: 'hardware.open',
    icon: MemoryStick,
    keys: [],
    perform: () => {
      openSettings('hardware');
    },
  },
  {
    id: 'app.updates',
    group: 'app',
    label: 'updates.check',
    icon: RefreshCw,
    keys: [],
    enabled: () => !useUpdates.getState().checking,
    perform: () => void checkForUpdates(),
  },
  ...themeNames.map((name): Action => ({
    id: `app.theme.${name}`,
    group: 'app',
    label: `action.theme.${name}`,
    icon: themeIcons[name],
    keys: [],
    enabled: () => userSettings().theme !== name,
    perform: () => {
      changeSettings({ theme: name });
    },
  })),
  ...languageChoices.map((choice): Action => ({
    id: `app.language.${choice}`,
    group: 'app',
    label: `action.language.${choice}`,
    icon: Languages,
    keys: [],
    enabled: () => userSettings().language !== choice,
    perform: () => {
      changeSettings({ language: choice });
    },
  })),
  {
    id: 'app.restartEngine',
    group: 'app',
    label: 'engine.restart',
    icon: PlugZap,
    keys: [],
    perform: () => void restartEngine(),
  },
];
