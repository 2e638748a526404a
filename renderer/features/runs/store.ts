import { create } from 'zustand';
import type { StudioError } from '../../../electron/contract/errors.ts';
import type { GenerationRequest } from '../../../electron/contract/request.ts';
import type { LeftRun, RunSummary } from '../../../electron/contract/runs.ts';

/** A run that waits or works. */
export interface LiveRun {
  id: string;
  request: GenerationRequest;
  state: 'queued' | 'running';
  phase: string;
  detail: string;
  /** Steps finished, of how many. */
  step: number;
  steps: number;
  /** Share of the codes committed, 0 to 1. */
  revealed: number;
  /** Milliseconds left by this run's own measure; null until two steps are done. */
  left: number | null;
  cancelling: boolean;
}

/** A run that ended without a picture. */
export interface RunFailure {
  id: string;
  request: GenerationRequest;
  error: StudioError;
  step: number | null;
}

interface RunsStore {
  /** Ids in the order they will run, the running one first. */
  order: string[];
  live: Record<string, LiveRun>;
  /** The queue starts nothing new. */
  paused: boolean;
  /** Runs that failed or were interrupted and can be asked for again, newest first. */
  left: LeftRun[];
  finished: RunSummary[];
  loaded: boolean;
  failure: RunFailure | null;
  /** Runs this window saw cancelled; their steps stay in memory only. */
  cancelled: Record<string, number | null>;
  /** Files that look like runs but cannot be read. */
  problems: { file: string; error: StudioError }[];
}

export const useRuns = create<RunsStore>(() => ({
  order: [],
  live: {},
  paused: false,
  left: [],
  finished: [],
  loaded: false,
  failure: null,
  cancelled: {},
  problems: [],
}));

const patches = new Map<string, Partial<LiveRun>>();
let frame = 0;

/** Like `patchLive`, but once a frame however fast the steps arrive. */
export function patchLiveSoon(id: string, patch: Partial<LiveRun>): void {
  patches.set(id, { ...patches.get(id), ...patch });
  if (frame) return;
  frame = requestAnimationFrame(() => {
    frame = 0;
    patchLiveNow();
  });
}

/** Tells what waits for the next frame. */
export function patchLiveNow(): void {
  const due = [...patches];
  patches.clear();
  for (const [run, changes] of due) patchLive(run, changes);
}

export function patchLive(id: string, patch: Partial<LiveRun>): void {
  useRuns.setState(({ live }) => {
    const run = live[id];
    return run ? { live: { ...live, [id]: { ...run, ...patch } } } : {};
  });
}

export function addLive(id: string, request: GenerationRequest, state: LiveRun['state']): void {
  useRuns.setState(({ live }) => ({
    live: {
      ...live,
      [id]: live[id] ?? {
        id,
        request,
        state,
        phase: 'queue',
        detail: '',
        step: 0,
        steps: 0,
        revealed: 0,
        left: null,
        cancelling: false,
      },
    },
  }));
}

export function dropLive(id: string): void {
  useRuns.setState(({ live, order }) => {
    const { [id]: _gone, ...rest } = live;
    return { live: rest, order: order.filter((other) => other !== id) };
  });
}

/** The run under way, if any. */
export function runningRun({ order, live }: Pick<RunsStore, 'order' | 'live'>): LiveRun | null {
  for (const id of order) {
    const run = live[id];
    if (run?.state === 'running') return run;
  }
  return null;
}
