import type { Action, ActionGroup } from './action.ts';
import { appActions } from './app-actions.ts';
import { projectActions } from '../features/projects/actions.ts';
import { galleryActions } from '../features/gallery/actions.ts';
import { canvasActions, overlayActions } from './canvas-actions.ts';
import { maskActions } from './mask-actions.ts';
import { resultActions } from './result-actions.ts';
import { inspectActions } from './inspect-actions.ts';
import { runActions } from './run-actions.ts';
import { taskActions } from './task-actions.ts';
import { snapshotActions } from '../features/snapshots/actions.ts';
import { timelineActions } from './timeline-actions.ts';

/** Everything the user can do, in the order of the palette. */
export const actions: readonly Action[] = [
  ...galleryActions,
  ...projectActions,
  ...runActions,
  ...taskActions,
  ...maskActions,
  ...resultActions,
  ...snapshotActions,
  ...timelineActions,
  ...inspectActions,
  ...canvasActions,
  ...overlayActions,
  ...appActions,
];

/** Groups in the order of the shortcut sheet. */
export const actionGroups: readonly ActionGroup[] = [...new Set(actions.map(({ group }) => group))];

const byId = new Map(actions.map((action) => [action.id, action]));

export function actionById(id: string): Action | undefined {
  return byId.get(id);
}
