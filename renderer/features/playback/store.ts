import { create } from 'zustand';
import { setSession, useSession } from '../../state/session.ts';
import { getRecord } from './records.ts';

interface PlaybackStore {
  runId: string | null;
  /** Finished steps shown: 0 is the empty canvas, the number of steps the finished picture. */
  position: number;
  /** Stay at the newest step of a run under way. */
  follow: boolean;
  playing: boolean;
  /** The code the user looks into, raster index. */
  picked: number | null;
  /** The code under the pointer. */
  hovered: number | null;
}

export const usePlayback = create<PlaybackStore>(() => ({
  runId: null,
  position: 0,
  follow: true,
  playing: false,
  picked: null,
  hovered: null,
}));

/** Shows a run: a finished one at its end, one under way at its newest step. */
export function showRun(id: string | null, position = Number.MAX_SAFE_INTEGER): void {
  const record = getRecord(id);
  usePlayback.setState({
    runId: id,
    position: record ? Math.min(position, record.reached) : 0,
    follow: true,
    playing: false,
    hovered: null,
  });
  setSession({ selectedRun: id });
}

/** Moves the playhead. Leaving the newest step of a run under way stops following it. */
export function seek(position: number): void {
  const { runId } = usePlayback.getState();
  const record = getRecord(runId);
  if (!record) return;
  const to = Math.max(0, Math.min(record.reached, Math.round(position)));
  usePlayback.setState({ position: to, follow: to === record.reached });
}

export function stepBy(steps: number): void {
  usePlayback.setState({ playing: false });
  seek(usePlayback.getState().position + steps);
}

export function goLive(): void {
  usePlayback.setState({ playing: false });
  seek(Number.MAX_SAFE_INTEGER);
}

/** Moves along when the run under way got further. */
export function followRecord(id: string): void {
  const { runId, follow, playing } = usePlayback.getState();
  const record = getRecord(id);
  if (record && runId === id && follow && !playing) usePlayback.setState({ position: record.reached });
}

/** Steps a second at speed 1: a short run is watched for about three seconds. */
function stepsPerSecond(steps: number): number {
  return Math.max(6, steps / 3);
}

let frame = 0;

/** Plays from the playhead, or from the start when it stands at the end. */
export function togglePlay(): void {
  const { playing, position, runId } = usePlayback.getState();
  const record = getRecord(runId);
  if (playing || !record || record.reached === 0) {
    cancelAnimationFrame(frame);
    usePlayback.setState({ playing: false });
    return;
  }
  const from = position >= record.reached ? 0 : position;
  usePlayback.setState({ playing: true, position: from, follow: false });
  let exact = from;
  let last = performance.now();
  const tick = (now: number): void => {
    const state = usePlayback.getState();
    if (!state.playing || state.runId !== runId) return;
    if (Math.round(exact) !== state.position) exact = state.position;
    exact += ((now - last) / 1000) * stepsPerSecond(record.steps) * useSession.getState().speed;
    last = now;
    const at = Math.min(record.reached, Math.round(exact));
    if (at !== state.position) usePlayback.setState({ position: at });
    if (at >= record.reached && record.ended) usePlayback.setState({ playing: false, follow: true });
    else frame = requestAnimationFrame(tick);
  };
  frame = requestAnimationFrame(tick);
}
