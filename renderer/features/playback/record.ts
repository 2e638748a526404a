import {
  candidateCount,
  type ResultPlace,
  type RunEvent,
  type RunEventOf,
} from '../../../electron/contract/events.ts';
import type { TraceHead, TraceStep } from '../../../electron/contract/traces.ts';

/** Stands in `commitStep` for a code that no step has committed yet. */
export const notCommitted = 0xffff;

/** What one step said about every code [N]. */
export type StepData = Omit<TraceStep, 'step'>;

/** A code the model thought likely, and how likely. */
export interface Candidate {
  id: number;
  probability: number;
}

/** What is known of a run before its steps. */
export interface RunShape {
  request: TraceHead['request'];
  grid: { width: number; height: number };
  image: { width: number; height: number };
  /** Where the model's square lies on the result; absent = it is the result. */
  result?: ResultPlace | undefined;
  codebookSize: number;
  maskId: number;
  transferCounts: readonly number[];
}

/**
 * Everything the window knows about the steps of one round of a run, filled from live events or from a recorded trace;
 * views do not care which. Positions count finished steps: 0 is the canvas before the first one, `steps` the finished
 * picture, and position p shows what step p − 1 left behind.
 */
export class RunRecord {
  readonly id: string;
  /** From 1; runs without reflection have one. */
  readonly round: number;
  readonly shape: RunShape;
  readonly steps: number;
  /** How many codes N the grid has. */
  readonly codes: number;
  /** Codes that were there before the first step [N], `maskId` where none was. */
  readonly initial: Uint16Array;
  readonly commitStep: Uint16Array;
  /** Confidence each code had when it was committed; NaN where that is not known. */
  readonly commitConfidence: Float32Array;
  readonly meanConfidence: (number | undefined)[] = [];
  readonly meanEntropy: (number | undefined)[] = [];
  readonly stepMs: (number | undefined)[] = [];
  /** Highest entropy of an open code in any step known so far, nats. */
  maxEntropy = 0;
  /** Longest step of guidance in any step known so far; 0 where none was recorded. */
  maxGuidance = 0;
  /** Steps finished so far. */
  reached = 0;
  /** True once the run ended; a cancelled one stays short of `steps`. */
  ended = false;
  readonly #steps: (StepData | undefined)[] = [];
  #drafted: RunEventOf<'step.logits'> | null = null;

  constructor(id: string, shape: RunShape, round: number, initial?: Uint16Array) {
    this.id = id;
    this.round = round;
    this.shape = shape;
    this.steps = shape.transferCounts.length;
    this.codes = shape.grid.width * shape.grid.height;
    this.initial = initial ?? new Uint16Array(this.codes).fill(shape.maskId);
    this.commitStep = new Uint16Array(this.codes).fill(notCommitted);
    this.commitConfidence = new Float32Array(this.codes).fill(NaN);
  }

  static fromStart(id: string, event: RunEventOf<'run.start'>, round: number): RunRecord {
    return new RunRecord(id, event, round, event.initial);
  }

  static fromTrace(head: TraceHead): RunRecord {
    const record = new RunRecord(head.id, head, head.round, head.initial);
    record.commitStep.set(head.commitStep);
    record.meanConfidence.push(...head.meanConfidence);
    record.meanEntropy.push(...head.meanEntropy);
    record.stepMs.push(...head.stepMs);
    record.reached = record.steps;
    record.ended = true;
    return record;
  }

  /** The step whose outcome a position shows, or undefined while that is not loaded. */
  step(step: number): StepData | undefined {
    return this.#steps[step];
  }

  /** Whether a code was there before the first step. */
  isGiven(cell: number): boolean {
    return this.initial[cell] !== this.shape.maskId;
  }

  /** The likeliest codes of a cell at a step, most likely first; empty where they are not known. */
  candidates(step: number, cell: number): Candidate[] {
    const known = this.#steps[step]?.candidates;
    if (!known) return [];
    const from = cell * candidateCount;
    return Array.from({ length: candidateCount }, (_, k) => ({
      id: known.ids[from + k] ?? 0,
      probability: known.probabilities[from + k] ?? 0,
    })).filter(({ probability }) => probability > 0);
  }

  /** Takes the next event of a live run. */
  consume(event: RunEvent): void {
    switch (event.type) {
      case 'step.logits':
        this.#drafted = event;
        this.meanEntropy[event.step] = this.#openMean(event.entropy);
        this.#measureGuidance(event.guidanceDelta);
        return;
      case 'step.commit':
        this.#commit(event.step, event.positions, event.confidence);
        return;
      case 'step.state':
        this.stepMs[event.step] = event.milliseconds;
        this.reached = Math.max(this.reached, event.step + 1);
        if (this.#drafted?.step === event.step) {
          const { type: _type, step: _step, ...data } = this.#drafted;
          this.#steps[event.step] = { ids: event.ids, ...data };
        }
        return;
      case 'run.done':
      case 'run.error':
      case 'run.cancelled':
        this.ended = true;
        return;
      default:
    }
  }

  /** Adds one step read from a trace. */
  addStep({ step, ...data }: TraceStep): void {
    this.#steps[step] = data;
    this.#measureGuidance(data.guidanceDelta);
    for (let at = 0; at < this.codes; at++) {
      this.maxEntropy = Math.max(this.maxEntropy, data.entropy[at] as number);
      if (this.commitStep[at] === step) this.commitConfidence[at] = data.confidence[at] as number;
    }
  }

  #measureGuidance(delta: Float32Array | undefined): void {
    for (const value of delta ?? []) this.maxGuidance = Math.max(this.maxGuidance, value);
  }

  #commit(step: number, positions: Uint16Array, confidence: Float32Array): void {
    let sum = 0;
    for (let i = 0; i < positions.length; i++) {
      const at = positions[i] as number;
      const q = confidence[i] as number;
      this.commitStep[at] = step;
      this.commitConfidence[at] = q;
      sum += q;
    }
    if (positions.length > 0) this.meanConfidence[step] = sum / positions.length;
  }

  #openMean(entropy: Float32Array): number {
    let sum = 0;
    let open = 0;
    for (let at = 0; at < this.codes; at++) {
      if (this.commitStep[at] !== notCommitted || this.isGiven(at)) continue;
      sum += entropy[at] as number;
      open += 1;
      this.maxEntropy = Math.max(this.maxEntropy, entropy[at] as number);
    }
    return open > 0 ? sum / open : 0;
  }
}

/** The four states a code can be in at a position of the timeline. */
export const cellStates = ['masked', 'drafted', 'fresh', 'committed'] as const;

/**
 * State of every code at a position, as an index into `cellStates`. An open code counts as drafted once the model's
 * guess for it has held from one step to the next; before that it is masked. A finished picture is committed as a
 * whole, so that nothing lies over it.
 */
export function statesAt(record: RunRecord, position: number): Uint8Array {
  const states = new Uint8Array(record.codes);
  if (record.ended && position === record.steps) return states.fill(3);
  const step = position - 1;
  const now = record.step(step)?.drafted;
  const before = record.step(step - 1)?.drafted;
  for (let at = 0; at < record.codes; at++) {
    const committed = record.commitStep[at] as number;
    if (committed < step || record.isGiven(at)) states[at] = 3;
    else if (committed === step && position > 0) states[at] = 2;
    else if (now && before && now[at] === before[at]) states[at] = 1;
  }
  return states;
}
