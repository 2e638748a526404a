import type { ModelJob } from '../../electron/contract/models.ts';
import { toStudioError } from '../errors.ts';
import { Rate } from './rate.ts';

/** What is known of work that has just begun. */
export const begun = {
  state: 'running',
  file: '',
  done: 0,
  total: null,
  bytesPerSecond: null,
  secondsLeft: null,
  retryAt: null,
  error: null,
} as const;

/** Long work on one model, as windows and terminals follow it. */
export class Job {
  readonly #changed: () => void;
  readonly #rate = new Rate();
  #abort = new AbortController();
  #view: ModelJob;

  constructor(
    kind: ModelJob['kind'],
    phase: ModelJob['phase'],
    changed: () => void,
    start: Partial<ModelJob> = {},
  ) {
    this.#changed = changed;
    this.#view = {
      kind,
      ...begun,
      phase,
      ...start,
    };
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get view(): ModelJob {
    return this.#view;
  }

  get isActive(): boolean {
    return this.#view.state === 'running' || this.#view.state === 'waiting';
  }

  /** A new part of the work; speeds start anew. */
  enter(phase: ModelJob['phase'], file = ''): void {
    this.#rate.restart();
    this.set({
      state: 'running',
      phase,
      file,
      done: 0,
      total: null,
      bytesPerSecond: null,
      secondsLeft: null,
    });
  }

  advance(file: string, done: number, total: number | null): void {
    this.#rate.note(done);
    const bytesPerSecond = this.#rate.bytesPerSecond;
    const secondsLeft = this.#rate.secondsLeft(done, total);
    this.set({ state: 'running', file, done, total, bytesPerSecond, secondsLeft, retryAt: null });
  }

  /** Nothing happens until a time; `why` is shown meanwhile. */
  wait(until: Date, why: unknown): void {
    this.#rate.restart();
    const error = toStudioError(why);
    this.set({
      state: 'waiting',
      retryAt: until.toISOString(),
      error,
      bytesPerSecond: null,
      secondsLeft: null,
    });
  }

  resume(): void {
    this.#abort = new AbortController();
    this.#rate.restart();
    this.set({ state: 'running', error: null, retryAt: null });
  }

  stop(): void {
    this.#abort.abort();
  }

  set(patch: Partial<ModelJob>): void {
    this.#view = { ...this.#view, ...patch };
    this.#changed();
  }
}
