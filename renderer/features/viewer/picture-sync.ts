import {
  currentPicture,
  onPictureChanged,
  readLibraryPicture,
  setCurrentPicture,
  useMask,
} from '../../canvas/selection-api.ts';
import { useEngine } from '../engine/store.ts';
import { showRun, usePlayback } from '../playback/store.ts';
import { useRuns } from '../runs/store.ts';

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
  });
  onPictureChanged((picture) => {
    if (!picture) return;
    const run = picture.kind === 'run' ? picture.id : null;
    if (usePlayback.getState().runId !== run) showRun(run);
  });
  useEngine.subscribe(({ model }) => {
    followModel(model);
  });
  followModel(useEngine.getState().model);
}

async function followRun(id: string | null): Promise<void> {
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

function followModel(model: { grid: { width: number; height: number }; imageSize: number } | null): void {
  const known = useMask.getState().model;
  if (!model) return;
  const { grid, imageSize: side } = model;
  if (known?.side === side && known.grid.width === grid.width && known.grid.height === grid.height) return;
  useMask.setState({ model: { grid, side } });
}
