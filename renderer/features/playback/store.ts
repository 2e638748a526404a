import { create } from 'zustand';
import { setSession, useSession } from '../../state/session.ts';
import type { RunFilm } from './film.ts';
import { getFilm } from './records.ts';

interface PlaybackStore {
  /** The run whose picture is on the canvas. */
  runId: string | null;
  /** A run without a picture, such as an answer, that has the timeline while the picture stays on the canvas. */
  textRun: string | null;
  /** Finished steps shown, of all scenes: 0 is before the first one. */
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
  textRun: null,
  position: 0,
  follow: true,
  playing: false,
  picked: null,
  hovered: null,
}));

/** The run the timeline shows. */
export function timelineRun({ runId, textRun }: Pick<PlaybackStore, 'runId' | 'textRun'>): string | null {
  return textRun ?? runId;
}

/** The film the timeline shows. */
export function shownFilm(): RunFilm | null {
  return getFilm(timelineRun(usePlayback.getState()));
}

/** Where a run that is still being read is to be shown. */
let wanted: { id: string; position: number } | null = null;

/** Shows a run: a finished one at its end, one under way at its newest step, or where the caller says. */
export function showRun(id: string | null, position = Number.MAX_SAFE_INTEGER): void {
  const film = getFilm(id);
  wanted = id !== null && !film ? { id, position } : null;
  usePlayback.setState({
    runId: id,
    textRun: null,
    position: film ? Math.min(position, film.reached) : 0,
    follow: true,
    playing: false,
    hovered: null,
  });
  setSession({ selectedRun: id });
}

/** Shows a run that has just been read where it was asked for. */
export function showAsWanted(id: string): void {
  showRun(id, wanted?.id === id ? wanted.position : undefined);
}

/** Gives the timeline to a run without a picture; null gives it back to the picture. */
export function showText(id: string | null): void {
  const film = getFilm(id ?? usePlayback.getState().runId);
  usePlayback.setState({ textRun: id, position: film?.reached ?? 0, follow: true, playing: false });
}

/** Moves the playhead. Leaving the newest step of a run under way stops following it. */
export function seek(position: number): void {
  const film = shownFilm();
  if (!film) return;
  const to = Math.max(0, Math.min(film.reached, Math.round(position)));
  usePlayback.setState({ position: to, follow: to === film.reached });
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
  const state = usePlayback.getState();
  const film = getFilm(id);
  if (film && timelineRun(state) === id && state.follow && !state.playing) {
    usePlayback.setState({ position: film.reached });
  }
}

/** Steps a second at speed 1: a short run is watched for about three seconds. */
function stepsPerSecond(steps: number): number {
  return Math.max(6, steps / 3);
}

/** How long a loop rests at the end before it starts again, milliseconds. */
const loopPause = 900;

let frame = 0;

/** Plays from the playhead, or from the start when it stands at the end; again and again when the loop is on. */
export function togglePlay(): void {
  const { playing, position } = usePlayback.getState();
  const film = shownFilm();
  if (playing || !film || film.reached === 0) {
    cancelAnimationFrame(frame);
    usePlayback.setState({ playing: false });
    return;
  }
  const from = position >= film.reached ? 0 : position;
  usePlayback.setState({ playing: true, position: from, follow: false });
  let exact = from;
  let last = performance.now();
  let rested = 0;
  const tick = (now: number): void => {
    const state = usePlayback.getState();
    if (!state.playing || timelineRun(state) !== film.id) return;
    const { speed, loop } = useSession.getState();
    const passed = now - last;
    last = now;
    if (Math.round(exact) !== state.position) exact = state.position;
    exact += (passed / 1000) * stepsPerSecond(film.steps) * speed;
    let at = Math.min(film.reached, Math.round(exact));
    const atEnd = at >= film.reached && film.ended;
    rested = atEnd ? rested + passed : 0;
    if (atEnd && loop && rested > loopPause) {
      at = 0;
      exact = 0;
    }
    if (at !== state.position) usePlayback.setState({ position: at });
    if (atEnd && !loop) usePlayback.setState({ playing: false, follow: true });
    else frame = requestAnimationFrame(tick);
  };
  frame = requestAnimationFrame(tick);
}
