/** Allowed largest absolute difference on hidden states, logits and pixels before rounding. */
export const defaultTolerance = 1e-4;

/** One line of the parity table. */
export interface Row {
  case: string;
  what: string;
  /** "max |Δ| 3.1e-6", "8/8 steps", … */
  result: string;
  pass: boolean;
}

export function maxAbsoluteDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity;
  let largest = 0;
  for (let i = 0; i < actual.length; i++) {
    const difference = Math.abs((actual[i] as number) - (expected[i] as number));
    // A NaN must fail, and no comparison with NaN is true.
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Infinity : difference;
  }
  return largest;
}

/** Compares real numbers: passes when no difference exceeds the tolerance. */
export function compareValues(
  name: string,
  what: string,
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance = defaultTolerance,
): Row {
  if (actual.length !== expected.length) {
    return { case: name, what, result: `${actual.length} values, expected ${expected.length}`, pass: false };
  }
  const largest = maxAbsoluteDifference(actual, expected);
  return { case: name, what, result: `max |Δ| ${largest.toExponential(2)}`, pass: largest <= tolerance };
}

/** The largest difference over several tensors, reported as one row. */
export class Worst {
  #largest = 0;
  #count = 0;

  add(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
    this.#largest = Math.max(this.#largest, maxAbsoluteDifference(actual, expected));
    this.#count++;
  }

  /** The row, or none when nothing was compared. */
  *rows(name: string, what: string, tolerance = defaultTolerance): Generator<Row> {
    if (this.#count === 0) return;
    const result = `max |Δ| ${this.#largest.toExponential(2)}`;
    yield { case: name, what: `${what} (${this.#count})`, result, pass: this.#largest <= tolerance };
  }
}

/** Compares ids: passes only when all are equal. */
export function compareIds(
  name: string,
  what: string,
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
): Row {
  let equal = 0;
  for (let i = 0; i < expected.length; i++) if (actual[i] === expected[i]) equal++;
  const pass = actual.length === expected.length && equal === expected.length;
  return { case: name, what, result: `${equal}/${expected.length} ids equal`, pass };
}

/** Reports how many steps of a run were equal; passes only when all were. */
export function compareSteps(name: string, what: string, equal: number, total: number): Row {
  return { case: name, what, result: `${equal}/${total} steps equal`, pass: equal === total };
}

/** Compares uint8 pictures; a difference of one level is allowed, because truncation turns 1e-7 into a level. */
export function comparePictures(
  name: string,
  what: string,
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
): Row {
  if (actual.length !== expected.length) {
    return { case: name, what, result: `${actual.length} bytes, expected ${expected.length}`, pass: false };
  }
  let differing = 0;
  for (let i = 0; i < expected.length; i++) if (actual[i] !== expected[i]) differing++;
  const largest = maxAbsoluteDifference(actual, expected);
  return { case: name, what, result: `max ${largest} of 255, ${differing} bytes differ`, pass: largest <= 1 };
}

const columns = [28, 34, 34] as const;

export function formatRow(row: Row): string {
  const cells = [row.case, row.what, row.result].map((text, i) => text.padEnd(columns[i] as number));
  return `${cells.join(' ')} ${row.pass ? 'pass' : 'FAIL'}`;
}
