import { create } from 'zustand';
import type { StudioError } from '../../../electron/contract/errors.ts';
import type { TraceHead } from '../../../electron/contract/traces.ts';
import { studio } from '../../api/index.ts';
import { useSession } from '../../state/session.ts';
import { useRuns } from '../runs/store.ts';
import { RunFilm } from './film.ts';
import { pictureRecordAt } from './frame.ts';
import { finalKey, pictureFromPng, pictureFromRgb, pictures, stepKey } from './pictures.ts';
import type { RunRecord } from './record.ts';
import { getFilm, keepFilm, touchRecord } from './records.ts';
import { showAsWanted, showText, shownFilm, timelineRun, usePlayback } from './store.ts';

interface LoaderStore {
  /** What went wrong while reading the shown run, if anything. */
  error: StudioError | null;
  /** True while the shown run's head is being read. */
  loading: boolean;
}

export const useLoader = create<LoaderStore>(() => ({ error: null, loading: false }));

/** One step of one round of a run. */
interface Wish {
  record: RunRecord;
  step: number;
}

/** Steps whose picture could not be had are not asked for again. */
const failed = new Set<string>();
/** Steps the film strips would like, in order, by the strip that asks. */
const wishes = new Map<string, Wish[]>();
/** Steps read at the same time. */
const stepReaders = 4;
let busy = false;
const stepsFor = new Set<string>();

/** Reads finished runs and the pictures of their steps: what is on show first, then the film strip. */
export function startLoader(): void {
  usePlayback.subscribe((now, before) => {
    if (now.runId !== before.runId) void open(now.runId);
    pump();
  });
  useRuns.subscribe((now, before) => {
    if (now.finished !== before.finished && !getFilm(usePlayback.getState().runId)) {
      void open(usePlayback.getState().runId);
    }
  });
  useSession.subscribe(pump);
}

function hasTrace(id: string): boolean {
  return useRuns.getState().finished.some((run) => run.id === id && run.hasTrace);
}

/** Puts a run on show and reads what is missing of it. */
async function open(id: string | null): Promise<void> {
  useLoader.setState({ error: null, loading: false });
  wishes.clear();
  if (id === null) return;
  const isKnown = useRuns.getState().finished.some((run) => run.id === id);
  if (!pictures.has(finalKey(id)) && isKnown) void loadFinal(id);
  const film = getFilm(id);
  if (film && !film.ended) return;
  if (!film && hasTrace(id)) {
    useLoader.setState({ loading: true });
    const read = await readFilm(id);
    if (usePlayback.getState().runId !== id) return;
    useLoader.setState({ loading: false, error: read.error });
    if (!getFilm(id) && read.film) keepFilm(read.film);
    if (usePlayback.getState().textRun === null) showAsWanted(id);
  }
  await loadSteps(id);
}

/** Reads a run without a picture, such as an answer, and gives it the timeline. Says whether there was one. */
export async function openText(id: string): Promise<boolean> {
  if (!getFilm(id)) {
    const { film } = await readFilm(id);
    if (!film) return false;
    keepFilm(film);
  }
  showText(id);
  return true;
}

/** Reads a finished run for whoever wants it, such as a comparison. */
export async function fetchFilm(id: string): Promise<RunFilm | null> {
  if (!getFilm(id)) {
    const { film } = await readFilm(id);
    if (film) keepFilm(film);
  }
  void loadSteps(id);
  return getFilm(id);
}

async function readFilm(id: string): Promise<{ film: RunFilm | null; error: StudioError | null }> {
  const texts = await studio.invoke('trace.texts', { id });
  if (!texts.ok) return { film: null, error: texts.error };
  const heads: TraceHead[] = [];
  const { task } = texts.value.request;
  if (task === 'text-to-image' || task === 'edit') {
    const last = await studio.invoke('trace.head', { id });
    if (!last.ok) return { film: null, error: last.error };
    for (const { round } of last.value.rounds.slice(0, -1)) {
      const earlier = await studio.invoke('trace.head', { id, round });
      if (earlier.ok) heads.push(earlier.value);
    }
    heads.push(last.value);
  }
  return { film: RunFilm.fromTrace(id, heads, texts.value), error: null };
}

/** Reads all steps, the one on show first: overlays and curves then scrub without waiting. */
async function loadSteps(id: string): Promise<void> {
  const film = getFilm(id);
  if (!film?.ended || stepsFor.has(id) || !hasTrace(id)) return;
  stepsFor.add(id);
  for (const record of [...film.pictures].reverse()) await loadStepsOf(film, record);
  stepsFor.delete(id);
}

async function loadStepsOf(film: RunFilm, record: RunRecord): Promise<void> {
  const { id, round } = record;
  const missing = new Set(Array.from({ length: record.reached }, (_, i) => i).filter((i) => !record.step(i)));
  const read = async (): Promise<void> => {
    while (missing.size > 0 && getFilm(id) === film) {
      const step = nearest(missing, pictureRecordAt(film, usePlayback.getState().position).local - 1);
      missing.delete(step);
      const reply = await studio.invoke('trace.step', { id, step, round });
      if (!reply.ok) return;
      record.addStep(reply.value);
      touchRecord(id);
    }
  };
  await Promise.all(Array.from({ length: stepReaders }, read));
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

/** A film strip says which steps it shows; a later call of the same strip replaces the earlier one. */
export function wishForSteps(strip: string, record: RunRecord, steps: readonly number[]): void {
  wishes.set(
    strip,
    steps.map((step) => ({ record, step })),
  );
  pump();
}

/** The step whose picture the canvas wants and does not have. */
function wanted(): Wish | null {
  const state = usePlayback.getState();
  const film = shownFilm();
  if (!film || timelineRun(state) !== state.runId) return null;
  const { record, local } = pictureRecordAt(film, state.position);
  if (!record) return null;
  const isFinal = record === film.record && local >= record.steps;
  // A branch opens with what it was given, which the first step's picture shows.
  const step = local === 0 ? 0 : local - 1;
  if (isFinal || (local === 0 && !record.initial.some((code) => code !== record.shape.maskId))) return null;
  return canFetch({ record, step }) ? { record, step } : null;
}

function canFetch({ record, step }: Wish): boolean {
  const key = stepKey(record, step);
  return record.ended && hasTrace(record.id) && !pictures.has(key) && !failed.has(key);
}

/** One request at a time, always the newest wish: fast scrubbing never builds up a queue. */
function pump(): void {
  if (busy) return;
  const next = wanted() ?? [...wishes.values()].flat().find(canFetch);
  if (!next) return;
  busy = true;
  void fetchStep(next).finally(() => {
    busy = false;
    pump();
  });
}

async function fetchStep({ record, step }: Wish): Promise<void> {
  const { id, round } = record;
  const reply = await studio.invoke('trace.preview', { id, step, kind: 'x0', round });
  if (reply.ok) pictures.put(stepKey(record, step), pictureFromRgb(reply.value));
  else {
    failed.add(stepKey(record, step));
    if (usePlayback.getState().runId === id) useLoader.setState({ error: reply.error });
    // Another model made the run, or the file is gone: the other steps would fail alike.
    for (const [strip, list] of wishes) {
      wishes.set(
        strip,
        list.filter((wish) => wish.record.id !== id),
      );
    }
    for (let i = 0; i < record.steps; i++) failed.add(stepKey(record, i));
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
