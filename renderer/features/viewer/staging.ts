import {
  currentPicture,
  readLibraryPicture,
  setCurrentPicture,
  showLibraryPicture,
  useCanvasPicture,
  type CanvasPicture,
} from '../../canvas/selection-api.ts';
import { remember } from '../../state/history.ts';
import { setSession, useSession, type SessionState } from '../../state/session.ts';
import { showRun, usePlayback } from '../playback/store.ts';
import { useRuns } from '../runs/store.ts';

// Results laid over the picture they were made from are kept in the session: a restart forgets none of them. Nothing is
// locked meanwhile, and discarding deletes no file.

const none: readonly string[] = [];
/** Runs whose picture is remembered, the latest. */
const originsKept = 400;

/** Runs staged over a picture. */
export function stagedRuns(
  { staged }: Pick<SessionState, 'staged'>,
  picture: Pick<CanvasPicture, 'id'> | null,
): readonly string[] {
  return (picture && staged[picture.id]) ?? none;
}

/** Whether a run waits over the picture on the canvas. */
export function isStaged(runId: string | null): boolean {
  return runId !== null && stagedRuns(useSession.getState(), currentPicture()).includes(runId);
}

/** Lays a run, under way or finished, over the picture it changes. */
export function stage(picture: CanvasPicture, runId: string): void {
  const runs = stagedRuns(useSession.getState(), picture);
  if (!runs.includes(runId)) setStaged(picture.id, [...runs, runId]);
  const { [runId]: _, ...others } = useSession.getState().origins;
  const kept = Object.entries(others).slice(1 - originsKept);
  setSession({ origins: { ...Object.fromEntries(kept), [runId]: picture.id } });
}

/** Shows the staged result after (1) or before (-1) the one on show, around the ends. */
export function showStaged(by: 1 | -1): void {
  const runs = stagedRuns(useSession.getState(), currentPicture());
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

/** Whether there is one, as it changes. */
export function useAcceptable(): boolean {
  const shown = usePlayback((state) => state.runId);
  const picture = useCanvasPicture((state) => state.picture);
  const staged = useSession((state) => shown !== null && stagedRuns(state, picture).includes(shown));
  const finished = useRuns((state) => state.finished.some(({ id }) => id === shown));
  return staged && finished;
}

/** Makes the staged result on show the picture of the canvas; undo brings picture and results back. */
export async function acceptStaged(): Promise<void> {
  const picture = currentPicture();
  const runId = acceptable();
  if (!picture || runId === null) return;
  const reply = await readLibraryPicture(runId);
  if (!reply.ok || currentPicture()?.id !== picture.id) return;
  const result = reply.value;
  const runs = stagedRuns(useSession.getState(), picture);
  const accept = (): void => {
    setStaged(picture.id, []);
    setCurrentPicture(result);
  };
  accept();
  remember({
    kind: 'staging.accept',
    bytes: 500,
    undo: () => {
      setStaged(picture.id, runs);
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
  const runs = stagedRuns(useSession.getState(), picture);
  const { runId } = usePlayback.getState();
  const at = runs.indexOf(runId ?? '');
  const rest = which === 'all' ? [] : runs.filter((id) => id !== runId);
  if (rest.length === runs.length) return;
  const discard = (): void => {
    setStaged(picture.id, rest);
    setCurrentPicture(picture);
    showRun(rest[Math.min(at, rest.length - 1)] ?? runOf(picture));
  };
  discard();
  remember({
    kind: 'staging.discard',
    bytes: 500,
    undo: () => {
      setCurrentPicture(picture);
      setStaged(picture.id, runs);
      showRun(runId);
    },
    redo: discard,
  });
}

/** Lays runs over a picture in place of those that wait there, as far as they are still there, and shows one of them. */
export function restage(picture: CanvasPicture, runs: readonly string[], shown: string | null): void {
  const { finished, live } = useRuns.getState();
  const there = runs.filter((run) => run in live || finished.some(({ id }) => id === run));
  setStaged(picture.id, there);
  showRun(shown !== null && there.includes(shown) ? shown : runOf(picture));
}

/** A run that ended without a picture has nothing to show. */
export function dropFailed(runId: string): void {
  const { staged, origins } = useSession.getState();
  const id = origins[runId];
  const runs = id === undefined ? undefined : staged[id];
  if (id === undefined || !runs?.includes(runId)) return;
  setStaged(
    id,
    runs.filter((other) => other !== runId),
  );
  const picture = currentPicture();
  if (usePlayback.getState().runId === runId && picture?.id === id) showRun(runOf(picture));
}

/** Takes up what the last start left: forgets staged runs that are gone, and lays the one that was on show over its picture. */
export async function restoreStaged(runId: string | null): Promise<boolean> {
  const { staged, origins } = useSession.getState();
  const { finished, live } = useRuns.getState();
  const there = new Set([...finished.map(({ id }) => id), ...Object.keys(live)]);
  const left = Object.entries(staged)
    .map(([id, runs]) => [id, runs.filter((run) => there.has(run))] as const)
    .filter(([, runs]) => runs.length > 0);
  const kept = Object.fromEntries(left);
  setSession({ staged: kept });
  const origin = runId === null ? undefined : origins[runId];
  if (runId === null || origin === undefined || !kept[origin]?.includes(runId)) return false;
  if (!(await showLibraryPicture(origin)).ok) return false;
  showRun(runId);
  return true;
}

function runOf(picture: CanvasPicture): string | null {
  return picture.kind === 'run' ? picture.id : null;
}

function setStaged(picture: string, runs: readonly string[]): void {
  const { [picture]: _, ...others } = useSession.getState().staged;
  setSession({ staged: runs.length === 0 ? others : { ...others, [picture]: [...runs] } });
}
