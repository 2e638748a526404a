import type { RunEvent, RunEventOf } from '../../../electron/contract/events.ts';
import type { TraceHead, TraceStep } from '../../../electron/contract/traces.ts';

/** Stands in `commitStep` for a code that no step has committed yet. */
export const notCommitted = 0xffff;

/** What one step said about every code [N]. */
export interface StepData {
  /** Codes after the step, `maskId` where still open. */
  ids: Uint16Array;
  drafted: Uint16Array;
  confidence: Float32Array;
  entropy: Float32Array;
}

/** What is known of a run before its steps. */
export interface RunShape {
  request: TraceHead['request'];
  grid: { width: number; height: number };
  image: { width: number; height: number };
  codebookSize: number;
  maskId: number;
  transferCounts: readonly number[];
}

/**
 * Everything the window knows about the steps of one run, filled from live events or from a recorded trace; views do
 * not care which. Positions on the timeline count finished steps: 0 is the empty canvas, `steps` the finished picture,
 * and position p shows what step p − 1 left behind.
 */
export class RunRecord {
  readonly id: string;
  readonly shape: RunShape;
  readonly steps: number;
  /** How many codes N the grid has. */
  readonly codes: number;
  readonly commitStep: Uint16Array;
  /** Confidence each code had when it was committed; NaN where that is not known. */
  readonly commitConfidence: Float32Array;
  readonly meanConfidence: (number | undefined)[] = [];
  readonly meanEntropy: (number | undefined)[] = [];
  readonly stepMs: (number | undefined)[] = [];
  /** Highest entropy of an open code in any step known so far, nats. */
  maxEntropy = 0;
  /** Steps finished so far. */
  reached = 0;
  /** True once the run ended; a cancelled one stays short of `steps`. */
  ended = false;
  readonly #steps: (StepData | undefined)[] = [];
  #drafted: RunEventOf<'step.logits'> | null = null;

  constructor(id: string, shape: RunShape) {
    this.id = id;
    this.shape = shape;
    this.steps = shape.transferCounts.length;
    this.codes = shape.grid.width * shape.grid.height;
    this.commitStep = new Uint16Array(this.codes).fill(notCommitted);
    this.commitConfidence = new Float32Array(this.codes).fill(NaN);
  }

  static fromStart(id: string, event: RunEventOf<'run.start'>): RunRecord {
    return new RunRecord(id, event);
  }

  static fromTrace(head: TraceHead): RunRecord {
    const record = new RunRecord(head.id, head);
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

  /** Takes the next event of a live run. */
  consume(event: RunEvent): void {
    switch (event.type) {
      case 'step.logits':
        this.#drafted = event;
        this.meanEntropy[event.step] = this.#openMean(event.entropy);
        return;
      case 'step.commit':
        this.#commit(event.step, event.positions, event.confidence);
        return;
      case 'step.state':
        this.stepMs[event.step] = event.milliseconds;
        this.reached = Math.max(this.reached, event.step + 1);
        if (this.#drafted?.step === event.step) {
          const { drafted, confidence, entropy } = this.#drafted;
          this.#steps[event.step] = { ids: event.ids, drafted, confidence, entropy };
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
  addStep({ step, ids, drafted, confidence, entropy }: TraceStep): void {
    this.#steps[step] = { ids, drafted, confidence, entropy };
    for (let at = 0; at < this.codes; at++) {
      this.maxEntropy = Math.max(this.maxEntropy, entropy[at] as number);
      if (this.commitStep[at] === step) this.commitConfidence[at] = confidence[at] as number;
    }
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
      if (this.commitStep[at] !== notCommitted) continue;
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
    if (committed < step) states[at] = 3;
    else if (committed === step && position > 0) states[at] = 2;
    else if (now && before && now[at] === before[at]) states[at] = 1;
  }
  return states;
}
