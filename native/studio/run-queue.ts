import type { RunEvent } from '../../electron/contract/events.ts';
import {
  isPictureRequest,
  withoutPictures,
  type GenerationRequest,
} from '../../electron/contract/request.ts';
import type { ActiveRun, LeftRun, QueueState } from '../../electron/contract/runs.ts';
import { LavidaError, toStudioError } from '../errors.ts';
import { isLast } from '../host.ts';
import type { QueueStore } from '../library/queue-store.ts';
import { newRunId } from '../library/run-ids.ts';
import type { SourceStore } from '../library/source-store.ts';
import type { EngineSupervisor } from '../supervisor/supervisor.ts';
import type { AnswerSaver } from './answer-saver.ts';
import { logEvent } from './event-log.ts';
import type { MemoryGuard } from './memory-guard.ts';
import type { RunSaver } from './run-saver.ts';
import type { TextTraceSaver } from './text-trace-saver.ts';

interface Entry {
  id: string;
  request: GenerationRequest;
  state: 'queued' | 'running';
  events: RunEvent[];
  controller: AbortController;
}

/** What the queue tells the windows. */
export interface QueueListener {
  event(id: string, event: RunEvent): void;
  queue(state: QueueState): void;
  /** Whether pictures of the steps are wanted. */
  previews(): boolean;
}

/** Runs that failed or were interrupted are remembered up to this many. */
const maxLeft = 100;

function newEntry(id: string, request: GenerationRequest): Entry {
  return { id, request, state: 'queued', events: [], controller: new AbortController() };
}

/** Where a run's pictures come from, and where its results go. */
export interface RunSavers {
  sources: SourceStore;
  pictures: RunSaver;
  answers: AnswerSaver;
  /** Of runs that make no picture. */
  traces: TextTraceSaver;
  /** Says of a run that died of memory what would need less. */
  guard: MemoryGuard;
}

/**
 * Runs one request after another. A request that fails takes only itself down and can be asked for again. While the
 * engine is dead the queue stands still; asking for another run or for a restart moves it again. Every change goes to
 * the disk, so that what waits is still there after the program ended, however it ended; what was being run then is
 * offered again instead of being run again unasked, as it may be what brought the program down.
 */
