import { notCommitted, type RunRecord } from '../playback/record.ts';

/** Two runs at the same share of their steps. */
export interface Comparison {
  /** Tokens both have committed, and how many of those are the same. */
  both: number;
  same: number;
  /** Of each token [N]: 0 open in both, 1 in one of them, 2 the same, 3 different. */
  states: Uint8Array;
  /** How much later B commits each token than A, as a share of the run −1…1 [N]; NaN where either never does. */
  later: Float32Array;
}

/** The position of a run at a share of its steps. */
export function positionAt(record: RunRecord, share: number): number {
  return Math.round(Math.min(1, Math.max(0, share)) * record.steps);
}

/** The code a run has at a place once `position` steps are done; null while it is open or not loaded. */
function codeAt(record: RunRecord, cell: number, position: number): number | null {
  if (record.isGiven(cell)) return record.initial[cell] ?? null;
  const step = record.commitStep[cell] ?? notCommitted;
  if (step >= position) return null;
  return record.step(position - 1)?.ids[cell] ?? null;
}

/** Compares two runs of the same grid in lockstep. */
export function compareAt(a: RunRecord, b: RunRecord, share: number): Comparison {
  const [atA, atB] = [positionAt(a, share), positionAt(b, share)];
  const states = new Uint8Array(a.codes);
  const later = new Float32Array(a.codes);
  let both = 0;
  let same = 0;
  for (let cell = 0; cell < a.codes; cell++) {
    const [one, other] = [codeAt(a, cell, atA), codeAt(b, cell, atB)];
    if (one !== null && other !== null) {
      both += 1;
      if (one === other) same += 1;
      states[cell] = one === other ? 2 : 3;
    } else if (one !== null || other !== null) states[cell] = 1;
    later[cell] = whenOf(b, cell) - whenOf(a, cell);
  }
  return { both, same, states, later };
}

/** When a run commits a token, as a share of its steps; 0 for one that was given, NaN for one it never commits. */
function whenOf(record: RunRecord, cell: number): number {
  if (record.isGiven(cell)) return 0;
  const step = record.commitStep[cell] ?? notCommitted;
  return step === notCommitted ? NaN : (step + 1) / record.steps;
}

/**
 * Spearman's rank correlation of the two unmask orders: 1 the same order, 0 unrelated, −1 reversed. Tokens of one step
 * share a rank. NaN where an order is constant.
 */
export function orderCorrelation(a: RunRecord, b: RunRecord): number {
  const cells = Array.from({ length: a.codes }, (_, cell) => cell).filter(
    (cell) => Number.isFinite(whenOf(a, cell)) && Number.isFinite(whenOf(b, cell)),
  );
  const [x, y] = [ranks(cells.map((cell) => whenOf(a, cell))), ranks(cells.map((cell) => whenOf(b, cell)))];
  const middle = (cells.length + 1) / 2;
  let covariance = 0;
  let varianceX = 0;
  let varianceY = 0;
  x.forEach((rank, i) => {
    const [dx, dy] = [rank - middle, (y[i] ?? middle) - middle];
    covariance += dx * dy;
    varianceX += dx * dx;
    varianceY += dy * dy;
  });
  return covariance / Math.sqrt(varianceX * varianceY);
}

/** Ranks from 1; equal values share the mean of theirs. */
function ranks(values: readonly number[]): number[] {
  const sorted = [...values.keys()].sort((i, j) => (values[i] ?? 0) - (values[j] ?? 0));
  const result = new Array<number>(values.length).fill(0);
  for (let from = 0; from < sorted.length;) {
    let until = from;
    while (until < sorted.length && values[sorted[until] ?? 0] === values[sorted[from] ?? 0]) until++;
    for (let i = from; i < until; i++) result[sorted[i] ?? 0] = (from + 1 + until) / 2;
    from = until;
  }
  return result;
}
