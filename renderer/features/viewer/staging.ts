import { create } from 'zustand';
import {
  currentPicture,
  readLibraryPicture,
  setCurrentPicture,
  type CanvasPicture,
} from '../../canvas/selection-api.ts';
import { remember } from '../../state/history.ts';
import { showRun, usePlayback } from '../playback/store.ts';
import { useRuns } from '../runs/store.ts';

interface StagingStore {
  /** Runs that change a picture and wait to be accepted or discarded, by the picture's id, oldest first. */
  staged: Readonly<Record<string, readonly string[]>>;
  /** What an accepted or shown picture was made from, by its id. */
  origins: Readonly<Record<string, CanvasPicture>>;
}

/** Results laid over the picture they were made from. Nothing is locked meanwhile, and discarding deletes no file. */
export const useStaging = create<StagingStore>(() => ({ staged: {}, origins: {} }));

const none: readonly string[] = [];

/** Runs staged over the picture on the canvas. */
export function stagedRuns({ staged }: StagingStore, picture: CanvasPicture | null): readonly string[] {
  return (picture && staged[picture.id]) ?? none;
}

/** Whether a run waits over the picture on the canvas. */
export function isStaged(runId: string | null): boolean {
  return runId !== null && stagedRuns(useStaging.getState(), currentPicture()).includes(runId);
}

/** Lays a run, under way or finished, over the picture it changes. */
export function stage(picture: CanvasPicture, runId: string): void {
  const runs = stagedRuns(useStaging.getState(), picture);
  if (!runs.includes(runId)) setStaged(picture, [...runs, runId]);
  useStaging.setState(({ origins }) => ({ origins: { ...origins, [runId]: picture } }));
}

/** Shows the staged result after (1) or before (-1) the one on show, around the ends. */
export function showStaged(by: 1 | -1): void {
  const runs = stagedRuns(useStaging.getState(), currentPicture());
  const at = runs.indexOf(usePlayback.getState().runId ?? '');
  const next = at < 0 ? (by > 0 ? 0 : runs.length - 1) : (at + by + runs.length) % runs.length;
  const run = runs[next];
  if (run !== undefined) showRun(run);
}

/** The staged result on show, once it is finished. */
export function acceptable(): string | null {
  const { runId } = usePlayback.getState();
  const isFinished = useRuns.getState().finished.some(({ id }) => id === runId);
  return isStaged(runId) && isFinished ? runId : null;
}

/** Makes the staged result on show the picture of the canvas; undo brings picture and results back. */
export async function acceptStaged(): Promise<void> {
  const picture = currentPicture();
  const runId = acceptable();
  if (!picture || runId === null) return;
  const reply = await readLibraryPicture(runId);
  if (!reply.ok || currentPicture()?.id !== picture.id) return;
  const result = reply.value;
  const runs = stagedRuns(useStaging.getState(), picture);
  const accept = (): void => {
    setStaged(picture, []);
    setCurrentPicture(result);
  };
  accept();
  remember({
    kind: 'staging.accept',
    bytes: 500,
    undo: () => {
      setStaged(picture, runs);
      setCurrentPicture(picture);
      showRun(runId);
    },
    redo: accept,
  });
}

/** Takes the staged result on show, or all of them, off the canvas; their files stay in the gallery. */
export function discardStaged(which: 'shown' | 'all'): void {
  const picture = currentPicture();
  if (!picture) return;
  const runs = stagedRuns(useStaging.getState(), picture);
  const { runId } = usePlayback.getState();
  const at = runs.indexOf(runId ?? '');
  const rest = which === 'all' ? [] : runs.filter((id) => id !== runId);
  if (rest.length === runs.length) return;
  const discard = (): void => {
    setStaged(picture, rest);
    setCurrentPicture(picture);
    showRun(rest[Math.min(at, rest.length - 1)] ?? runOf(picture));
  };
  discard();
  remember({
    kind: 'staging.discard',
    bytes: 500,
    undo: () => {
      setCurrentPicture(picture);
      setStaged(picture, runs);
      showRun(runId);
    },
    redo: discard,
  });
}

/** A run that ended without a picture has nothing to show. */
export function dropFailed(runId: string): void {
  const { staged, origins } = useStaging.getState();
  const picture = origins[runId];
  const runs = picture && staged[picture.id];
  if (!picture || !runs?.includes(runId)) return;
  setStaged(
    picture,
    runs.filter((id) => id !== runId),
  );
  if (usePlayback.getState().runId === runId && currentPicture()?.id === picture.id) showRun(runOf(picture));
}

function runOf(picture: CanvasPicture): string | null {
  return picture.kind === 'run' ? picture.id : null;
}

function setStaged(picture: CanvasPicture, runs: readonly string[]): void {
  useStaging.setState(({ staged }) => ({ staged: { ...staged, [picture.id]: runs } }));
}