export class RunQueue {
  readonly #supervisor: EngineSupervisor;
  readonly #savers: RunSavers;
  readonly #store: QueueStore;
  readonly #listener: QueueListener;
  #entries: Entry[] = [];
  /** Newest first. */
  #left: LeftRun[] = [];
  #paused = false;
  #running: Promise<void> | null = null;
  #opened = false;
  #unreadable = false;
  #ready: () => void = () => undefined;
  readonly #isReady = new Promise<void>((resolve) => {
    this.#ready = resolve;
  });
  #closing = false;

  constructor(
    supervisor: EngineSupervisor,
    savers: RunSavers,
    { store, listener }: { store: QueueStore; listener: QueueListener },
  ) {
    this.#supervisor = supervisor;
    this.#savers = savers;
    this.#store = store;
    this.#listener = listener;
    supervisor.on('changed', ({ state }) => {
      if (state === 'ready') this.#pump();
    });
  }

  /** Takes up the queue the last start left. @param isDone whether a run's picture is already there */
  async open(isDone: (id: string) => Promise<boolean>): Promise<void> {
    let hasKept = false;
    try {
      hasKept = await this.#takeUp(isDone);
    } catch (error) {
      // What cannot be read now is no reason to run nothing, but nothing is written over it.
      this.#unreadable = true;
      throw error;
    } finally {
      this.#opened = true;
      if (hasKept || this.#entries.length > 0) this.#changed();
      this.#ready();
      this.#pump();
    }
  }

  /** Whether there was anything. @throws an error of the file system */
  async #takeUp(isDone: (id: string) => Promise<boolean>): Promise<boolean> {
    const kept = await this.#store.load();
    if (!kept) return false;
    const waiting = kept.entries.filter(({ state }) => state === 'queued');
    this.#entries = [...waiting.map(({ id, request }) => newEntry(id, request)), ...this.#entries];
    this.#paused ||= kept.paused;
    this.#left.push(...kept.left);
    for (const { id, request, state } of kept.entries) {
      if (state === 'running' && !(await isDone(id)))
        this.#left.unshift({ id, request, reason: 'interrupted', error: null });
    }
    return true;
  }

  /** Puts a request at the end, or first among those that wait, and returns its run id. A dead engine is started again. */
  add(request: GenerationRequest, front = false): string {
    const id = newRunId();
    const entry = newEntry(id, request);
    this.#entries.splice(front ? this.#firstWaiting() : this.#entries.length, 0, entry);
    this.#changed();
    if (this.#entries.length > 1 || this.#paused)
      this.#tell(entry, { type: 'phase', phase: 'queue', detail: '' });
    if (this.#supervisor.status.state === 'dead') this.#supervisor.restart();
    this.#pump();
    return id;
  }

  /** Takes a queued run out, or asks a running one to stop. False when there is no such run. */
  cancel(id: string): boolean {
    const entry = this.#entries.find((candidate) => candidate.id === id);
    if (!entry) return false;
    entry.controller.abort();
    if (entry.state === 'queued') this.#tell(entry, { type: 'run.cancelled', step: null });
    return true;
  }

  /** Takes out everything that waits and, if wanted, stops the run under way; returns how many that were. */
  clear(running: boolean): number {
    // The waiting ones go first, so that none of them starts in between.
    const leaving = this.#entries.filter(({ state }) => running || state === 'queued').reverse();
    return leaving.filter(({ id }) => this.cancel(id)).length;
  }

  /** Moves a waiting run to a place among those that wait. False when it does not wait. */
  move(id: string, to: number): boolean {
    const at = this.#entries.findIndex((entry) => entry.id === id && entry.state === 'queued');
    const [entry] = at < 0 ? [] : this.#entries.splice(at, 1);
    if (!entry) return false;
    this.#entries.splice(this.#firstWaiting() + to, 0, entry);
    this.#changed();
    return true;
  }

  /** While paused nothing new starts; what runs goes on. */
  pause(paused: boolean): void {
    this.#paused = paused;
    this.#changed();
    this.#pump();
  }

  /** Asks again for runs that failed or were interrupted; they come before all that wait. Returns their new ids. */
  retry(ids: readonly string[]): string[] {
    const again = this.#left.filter(({ id }) => ids.includes(id));
    this.#left = this.#left.filter((run) => !again.includes(run));
    // Newest first, each put in front: the oldest of them ends up first.
    return again.map(({ request }) => this.add(request, true)).reverse();
  }

  /** Forgets runs that failed or were interrupted. */
  dismiss(ids: readonly string[]): void {
    this.#left = this.#left.filter(({ id }) => !ids.includes(id));
    this.#changed();
  }

  active(): ActiveRun[] {
    return this.#entries.map(({ id, request, state, events }) => ({
      id,
      request: withoutPictures(request),
      state,
      events: [...events],
    }));
  }

  state(): QueueState {
    return {
      ids: this.#entries.map(({ id }) => id),
      paused: this.#paused,
      left: this.#left.map((run) => ({ ...run, request: withoutPictures(run.request) })),
    };
  }

  /** Resolves when the queue as it is now is on the disk, or could not be put there. */
  async kept(): Promise<void> {
    // What was asked for before the last start's queue was read is written with it.
    await this.#isReady;
    await this.#store.idle();
  }

  /** Stops the running request, waits for a save under way, and starts nothing more. What waits is kept. */
  async close(): Promise<void> {
    this.#closing = true;
    for (const { controller } of this.#entries) controller.abort();
    await this.#running;
    await this.#store.idle();
  }

  #firstWaiting(): number {
    return this.#entries[0]?.state === 'running' ? 1 : 0;
  }

  #pump(): void {
    const entry = this.#entries[0];
    if (!this.#opened || this.#closing || this.#paused || this.#running || !entry) return;
    entry.state = 'running';
    this.#keep();
    this.#running = this.#perform(entry).then((engineIsDead) => {
      this.#running = null;
      if (!engineIsDead) this.#pump();
    });
  }

  /** Sends a run's events on, with the save before its end. Returns whether the engine is gone for good. */
  async #perform(entry: Entry): Promise<boolean> {
    try {
      if (this.#supervisor.status.state === 'starting') {
        this.#tell(entry, { type: 'phase', phase: 'load', detail: this.#supervisor.status.detail });
      }
      for await (const event of this.#events(entry)) this.#tell(entry, event);
      if (this.#entries.includes(entry))
        throw new LavidaError('internal', 'The run stopped without a result.');
    } catch (error) {
      this.#tell(entry, { type: 'run.error', error: toStudioError(error), step: null });
    }
    return this.#supervisor.status.state === 'dead';
  }

  /** The events of a run as the windows are to see them, its result saved on the way. */
  async *#events({ id, request, controller }: Entry): AsyncGenerator<RunEvent> {
    const { sources, pictures, answers, traces, guard } = this.#savers;
    if (pictures.unsaved(request)) {
      yield* pictures.resume(id, request);
      return;
    }
    const whole = await sources.complete(request);
    const said = this.#supervisor.run(whole, {
      signal: controller.signal,
      previews: this.#listener.previews(),
    });
    const events = guard.explain(request, said);
    if (isPictureRequest(request)) yield* pictures.follow(id, events);
    else if (request.task === 'plan') yield* events;
    else yield* answers.follow(id, request, traces.follow(id, request, events));
  }

  /** A run leaves the queue with its last event. */
  #tell(entry: Entry, event: RunEvent): void {
    const at = this.#entries.indexOf(entry);
    if (at < 0) return;
    const ends = isLast(event);
    if (ends) this.#entries.splice(at, 1);
    else logEvent(entry.events, event);
    if (event.type === 'run.error') {
      const { id, request } = entry;
      this.#left = [{ id, request, reason: 'failed' as const, error: event.error }, ...this.#left];
      this.#left.length = Math.min(this.#left.length, maxLeft);
    }
    this.#listener.event(entry.id, event);
    if (ends) this.#changed();
  }

  #changed(): void {
    this.#listener.queue(this.state());
    this.#keep();
  }

  /** A run stopped because the program ends is not done: the file keeps it as one that was running. */
  #keep(): void {
    if (this.#closing || !this.#opened || this.#unreadable) return;
    const entries = this.#entries.map(({ id, request, state }) => ({ id, request, state }));
    const queue = { paused: this.#paused, entries, left: [...this.#left] };
    this.#store.save(queue).catch((error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
    });
  }
}
