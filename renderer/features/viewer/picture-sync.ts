import {
  currentPicture,
  knownHash,
  onPictureChanged,
  readLibraryPicture,
  setCurrentPicture,
  useMask,
} from '../../canvas/selection-api.ts';
import { setSession, useSession } from '../../state/session.ts';
import { useEngine } from '../engine/store.ts';
import { showRun, usePlayback } from '../playback/store.ts';
import { useRuns } from '../runs/store.ts';
import { dropFailed, isStaged, stage } from './staging.ts';

/**
 * Keeps the picture on the canvas and the run on the timeline together: showing a run puts its picture on the canvas, and
 * a picture put there brings its run along. A run under way has no picture yet.
 */
export function syncPicture(): void {
  usePlayback.subscribe((now, before) => {
    if (now.runId !== before.runId) void followRun(now.runId);
  });
  useRuns.subscribe((now, before) => {
    const { runId } = usePlayback.getState();
    if (now.finished !== before.finished && currentPicture()?.id !== runId) void followRun(runId);
    if (now.live !== before.live) stageEdits(now.live, before.live);
  });
  onPictureChanged((picture) => {
    setSession({ selectedPicture: picture?.kind === 'import' ? picture.id : null });
    if (!picture) return;
    const run = picture.kind === 'run' ? picture.id : null;
    if (!isStaged(usePlayback.getState().runId) && usePlayback.getState().runId !== run) showRun(run);
  });
  useEngine.subscribe(({ model }) => {
    followModel(model);
  });
  followModel(useEngine.getState().model);
  // What was looked into is let go with the tool that looks.
  useSession.subscribe((now, before) => {
    if (now.tool !== before.tool && now.tool !== 'inspect') usePlayback.setState({ picked: null });
  });
}

async function followRun(id: string | null): Promise<void> {
  // A staged result lies over the picture it was made from, which stays on the canvas.
  if (isStaged(id)) return;
  if (id === null) {
    if (currentPicture()?.kind === 'run') setCurrentPicture(null);
    return;
  }
  if (!useRuns.getState().finished.some((run) => run.id === id)) {
    setCurrentPicture(null);
    return;
  }
  const reply = await readLibraryPicture(id);
  if (usePlayback.getState().runId === id) setCurrentPicture(reply.ok ? reply.value : null);
}

/** An edit of the picture on the canvas comes to lie over it; one that ends without a picture leaves again. */
function stageEdits(live: Live, before: Live): void {
  const picture = currentPicture();
  const hash = picture && knownHash(picture.id);
  for (const { id, request } of Object.values(live)) {
    if (!before[id] && picture && request.task === 'edit' && request.image.sha256 === hash)
      stage(picture, id);
  }
  for (const id of Object.keys(before)) {
    if (!live[id] && endedWithout(id)) dropFailed(id);
  }
}

type Live = ReturnType<typeof useRuns.getState>['live'];

function endedWithout(id: string): boolean {
  const { failure, cancelled } = useRuns.getState();
  return failure?.id === id || id in cancelled;
}

function followModel(model: { grid: { width: number; height: number }; imageSize: number } | null): void {
  const known = useMask.getState().model;
  if (!model) return;
  const { grid, imageSize: side } = model;
  if (known?.side === side && known.grid.width === grid.width && known.grid.height === grid.height) return;
  useMask.setState({ model: { grid, side } });
}
