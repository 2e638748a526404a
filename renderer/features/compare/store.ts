import { create } from 'zustand';
import type { RunSummary } from '../../../electron/contract/runs.ts';
import { fetchFilm, loadFinal } from '../playback/loader.ts';
import { getFilm } from '../playback/records.ts';
import { usePlayback } from '../playback/store.ts';
import { useRuns } from '../runs/store.ts';

export const differences = ['agreement', 'order'] as const;

interface CompareStore {
  open: boolean;
  a: string | null;
  b: string | null;
  /** Share of the steps of both runs, 0 to 1. */
  share: number;
  playing: boolean;
  difference: (typeof differences)[number];
}

export const useCompare = create<CompareStore>(() => ({
  open: false,
  a: null,
  b: null,
  share: 1,
  playing: false,
  difference: 'agreement',
}));

/** Runs that can be compared: finished, with recorded steps, newest first. */
export function comparable(): RunSummary[] {
  return useRuns.getState().finished.filter((run) => run.hasTrace);
}

/** Opens the comparison with the run on show as A, and as B the parent it branched from or its neighbour. */
export function openCompare(): void {
  const runs = comparable();
  const { runId } = usePlayback.getState();
  const a = runs.some(({ id }) => id === runId) ? runId : (runs[0]?.id ?? null);
  const parent = getFilm(a)?.record?.shape.request.branch?.parent.run ?? null;
  const b = runs.find(({ id }) => id === parent)?.id ?? runs.find(({ id }) => id !== a)?.id ?? null;
  useCompare.setState({ open: true, a, b, share: 1, playing: false });
  void load(a);
  void load(b);
}

export function chooseRun(side: 'a' | 'b', id: string): void {
  useCompare.setState({ [side]: id });
  void load(id);
}

async function load(id: string | null): Promise<void> {
  if (id === null) return;
  await Promise.all([fetchFilm(id), loadFinal(id)]);
}

let frame = 0;
/** Seconds a comparison plays. */
const seconds = 4;

export function toggleComparePlay(): void {
  const { playing, share } = useCompare.getState();
  cancelAnimationFrame(frame);
  if (playing) {
    useCompare.setState({ playing: false });
    return;
  }
  useCompare.setState({ playing: true, share: share >= 1 ? 0 : share });
  let last = performance.now();
  const tick = (now: number): void => {
    const state = useCompare.getState();
    if (!state.playing || !state.open) return;
    const next = Math.min(1, state.share + (now - last) / 1000 / seconds);
    last = now;
    useCompare.setState({ share: next, playing: next < 1 });
    if (next < 1) frame = requestAnimationFrame(tick);
  };
  frame = requestAnimationFrame(tick);
}
