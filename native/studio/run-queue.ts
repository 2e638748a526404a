import type { RunEvent } from '../../electron/contract/events.ts';
import {
  isPictureRequest,
  withoutPictures,
  type GenerationRequest,
} from '../../electron/contract/request.ts';
import type { ActiveRun } from '../../electron/contract/runs.ts';
import { LavidaError, toStudioError } from '../errors.ts';
import { isLast } from '../host.ts';
import { newRunId } from '../library/run-ids.ts';
import type { EngineSupervisor } from '../supervisor/supervisor.ts';
import type { SourceStore } from '../library/source-store.ts';
import type { AnswerSaver } from './answer-saver.ts';
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
  queue(ids: string[]): void;
  /** Whether pictures of the steps are wanted. */
  previews(): boolean;
}

/** Where a run's pictures come from, and where its results go. */
export interface RunSavers {
  sources: SourceStore;
  pictures: RunSaver;
  answers: AnswerSaver;
  /** Of runs that make no picture. */
  traces: TextTraceSaver;
}

/**
 * Runs one request after another. A request that fails takes only itself down. While the engine is dead the queue
 * stands still; asking for another run or for a restart moves it again.
 */
export class RunQueue {
  readonly #supervisor: EngineSupervisor;
  readonly #savers: RunSavers;
  readonly #listener: QueueListener;
  readonly #entries: Entry[] = [];
  #running: Promise<void> | null = null;
  #closing = false;

  constructor(supervisor: EngineSupervisor, savers: RunSavers, listener: QueueListener) {
    this.#supervisor = supervisor;
    this.#savers = savers;
    this.#listener = listener;
    supervisor.on('changed', ({ state }) => {
      if (state === 'ready') this.#pump();
    });
  }

  /** Puts a request at the end and returns its run id. A dead engine is started again for it. */
  add(request: GenerationRequest): string {
    const id = newRunId();
    const entry: Entry = { id, request, state: 'queued', events: [], controller: new AbortController() };
    this.#entries.push(entry);
    this.#tellQueue();
    if (this.#entries.length > 1) this.#tell(entry, { type: 'phase', phase: 'queue', detail: '' });
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

  active(): ActiveRun[] {
    return this.#entries.map(({ id, request, state, events }) => ({
      id,
      request: withoutPictures(request),
      state,
      events: [...events],
    }));
  }

  /** Stops the running request, waits for a save under way, and starts nothing more. */
  async close(): Promise<void> {
    this.#closing = true;
    for (const { controller } of this.#entries) controller.abort();
    await this.#running;
  }

  #pump(): void {
    const entry = this.#entries[0];
    if (this.#closing || this.#running || !entry) return;
    entry.state = 'running';
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
    const { sources, pictures, answers, traces } = this.#savers;
    if (pictures.unsaved(request)) {
      yield* pictures.resume(id, request);
      return;
    }
    const whole = await sources.complete(request);
    const events = this.#supervisor.run(whole, {
      signal: controller.signal,
      previews: this.#listener.previews(),
    });
    if (isPictureRequest(request)) yield* pictures.follow(id, events);
    else yield* answers.follow(id, request, traces.follow(id, request, events));
  }

  /** A run leaves the queue with its last event. */
  #tell(entry: Entry, event: RunEvent): void {
    const at = this.#entries.indexOf(entry);
    if (at < 0) return;
    const ends = isLast(event);
    if (ends) this.#entries.splice(at, 1);
    else logEvent(entry.events, event);
    this.#listener.event(entry.id, event);
    if (ends) this.#tellQueue();
  }

  #tellQueue(): void {
    this.#listener.queue(this.#entries.map(({ id }) => id));
  }
}

/** Keeps what a reloaded window needs: everything but pictures, of which only the latest preview stays. */
function logEvent(log: RunEvent[], event: RunEvent): void {
  if (event.type === 'run.image') return;
  if (event.type === 'step.preview') {
    const at = log.findLastIndex((earlier) => earlier.type === 'step.preview');
    if (at >= 0) log.splice(at, 1);
  }
  log.push(event);
}
