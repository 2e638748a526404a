import { create } from 'zustand';
import type { StudioError } from '../../../electron/contract/errors.ts';
import { studio } from '../../api/index.ts';
import { useSession } from '../../state/session.ts';
import { useRuns } from '../runs/store.ts';
import { finalKey, pictureFromPng, pictureFromRgb, pictures, stepKey } from './pictures.ts';
import { RunRecord } from './record.ts';
import { getRecord, keepRecord, touchRecord } from './records.ts';
import { showRun, usePlayback } from './store.ts';

interface LoaderStore {
  /** What went wrong while reading the shown run, if anything. */
  error: StudioError | null;
  /** True while the shown run's head is being read. */
  loading: boolean;
}

export const useLoader = create<LoaderStore>(() => ({ error: null, loading: false }));

/** Steps whose picture could not be had are not asked for again. */
const failed = new Set<string>();
/** Steps the film strip would like, in order. */
let wishes: { id: string; step: number }[] = [];
/** Steps read at the same time. */
const stepReaders = 4;
let busy = false;
let stepsFor: string | null = null;

/** Reads finished runs and the pictures of their steps: what is on show first, then the film strip. */
export function startLoader(): void {
  usePlayback.subscribe((now, before) => {
    if (now.runId !== before.runId) void open(now.runId);
    pump();
  });
  useRuns.subscribe((now, before) => {
    if (now.finished !== before.finished && !getRecord(usePlayback.getState().runId)) {
      void open(usePlayback.getState().runId);
    }
  });
  useSession.subscribe(pump);
}

/** Puts a run on show and reads what is missing of it. */
async function open(id: string | null): Promise<void> {
  useLoader.setState({ error: null, loading: false });
  if (id === null) return;
  const summary = useRuns.getState().finished.find((run) => run.id === id);
  if (!pictures.has(finalKey(id)) && summary) void loadFinal(id);
  if (getRecord(id)?.ended === false) return;
  if (!getRecord(id) && summary?.hasTrace) await loadHead(id);
  await loadSteps(id);
}

async function loadHead(id: string): Promise<void> {
  useLoader.setState({ loading: true });
  const reply = await studio.invoke('trace.head', { id });
  if (usePlayback.getState().runId !== id) return;
  useLoader.setState({ loading: false, error: reply.ok ? null : reply.error });
  if (!reply.ok || getRecord(id)) return;
  keepRecord(RunRecord.fromTrace(reply.value));
  showRun(id);
}

/** Reads all steps, the one on show first: overlays and curves then scrub without waiting. */
async function loadSteps(id: string): Promise<void> {
  const record = getRecord(id);
  if (!record?.ended || stepsFor === id) return;
  stepsFor = id;
  const missing = new Set(Array.from({ length: record.reached }, (_, i) => i).filter((i) => !record.step(i)));
  const read = async (): Promise<void> => {
    while (missing.size > 0 && usePlayback.getState().runId === id) {
      const step = nearest(missing, usePlayback.getState().position - 1);
      missing.delete(step);
      const reply = await studio.invoke('trace.step', { id, step });
      if (!reply.ok) return;
      record.addStep(reply.value);
      touchRecord(id);
    }
  };
  await Promise.all(Array.from({ length: stepReaders }, read));
  if (stepsFor === id) stepsFor = null;
}

function nearest(steps: Iterable<number>, to: number): number {
  let best = 0;
  let distance = Number.POSITIVE_INFINITY;
  for (const step of steps) {
    // The step before is needed as well: a draft counts as held when it did not change.
    const away = step > to ? step - to + 0.5 : to - step;
    if (away >= distance) continue;
    best = step;
    distance = away;
  }
  return best;
}

/** Reads a finished picture's file. */
export async function loadFinal(id: string): Promise<void> {
  const key = finalKey(id);
  if (pictures.has(key)) return;
  const reply = await studio.invoke('run.image', { id });
  if (reply.ok) {
    try {
      pictures.put(key, await pictureFromPng(reply.value.png));
    } catch {
      failed.add(key);
    }
  } else if (usePlayback.getState().runId === id) useLoader.setState({ error: reply.error });
  touchRecord(id);
}

/** The film strip says which steps it shows; a later call replaces the earlier one. */
export function wishForSteps(id: string, steps: readonly number[]): void {
  wishes = steps.map((step) => ({ id, step }));
  pump();
}

/** The step whose picture the canvas wants and does not have. */
function wanted(): { id: string; step: number } | null {
  const { runId, position } = usePlayback.getState();
  const record = getRecord(runId);
  if (!record || runId === null || position < 1 || position >= record.steps) return null;
  return canFetch(runId, position - 1) ? { id: runId, step: position - 1 } : null;
}

function canFetch(id: string, step: number): boolean {
  const record = getRecord(id);
  const saved = useRuns.getState().finished.some((run) => run.id === id && run.hasTrace);
  const key = stepKey(id, step);
  return record !== null && record.ended && saved && !pictures.has(key) && !failed.has(key);
}

/** One request at a time, always the newest wish: fast scrubbing never builds up a queue. */
function pump(): void {
  if (busy) return;
  const next = wanted() ?? wishes.find(({ id, step }) => canFetch(id, step));
  if (!next) return;
  busy = true;
  void fetchStep(next.id, next.step).finally(() => {
    busy = false;
    pump();
  });
}

async function fetchStep(id: string, step: number): Promise<void> {
  const reply = await studio.invoke('trace.preview', { id, step, kind: 'x0' });
  if (reply.ok) pictures.put(stepKey(id, step), pictureFromRgb(reply.value));
  else {
    failed.add(stepKey(id, step));
    if (usePlayback.getState().runId === id) useLoader.setState({ error: reply.error });
    // Another model made the run, or the file is gone: the other steps would fail alike.
    wishes = wishes.filter((wish) => wish.id !== id);
    for (let i = 0; i < (getRecord(id)?.steps ?? 0); i++) failed.add(stepKey(id, i));
  }
  touchRecord(id);
}

/** After the line or the engine came back, what failed may be tried again. */
export function forgetFailures(): void {
  failed.clear();
  useLoader.setState({ error: null });
  void open(usePlayback.getState().runId);
  pump();
}
