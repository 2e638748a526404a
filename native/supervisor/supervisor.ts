import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { EngineStatus, ModelInfo } from '../../electron/contract/engine.ts';
import type { StudioError } from '../../electron/contract/errors.ts';
import type { RgbImage, RunEvent } from '../../electron/contract/events.ts';
import type { GenerationRequest } from '../../electron/contract/request.ts';
import { BackendTrials, chooseBackend } from '../backends/choose.ts';
import type { EngineOptions, PromptCount } from '../engine-api.ts';
import { LavidaError, toStudioError } from '../errors.ts';
import type { HostMessage } from '../host-protocol.ts';
import { EngineConnection } from './connection.ts';
import { memoryKills } from '../hardware/memory.ts';
import { errorOfDeath } from './exit-words.ts';
import type { EngineExit, EngineLauncher } from './launcher.ts';

/** Time limits, all in milliseconds. */
export interface SupervisorLimits {
  /** From starting the process to its first word. */
  hello: number;
  /** Between two words of progress while the model opens. */
  openingStep: number;
  /** From asking for a cancel to killing the process. */
  cancel: number;
  /** From asking the process to close to killing it. */
  close: number;
  /** Pauses before the first, second … restart within `restartWindow`; after the last one it stays dead. */
  restartPauses: readonly number[];
  restartWindow: number;
}

export const defaultLimits: SupervisorLimits = {
  hello: 30_000,
  openingStep: 180_000,
  cancel: 10_000,
  close: 3000,
  restartPauses: [100, 1000, 4000],
  restartWindow: 60_000,
};

/**
 * Keeps one engine process alive: starts it, says how it is, restarts it when it dies and tells every run and call in
 * flight why. A model that cannot be opened is not retried, because it would fail again.
 */
export class EngineSupervisor extends EventEmitter<{ changed: [EngineStatus] }> {
  readonly #launch: EngineLauncher;
  #options: EngineOptions;
  /** What the living process was opened with. */
  #opened: EngineOptions | null = null;
  readonly #limits: SupervisorLimits;
  #connection: EngineConnection | null = null;
  #status: EngineStatus;
  #deaths: number[] = [];
  #deadline: NodeJS.Timeout | null = null;
  /** Set when this side ends the process on purpose: why, and whether a new one follows. */
  #intent: { error: StudioError; restart: boolean; counts: boolean } | null = null;
  #closing = false;
  /** Processes the system had ended for lack of memory when the engine was started. */
  #killsBefore: number | null = null;

  /** The backends' trials, which only this process may start where the engine's cannot start processes. */
  readonly trials: BackendTrials;

