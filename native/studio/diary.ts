import type { EngineStatus } from '../../electron/contract/engine.ts';
import type { RunEvent } from '../../electron/contract/events.ts';

/** What happened, when, for the report; newest last. */
export interface DiaryEntry {
  at: string;
  what: string;
  detail?: unknown;
}

const atMost = 200;

/** Remembers the last starts, ends and errors of engine and runs. Kept in memory only. */
export class Diary {
  #entries: DiaryEntry[] = [];
  #engine = '';

  get entries(): readonly DiaryEntry[] {
    return this.#entries;
  }

  engineChanged({ state, detail, error, restarts }: EngineStatus): void {
    const engine = `${state} ${error?.code ?? ''} ${String(restarts)}`;
    if (engine === this.#engine) return;
    this.#engine = engine;
    this.#add(`engine ${state}`, error ?? (detail || undefined));
  }

  runEvent(id: string, event: RunEvent): void {
    if (event.type === 'run.start')
      this.#add(`run ${id} started`, { request: event.request, backend: event.backend });
    if (event.type === 'run.done')
      this.#add(`run ${id} done`, { phaseMs: event.result.phaseMs, warnings: event.result.warnings });
    if (event.type === 'run.error') this.#add(`run ${id} failed`, { error: event.error, step: event.step });
    if (event.type === 'run.cancelled') this.#add(`run ${id} cancelled`, { step: event.step });
  }

  #add(what: string, detail?: unknown): void {
    const entry = { at: new Date().toISOString(), what, ...(detail === undefined ? {} : { detail }) };
    this.#entries = [...this.#entries, entry].slice(-atMost);
  }
}
