import type { RunEvent } from '../../../electron/contract/events.ts';
import type { GenerationRequest } from '../../../electron/contract/request.ts';
import { finalKey, pictureFromRgb, pictures, stepKey } from '../playback/pictures.ts';
import { RunFilm } from '../playback/film.ts';
import { dropRecord, getFilm, getRecord, keepFilm, touchRecord } from '../playback/records.ts';
import { followRecord, showRun, usePlayback } from '../playback/store.ts';
import { showError } from '../shell/toasts.ts';
import { refreshFinished } from './library.ts';
import { tellRunEvent } from './listeners.ts';
import { keepPace } from './pace.ts';
import { consumeStory } from './story.ts';
import { addLive, dropLive, patchLive, patchLiveNow, patchLiveSoon, useRuns, type LiveRun } from './store.ts';

/** When each step of the runs under way was seen to end, for the time left. */
const clocks = new Map<string, number[]>();
/** Wall time of one step, newest measure; told to the views when a run ends, so that estimates do not flicker. */
let newestPace: number | null = null;
/** Runs that ended lately, with their last event: the answer that names a run may come after its end. */
const endedEarly = new Map<string, RunEvent>();
const endedKept = 64;
/** What runs wrote before this window knew what they were asked for: the answer that names a run may come after its first words. */
const early = new Map<string, RunEvent[]>();
/** The newest phase of runs whose answer has not come: one that only writes tells nothing else of its having begun. */
const earlyPhase = new Map<string, Pick<LiveRun, 'state' | 'phase' | 'detail'>>();
/** Events that a film shows before any picture is begun. */
const writing: ReadonlySet<RunEvent['type']> = new Set([
  'round.start',
  'text.start',
  'plan.token',
  'token.commit',
  'text.done',
  'box.update',
]);
/** Steps whose mean makes the estimate. */
const window = 12;

/** Takes one event of a run; `replayed` when it is told again to a window that attached late. */
export function receiveRunEvent(id: string, event: RunEvent, replayed = false): void {
  tellRunEvent(id, event);
  if (event.type === 'run.start') begin(id, event);
  else if (event.type === 'text.start' || event.type === 'round.start' || event.type === 'ground.start') {
    enterFilm(id);
  }
  const film = getFilm(id);
  if (film) film.consume(event);
  else if (writing.has(event.type)) {
    const words = early.get(id) ?? [];
    words.push(event);
    early.set(id, words);
  }
  const record = film?.record ?? null;
  consumeStory(id, event);
  switch (event.type) {
    case 'phase': {
      const told = {
        state: event.phase === 'queue' ? ('queued' as const) : ('running' as const),
        phase: event.phase,
        detail: event.detail,
      };
      if (useRuns.getState().live[id]) {
        patchLive(id, told);
        // What came before the run was known is overtaken.
        earlyPhase.delete(id);
      } else earlyPhase.set(id, told);
      return;
    }
    case 'step.begin':
      patchLiveSoon(id, {
        state: 'running',
        step: event.step,
        steps: event.steps,
        revealed: 1 - event.masked / event.total,
      });
      if (!replayed) measure(id, event.step, event.steps);
      return;
    case 'step.preview':
      if (record) pictures.put(stepKey(record, event.step), pictureFromRgb(event.image));
      touchRecord(id);
      return;
    case 'step.state':
      patchLiveSoon(id, { step: event.step + 1 });
      touchRecord(id);
      followRecord(id);
      return;
    case 'round.image':
      if (record) pictures.put(stepKey(record, record.steps - 1), pictureFromRgb(event.image));
      touchRecord(id);
      return;
    case 'text.start':
    case 'plan.token':
    case 'critique.token':
    case 'token.commit':
    case 'text.done':
    case 'critique.verdict':
    case 'box.update':
      touchRecord(id);
      followRecord(id);
      return;
    case 'run.image':
      pictures.put(finalKey(id), pictureFromRgb(event.image));
      touchRecord(id);
      return;
    case 'run.done':
      finish(id, event);
      for (const warning of event.result.warnings ?? []) showError(warning);
      void refreshFinished();
      return;
    case 'run.error':
      fail(id, event);
      return;
    case 'run.cancelled':
      useRuns.setState(({ cancelled }) => ({ cancelled: { ...cancelled, [id]: event.step } }));
      finish(id, event);
      if (!record && usePlayback.getState().runId === id) showRun(useRuns.getState().finished[0]?.id ?? null);
      return;
    default:
  }
}

/** Tells a run again from its beginning, in place of what this window saw of it. */
export function replayRun(id: string, events: readonly RunEvent[]): void {
  early.delete(id);
  dropRecord(id);
  for (const event of events) receiveRunEvent(id, event, true);
  // A run that is half done must not be seen to begin anew, not even for one frame.
  patchLiveNow();
}

/** Enters a run this window asked for; its events may have come before the answer did. */
export function enterRun(id: string, request: GenerationRequest): void {
  const ended = endedEarly.get(id);
  endedEarly.delete(id);
  if (!ended) {
    addLive(id, request, 'queued');
    patchLive(id, earlyPhase.get(id) ?? {});
    earlyPhase.delete(id);
    if (early.has(id)) enterFilm(id);
  } else if (ended.type === 'run.error') {
    useRuns.setState({ failure: { id, request, error: ended.error, step: ended.step } });
  }
}

function begin(id: string, event: Extract<RunEvent, { type: 'run.start' }>): void {
  addLive(id, event.request, 'running');
  if (!getFilm(id)) startFilm(id, event.request);
  patchLive(id, { steps: event.transferCounts.length });
  comeIntoView(id);
}

/** A run that writes before it paints, or only writes. */
function enterFilm(id: string): void {
  const request = useRuns.getState().live[id]?.request;
  if (getFilm(id) || !request) return;
  startFilm(id, request);
  if (request.task === 'text-to-image' || request.task === 'edit') comeIntoView(id);
}

/** The film of a run, with what it had written before its request was known. */
function startFilm(id: string, request: GenerationRequest): void {
  const film = new RunFilm(id, request);
  for (const event of early.get(id) ?? []) film.consume(event);
  early.delete(id);
  keepFilm(film);
}

/** A new run comes into view unless the user is looking at an earlier step of another one. */
function comeIntoView(id: string): void {
  const { runId, follow } = usePlayback.getState();
  if (runId === id || runId === null || !getRecord(runId) || follow) showRun(id);
}

function measure(id: string, step: number, steps: number): void {
  const times = [...(clocks.get(id) ?? []), performance.now()].slice(-window);
  clocks.set(id, times);
  const first = times[0];
  const last = times.at(-1);
  if (times.length < 3 || first === undefined || last === undefined) return;
  const each = (last - first) / (times.length - 1);
  patchLiveSoon(id, { left: each * (steps - step) });
  newestPace = each;
}

function fail(id: string, event: Extract<RunEvent, { type: 'run.error' }>): void {
  const request = useRuns.getState().live[id]?.request;
  if (request) useRuns.setState({ failure: { id, request, error: event.error, step: event.step } });
  finish(id, event);
}

function finish(id: string, event: RunEvent): void {
  clocks.delete(id);
  early.delete(id);
  earlyPhase.delete(id);
  if (newestPace !== null) keepPace(newestPace);
  endedEarly.set(id, event);
  for (const old of endedEarly.keys()) {
    if (endedEarly.size <= endedKept) break;
    endedEarly.delete(old);
  }
  dropLive(id);
  touchRecord(id);
}
