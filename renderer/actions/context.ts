import { useSession } from '../state/session.ts';
import type { Action, ActionGroup, ActionPlace } from './action.ts';

/** Groups that act on what the gallery covers; the others work from anywhere. */
const onCanvas: readonly ActionGroup[] = ['timeline', 'canvas', 'mask', 'result', 'overlay'];

function placeOf({ place, group }: Action): ActionPlace {
  if (place) return place;
  if (group === 'gallery') return 'gallery';
  return onCanvas.includes(group) ? 'canvas' : 'anywhere';
}

/** Whether an action can be done now. */
export function isEnabled(action: Action): boolean {
  if (action.task && useSession.getState().task !== action.task) return false;
  return action.enabled?.() ?? true;
}

/** Whether a key would reach an action now: keys mean what is in sight. */
export function hearsKeys(action: Action): boolean {
  const place = placeOf(action);
  const here = useSession.getState().galleryOpen ? 'gallery' : 'canvas';
  return (place === 'anywhere' || place === here) && isEnabled(action);
}

/** Whether two actions can share a key: never heard at once, or one lets the other go first. */
export function canShareKey(a: Action, b: Action): boolean {
  const [here, there] = [placeOf(a), placeOf(b)];
  const apart = here !== there && here !== 'anywhere' && there !== 'anywhere';
  const tasksApart = a.task !== undefined && b.task !== undefined && a.task !== b.task;
  return apart || tasksApart || goesAfter(a, b) || goesAfter(b, a);
}

function goesAfter(later: Action, first: Action): boolean {
  return later.after?.includes(first.id) ?? false;
}
