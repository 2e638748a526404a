import { userSettings, useUserSettings } from '../state/user-settings.ts';
import type { Action } from './action.ts';
import { canShareKey } from './context.ts';
import { actions } from './registry.ts';

/** The keys of an action: the user's own, else its defaults. The first is shown. */
export function keysOf(action: Action): readonly string[] {
  return userSettings().shortcuts[action.id] ?? action.keys;
}

/** `keysOf`, followed by the view that calls it. */
export function useKeysOf(action: Action): readonly string[] {
  return useUserSettings(({ settings }) => settings.shortcuts[action.id]) ?? action.keys;
}

/** The key shown beside an action, by its id; none for a button that performs no action. */
export function useKeyOf(id: string | undefined): string | undefined {
  const own = useUserSettings(({ settings }) => (id === undefined ? undefined : settings.shortcuts[id]));
  return (own ?? actions.find((action) => action.id === id)?.keys)?.[0];
}

/** Actions that want a key of this one at the same time: one of them will not hear it. */
export function conflictsOf(action: Action): Action[] {
  const keys = keysOf(action);
  return actions.filter(
    (other) =>
      other !== action && !canShareKey(action, other) && keysOf(other).some((key) => keys.includes(key)),
  );
}
