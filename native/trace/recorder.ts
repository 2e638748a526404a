import type { RunEvent, RunEventOf } from '../../electron/contract/events.ts';
import { RoundRecorder, type RecordedRound } from './round-recorder.ts';

/** A whole recorded run in memory: its last round, whose picture is the result, and the rounds before it. */
export interface RecordedRun extends RecordedRound {
  start: RunEventOf<'run.start'>;
  /** Rounds of reflection before the last one, without candidates. */
  earlier: RecordedRound[];
}

/** Collects a run's events into what can be replayed. */
export class TraceRecorder {
  #start: RunEventOf<'run.start'> | null = null;
  /** The round that `round.start` announced; a run without reflection has the first alone. */
  #announced: { round: number; seed: number } | null = null;
  #current: RoundRecorder | null = null;
  readonly #earlier: RecordedRound[] = [];

  /** Takes one event; those that say nothing about the tokens are ignored. */
  consume(event: RunEvent): void {
    switch (event.type) {
      case 'run.start':
        this.#start = event;
        this.#begin();
        break;
      case 'round.start': {
        this.#announced = { round: event.round, seed: event.seed };
        if (!this.#current) break;
        // Candidates make most of a trace, and it is the result that is looked into.
        this.#earlier.push({ ...this.#current.recorded(), candidates: null });
        this.#begin();
        break;
      }
      case 'critique.verdict':
        if (this.#current) this.#current.verdict = { reply: event.reply, accepted: event.accepted };
        break;
      default:
        this.#current?.consume(event);
    }
  }

  #begin(): void {
    if (!this.#start) return;
    const { grid, maskId, initial, request } = this.#start;
    const { round, seed } = this.#announced ?? { round: 1, seed: request.seed };
    const codes = initial ?? new Uint16Array(grid.width * grid.height).fill(maskId);
    this.#current = new RoundRecorder(round, seed, codes, maskId);
  }

  /** What was recorded so far, or null before the run started. */
  recorded(): RecordedRun | null {
    if (!this.#start || !this.#current) return null;
    return { ...this.#current.recorded(), start: this.#start, earlier: [...this.#earlier] };
  }
}
