import type { RunEvent, RunEventOf } from '../../electron/contract/events.ts';

/** Commit step of a code that was there before the first step (a locked region, a branch from another run). */
export const givenStep = 0xffff;

/** A whole recorded run in memory; arrays of S×N are row-major by step. */
export interface RecordedRun {
  start: RunEventOf<'run.start'>;
  /** Steps that finished. */
  steps: number;
  /** Codes before the first step [N]. */
  initial: Uint16Array;
  /** Codes after the last step [N]; the mask id where a cancelled run left masks. */
  final: Uint16Array;
  /** Step that committed each code [N]; `givenStep` for codes given from the start and for codes never committed. */
  commitStep: Uint16Array;
  /** x̂ [S, N]. */
  drafted: Uint16Array;
  /** q [S, N]. */
  confidence: Float32Array;
  /** nats [S, N]. */
  entropy: Float32Array;
  stepMs: number[];
  meanConfidence: number[];
  meanEntropy: number[];
}

/** Collects a run's events into what can be replayed: N × (2 + 4 + 4) bytes a step, 40 KB at 4096 codes. */
export class TraceRecorder {
  #start: RunEventOf<'run.start'> | null = null;
  #codes = 0;
  #initial = new Uint16Array();
  #state = new Uint16Array();
  #commitStep = new Uint16Array();
  readonly #drafted: Uint16Array[] = [];
  readonly #confidence: Float32Array[] = [];
  readonly #entropy: Float32Array[] = [];
  readonly #stepMs: number[] = [];
  readonly #meanConfidence: number[] = [];
  readonly #meanEntropy: number[] = [];

  /** Takes one event; those that say nothing about the tokens are ignored. */
  consume(event: RunEvent): void {
    switch (event.type) {
      case 'run.start': {
        this.#start = event;
        this.#codes = event.grid.width * event.grid.height;
        this.#initial = event.initial?.slice() ?? new Uint16Array(this.#codes).fill(event.maskId);
        this.#restart();
        break;
      }
      // The result of a run with reflection is its last round's picture, so that is what is kept.
      case 'round.start':
        if (this.#start) this.#restart();
        break;
      case 'step.logits':
        this.#drafted.push(event.drafted.slice());
        this.#confidence.push(event.confidence.slice());
        this.#entropy.push(event.entropy.slice());
        this.#meanEntropy.push(this.#meanOverMasked(event.entropy));
        break;
      case 'step.commit': {
        let sum = 0;
        for (let i = 0; i < event.positions.length; i++) {
          this.#commitStep[event.positions[i] as number] = event.step;
          sum += event.confidence[i] as number;
        }
        this.#meanConfidence.push(event.positions.length > 0 ? sum / event.positions.length : 0);
        break;
      }
      case 'step.state':
        this.#state = event.ids.slice();
        this.#stepMs.push(event.milliseconds);
        break;
      default:
    }
  }

  #restart(): void {
    this.#state = this.#initial.slice();
    this.#commitStep = new Uint16Array(this.#codes).fill(givenStep);
    const lists = [this.#drafted, this.#confidence, this.#entropy, this.#stepMs];
    for (const list of [...lists, this.#meanConfidence, this.#meanEntropy]) list.length = 0;
  }

  /** What was recorded so far, or null before the run started. Only whole steps count. */
  recorded(): RecordedRun | null {
    if (!this.#start) return null;
    const steps = this.#stepMs.length;
    const codes = this.#codes;
    const run: RecordedRun = {
      start: this.#start,
      steps,
      initial: this.#initialCodes(),
      final: this.#state,
      commitStep: this.#commitStep,
      drafted: new Uint16Array(steps * codes),
      confidence: new Float32Array(steps * codes),
      entropy: new Float32Array(steps * codes),
      stepMs: this.#stepMs.slice(),
      meanConfidence: this.#meanConfidence.slice(0, steps),
      meanEntropy: this.#meanEntropy.slice(0, steps),
    };
    for (let step = 0; step < steps; step++) {
      run.drafted.set(this.#drafted[step] as Uint16Array, step * codes);
      run.confidence.set(this.#confidence[step] as Float32Array, step * codes);
      run.entropy.set(this.#entropy[step] as Float32Array, step * codes);
    }
    return run;
  }

  /** Codes no step committed but that are there at the end were given. */
  #initialCodes(): Uint16Array {
    const initial = this.#initial.slice();
    for (let p = 0; p < this.#codes; p++) {
      if (this.#commitStep[p] === givenStep) initial[p] = this.#state[p] as number;
    }
    return initial;
  }

  #meanOverMasked(entropy: Float32Array): number {
    let sum = 0;
    let count = 0;
    for (let p = 0; p < this.#codes; p++) {
      if (this.#state[p] !== this.#start?.maskId) continue;
      sum += entropy[p] as number;
      count += 1;
    }
    return count > 0 ? sum / count : 0;
  }
}
