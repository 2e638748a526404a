import { userSettings, useUserSettings } from '../state/user-settings.ts';
import type { Action } from './action.ts';
import { actions } from './registry.ts';

/** The keys of an action: the user's own, else its defaults. The first is shown. */
export function keysOf(action: Action): readonly string[] {
  return userSettings().shortcuts[action.id] ?? action.keys;
}

/** `keysOf`, followed by the view that calls it. */
export function useKeysOf(action: Action): readonly string[] {
  return useUserSettings(({ settings }) => settings.shortcuts[action.id]) ?? action.keys;
}

/** The key shown beside an action, by its id. */
export function useKeyOf(id: string): string | undefined {
  const own = useUserSettings(({ settings }) => settings.shortcuts[id]);
  return (own ?? actions.find((action) => action.id === id)?.keys)?.[0];
}

/** Actions that share a key with this one though their defaults do not: one of them will not hear it. */
export function conflictsOf(action: Action): Action[] {
  const keys = keysOf(action);
  return actions.filter((other) => {
    if (other === action) return false;
    const shared = keysOf(other).filter((key) => keys.includes(key));
    return shared.some((key) => !(action.keys.includes(key) && other.keys.includes(key)));
  });
}
