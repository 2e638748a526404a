import { create } from 'zustand';
import { mostSnapshots } from '../../../electron/contract/project.ts';
import { remember } from '../../state/history.ts';
import type { SessionState } from '../../state/session.ts';
import type { PackedMask } from '../mask/runs.ts';
import type { CanvasBox } from './boxes-store.ts';

/** What lay over a picture at one moment, and how it was seen. */
export interface CanvasContent {
  /** Null when nothing was masked. */
  mask: PackedMask | null;
  boxes: readonly CanvasBox[];
  layers: SessionState['layers'];
  /** Results that waited over the picture, and the one of them that was on show. */
  staged: readonly string[];
  shown: string | null;
}

/** The canvas as it was once: the picture by its id, and what lay over it. */
export interface CanvasSnapshot extends CanvasContent {
  id: string;
  name: string;
  /** ISO 8601. */
  createdAt: string;
  /** Id of the picture, which is not stored again. */
  picture: string;
  /** Of the picture, pixels. */
  width: number;
  height: number;
}

/** Runs of all masks together that snapshots may hold, so that saving the session stays quick. */
const mostRuns = 500_000;

/** Snapshots of the canvas, the newest first. */
export const useSnapshots = create<{ snapshots: readonly CanvasSnapshot[] }>(() => ({ snapshots: [] }));

export function snapshots(): readonly CanvasSnapshot[] {
  return useSnapshots.getState().snapshots;
}

/** Whether one more would be too much to keep. */
export function isFull(mask: PackedMask | null): boolean {
  const runs = snapshots().reduce((sum, each) => sum + (each.mask?.runs.length ?? 0), 0);
  return snapshots().length >= mostSnapshots || runs + (mask?.runs.length ?? 0) > mostRuns;
}

export function addSnapshot(snapshot: CanvasSnapshot): void {
  put([snapshot, ...snapshots()]);
}

/** Gives a snapshot another name, by the user's hand: it can be undone. */
export function renameSnapshot(id: string, name: string): void {
  const before = snapshots().find((each) => each.id === id)?.name;
  if (before === undefined || before === name) return;
  const rename = (next: string) => (): void => {
    put(snapshots().map((each) => (each.id === id ? { ...each, name: next } : each)));
  };
  rename(name)();
  remember({
    kind: 'snapshot.rename',
    bytes: 100 + 2 * (name.length + before.length),
    undo: rename(before),
    redo: rename(name),
  });
}

/** Takes a snapshot away, by the user's hand. Returns what brings it back. */
export function removeSnapshot(id: string): () => void {
  const at = snapshots().findIndex((each) => each.id === id);
  const snapshot = snapshots()[at];
  if (!snapshot) return () => undefined;
  const remove = (): void => {
    put(snapshots().filter((each) => each.id !== id));
  };
  const bringBack = (): void => {
    if (snapshots().some((each) => each.id === id)) return;
    put([...snapshots().slice(0, at), snapshot, ...snapshots().slice(at)]);
  };
  remove();
  const bytes = 500 + 8 * (snapshot.mask?.runs.length ?? 0) + 200 * snapshot.boxes.length;
  remember({ kind: 'snapshot.remove', bytes, undo: bringBack, redo: remove });
  return bringBack;
}

/** Puts snapshots of the last start, or of another project, in place of all there are. */
export function replaceSnapshots(kept: readonly CanvasSnapshot[]): void {
  const byId = new Map(kept.map((each) => [each.id, each]));
  put([...byId.values()].slice(0, mostSnapshots));
}

function put(next: readonly CanvasSnapshot[]): void {
  useSnapshots.setState({ snapshots: next });
}