  constructor(
    launch: EngineLauncher,
    options: EngineOptions,
    limits: SupervisorLimits = defaultLimits,
    trials: BackendTrials = new BackendTrials(),
  ) {
    super();
    this.trials = trials;
    // Every call that waits for the engine listens.
    this.setMaxListeners(0);
    this.#launch = launch;
    this.#options = options;
    this.#limits = limits;
    this.#status = {
      state: 'dead',
      detail: 'not started',
      pid: null,
      residentBytes: null,
      backend: options.backend,
      threads: options.threads,
      model: null,
      error: null,
      restarts: 0,
      outdated: false,
    };
  }

  get modelDirectory(): string {
    return this.#options.modelDirectory;
  }

  get status(): EngineStatus {
    return this.#status;
  }

  /** Other options, from the next start of the process on. */
  configure(options: EngineOptions): void {
    this.#options = options;
    const outdated = this.#opened !== null && !isDeepStrictEqual(this.#opened, options);
    if (outdated !== this.#status.outdated) this.#change({ outdated });
  }

  /** Starts the process unless one is living. */
  start(): void {
    if (this.#closing || this.#connection) return;
    this.#intent = null;
    this.#killsBefore = memoryKills();
    this.#change({ state: 'starting', detail: 'starting the engine process', model: null });
    const connection = new EngineConnection(this.#launch(), {
      message: (message) => {
        if (connection === this.#connection) this.#receive(connection, message);
      },
      runsChanged: () => {
        if (connection === this.#connection) this.#showLoad(connection);
      },
      exit: (exit) => {
        if (connection === this.#connection) this.#ended(connection, exit);
      },
    });
    this.#connection = connection;
    this.#expectWithin(this.#limits.hello, 'The engine process did not start in time.');
  }

  /** Ends the process, if any, and starts a fresh one with a clean record. @param why told to whoever waits for it */
  restart(why = 'The engine was restarted.'): void {
    this.#deaths = [];
    if (!this.#connection) {
      this.start();
      return;
    }
    this.#intent = { error: died(why, ''), restart: true, counts: false };
    this.#connection.kill();
  }

  /** Resolves when a model is open. @throws LavidaError when the engine is or becomes dead */
  async ready(): Promise<ModelInfo> {
    for (;;) {
      const { state, model, error } = this.#status;
      if (model && (state === 'ready' || state === 'busy')) return model;
      if (state === 'dead') {
        const reason = error ?? died('The engine is not running.', '');
        throw new LavidaError(reason.code, reason.message, reason.cause);
      }
      await new Promise<void>((resolve) => {
        this.once('changed', () => {
          resolve();
        });
      });
    }
  }

  async countTokens(prompt: string): Promise<PromptCount> {
    return (await this.#ready()).count(prompt);
  }

  async decode(ids: Uint16Array, grid: { width: number; height: number }): Promise<RgbImage> {
    return (await this.#ready()).decode(ids, grid);
  }

  /** Runs a request. Ends with run.done, run.error or run.cancelled even when the engine dies; never throws. */
  async *run(
    request: GenerationRequest,
    { signal, previews }: { signal: AbortSignal; previews: boolean },
  ): AsyncGenerator<RunEvent> {
    let connection: EngineConnection;
    try {
      connection = await orAbort(this.#ready(), signal);
    } catch (error) {
      yield signal.aborted
        ? { type: 'run.cancelled', step: null }
        : { type: 'run.error', error: toStudioError(error), step: null };
      return;
    }
    const run = connection.run(request, previews);
    let patience: NodeJS.Timeout | undefined;
    const cancel = (): void => {
      run.cancel();
      patience = setTimeout(() => {
        this.#intent = {
          error: died('The engine was stopped to cancel a run.', ''),
          restart: true,
          counts: false,
        };
        connection.kill();
      }, this.#limits.cancel);
    };
    signal.addEventListener('abort', cancel, { once: true });
    try {
      yield* run.events;
    } finally {
      clearTimeout(patience);
      signal.removeEventListener('abort', cancel);
    }
  }

  /** Ends the engine process; afterwards nothing can be started. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#clearDeadline();
    const connection = this.#connection;
    if (!connection) return;
    this.#intent = { error: died('The studio is closing.', ''), restart: false, counts: false };
    const killer = setTimeout(() => {
      connection.kill();
    }, this.#limits.close);
    connection.send({ type: 'close' });
    while (this.#connection) await new Promise((resolve) => this.once('changed', resolve));
    clearTimeout(killer);
  }

  async #ready(): Promise<EngineConnection> {
    await this.ready();
    if (!this.#connection) throw new LavidaError('engine.died', 'The engine is not running.');
    return this.#connection;
  }

  #receive(connection: EngineConnection, message: Exclude<HostMessage, { call: number }>): void {
    switch (message.type) {
      case 'hello':
        this.#clearDeadline();
        this.#opened = this.#options;
        this.#change({
          pid: message.pid,
          residentBytes: message.residentBytes,
          outdated: false,
          threads: this.#options.threads,
        });
        void this.#open(connection, this.#options);
        return;
      case 'progress':
        this.#change({ detail: message.detail });
        this.#expectWithin(this.#limits.openingStep, `The engine stopped answering while ${message.detail}.`);
        return;
      case 'opened':
        this.#clearDeadline();
        this.#change({
          state: 'ready',
          detail: '',
          model: message.model,
          backend: message.model.backend,
          error: null,
        });
        return;
      case 'open-failed':
        this.#intent = { error: message.error, restart: false, counts: false };
        connection.kill();
        return;
      case 'heartbeat':
        this.#change({ residentBytes: message.residentBytes });
        return;
      case 'closed':
    }
  }

  /** Tells the engine what to open, once the backend is chosen; each trial has its own time limit. */
  async #open(connection: EngineConnection, options: EngineOptions): Promise<void> {
    let choice: EngineOptions['choice'];
    if (options.backend !== 'cpu') {
      this.#change({ detail: 'trying the backends of this machine' });
      const { backend, reason } = await chooseBackend(options.backend, (name) => this.trials.get(name)).catch(
        // An unknown name is the engine's to refuse.
        () => ({ backend: null, reason: '' }),
      );
      if (backend !== null) choice = { backend, reason };
    }
    if (connection !== this.#connection) return;
    this.#change({ detail: 'opening the model' });
    this.#expectWithin(this.#limits.openingStep, 'The model did not open in time.');
    connection.send({ type: 'open', options: { ...options, ...(choice ? { choice } : {}) } });
  }

  #showLoad(connection: EngineConnection): void {
    if (!this.#status.model) return;
    this.#change({ state: connection.runs > 0 ? 'busy' : 'ready' });
  }

  #ended(connection: EngineConnection, exit: EngineExit): void {
    this.#clearDeadline();
    const wasOpen = this.#status.model !== null;
    const intent = this.#intent ?? {
      error: errorOfDeath({
        exit,
        wasOpen,
        lastWords: connection.lastWords,
        residentBytes: this.#status.residentBytes,
        systemKilled: this.#killsBefore !== null && (memoryKills() ?? 0) > this.#killsBefore,
      }),
      restart: true,
      counts: true,
    };
    this.#intent = null;
    this.#connection = null;
    if (intent.counts) {
      this.#deaths = [...this.#deaths, Date.now()].filter(
        (at) => at > Date.now() - this.#limits.restartWindow,
      );
    }
    const pause = intent.counts ? this.#limits.restartPauses[this.#deaths.length - 1] : 0;
    const again = intent.restart && !this.#closing && pause !== undefined;
    this.#change({
      state: again ? 'starting' : 'dead',
      detail: again ? 'restarting the engine' : '',
      pid: null,
      residentBytes: null,
      model: null,
      error: intent.error,
      restarts: this.#status.restarts + (again ? 1 : 0),
    });
    connection.abandon(intent.error);
    if (again) void this.#startAfter(pause);
  }

  async #startAfter(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { ref: false });
    this.start();
  }

  #expectWithin(milliseconds: number, sentence: string): void {
    this.#clearDeadline();
    this.#deadline = setTimeout(() => {
      const error = toStudioError(new LavidaError('engine.start', sentence, this.#status.detail));
      this.#intent = { error, restart: false, counts: false };
      this.#connection?.kill();
    }, milliseconds);
  }

  #clearDeadline(): void {
    if (this.#deadline) clearTimeout(this.#deadline);
    this.#deadline = null;
  }

  #change(change: Partial<EngineStatus>): void {
    this.#status = { ...this.#status, ...change };
    this.emit('changed', this.#status);
  }
}

function died(sentence: string, cause: string): StudioError {
  return toStudioError(new LavidaError('engine.died', sentence, cause));
}

/** The promise, or a rejection as soon as the signal is aborted. */
function orAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      reject(new Error('aborted'));
    };
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', abort);
    });
  });
}
