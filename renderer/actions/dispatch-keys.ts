import { useUserSettings } from '../state/user-settings.ts';
import { combinationOf, type Action } from './action.ts';
import { hearsKeys } from './context.ts';
import { keysOf } from './keys.ts';

/** Widgets that use letters, arrows or the space bar themselves. */
const typing = 'input, textarea, select, [contenteditable="true"]';
const steered =
  '[role="slider"], [role="tab"], [role="radio"], [role="option"], [role="menuitem"], [role="menuitemradio"], [role="combobox"], [role="switch"]';

/** Whether an element keeps a key to itself. */
function keeps(target: Element, key: string, combination: string): boolean {
  if (target.closest(typing)) return true;
  if (target.closest(steered)) return /^(arrow|home|end|space|enter)/.test(key);
  return target.closest('button, a') !== null && (combination === 'space' || combination === 'enter');
}

/** Lets the keyboard perform actions; returns the function that stops it. */
export function listenForKeys(actions: readonly Action[]): () => void {
  let byKey = indexByKey(actions);
  const stopFollowing = useUserSettings.subscribe(({ settings }, before) => {
    if (settings.shortcuts !== before.settings.shortcuts) byKey = indexByKey(actions);
  });
  const stop = new AbortController();
  const { signal } = stop;
  let released: { key: string; action: Action } | null = null;
  let held: { key: string; hold: (down: boolean) => void } | null = null;
  const letGo = (): void => {
    held?.hold(false);
    held = null;
  };
  const down = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing) return;
    const combination = combinationOf(event);
    const action = byKey.get(combination)?.find((candidate) => answers(candidate, event, combination));
    if (!action) return;
    event.preventDefault();
    if (action.hold) {
      if (event.repeat) return;
      letGo();
      held = { key: event.key, hold: action.hold };
      action.hold(true);
    } else if (!action.onRelease) action.perform();
    else if (!event.repeat) released = { key: event.key, action };
  };
  const up = (event: KeyboardEvent): void => {
    if (released?.key === event.key) released.action.perform();
    released = null;
    if (held?.key === event.key) letGo();
  };
  const forget = (): void => {
    released = null;
  };
  window.addEventListener('keydown', down, { signal });
  window.addEventListener('keyup', up, { signal });
  window.addEventListener('blur', letGo, { signal });
  window.addEventListener('pointerdown', forget, { signal, capture: true });
  return () => {
    stopFollowing();
    stop.abort();
  };
}

function indexByKey(actions: readonly Action[]): Map<string, Action[]> {
  const byKey = new Map<string, Action[]>();
  for (const action of actions) {
    for (const key of keysOf(action)) byKey.set(key, [...(byKey.get(key) ?? []), action]);
  }
  return byKey;
}

function answers(action: Action, event: KeyboardEvent, combination: string): boolean {
  const target = event.target instanceof Element ? event.target : document.body;
  // A dialog is a world of its own.
  if (target.closest('[role="dialog"], [role="menu"], [role="listbox"]')) return false;
  const key = event.key === ' ' ? 'space' : event.key.toLowerCase();
  if (!action.inText && keeps(target, key, combination)) return false;
  return hearsKeys(action);
}
