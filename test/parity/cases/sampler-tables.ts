import { z } from 'zod';
import { scheduleNames } from '../../../electron/contract/request.ts';
import { stratifiedSquare } from '../../../native/sampler/orders.ts';
import {
  countsOfCurve,
  sigmas,
  transferCounts,
  uniformTransferCounts,
  type TransferSchedule,
} from '../../../native/sampler/schedule.ts';
import type { Fixture } from '../fixture.ts';
import { maxAbsoluteDifference, type Row } from '../report.ts';

const lists = z.record(z.string(), z.array(z.number()));
const tablesSchema = z.object({
  get_num_transfer_tokens: lists.default({}),
  get_num_transfer_tokens_sch: lists.default({}),
  sigmas: z.record(z.string(), lists).default({}),
  stratified_random: lists.default({}),
});

/** float32 sines, cosines and exponentials of two libraries differ in the last bit; so may σ. */
const sigmaTolerance = 5e-7;

/** "shift3" or "cosine2" as a schedule; names the engine does not know mean linear (PIPELINE §1.4). */
function scheduleOf(label: string): TransferSchedule {
  const known = scheduleNames.find((name) => name === label);
  if (known) return { name: known, shift: 1 };
  const shift = /^shift([\d.]+)$/u.exec(label)?.[1];
  return shift === undefined ? { name: 'linear', shift: 1 } : { name: 'shift', shift: Number(shift) };
}

function tally(what: string, equal: number, total: number, note = ''): Row {
  return { case: 'tables', what, result: `${equal}/${total} tables equal${note}`, pass: equal === total };
}

const same = (actual: ArrayLike<number>, expected: readonly number[]) =>
  actual.length === expected.length && expected.every((value, i) => actual[i] === value);

/** Every table of the JSON: transfer counts, σ, stratified orders. */
export function* compareTables(fixture: Fixture): Generator<Row> {
  const parsed = tablesSchema.safeParse(fixture.json['tables'] ?? {});
  if (!parsed.success) throw new Error(`tables: ${z.prettifyError(parsed.error)}`);
  const tables = parsed.data;
  const sizes = (key: string) => {
    const match = /^(?:(?<name>.+)_)?N(?<masked>\d+)_s(?<steps>\d+)$/u.exec(key)?.groups;
    if (!match) throw new Error(`the table name ${key} does not tell its sizes`);
    return { name: match['name'] ?? '', masked: Number(match['masked']), steps: Number(match['steps']) };
  };

  const plain = Object.entries(tables.get_num_transfer_tokens);
  const plainEqual = plain.filter(([key, expected]) => {
    const { masked, steps } = sizes(key);
    return same(uniformTransferCounts(masked, steps), expected);
  });
  if (plain.length > 0) yield tally('even transfer counts', plainEqual.length, plain.length);

  const named = Object.entries(tables.get_num_transfer_tokens_sch);
  let namedEqual = 0;
  let byCurve = 0;
  for (const [key, expected] of named) {
    const { name, masked, steps } = sizes(key);
    if (same(transferCounts(masked, steps, scheduleOf(name)), expected)) namedEqual++;
    else {
      // A last-bit difference of σ can move a truncation; then the recorded σ must give the recorded counts.
      const curve = tables.sigmas[`s${Math.min(steps, masked)}`]?.[name];
      if (curve && same(countsOfCurve(Float32Array.from(curve), masked), expected)) byCurve++;
    }
  }
  const note = byCurve > 0 ? `, ${byCurve} by recorded σ` : '';
  if (named.length > 0) yield tally('named transfer counts', namedEqual + byCurve, named.length, note);

  let largest = 0;
  let curves = 0;
  for (const [key, bySchedule] of Object.entries(tables.sigmas)) {
    for (const [name, expected] of Object.entries(bySchedule)) {
      const actual = sigmas(Number(key.slice(1)), scheduleOf(name === 't' ? 'linear' : name));
      largest = Math.max(largest, maxAbsoluteDifference(actual, expected));
      curves++;
    }
  }
  if (curves > 0) {
    const result = `max |Δ| ${largest.toExponential(2)}`;
    yield { case: 'tables', what: `σ of ${curves} curves`, result, pass: largest <= sigmaTolerance };
  }

  const orders = Object.entries(tables.stratified_random);
  const ordersEqual = orders.filter(([key, expected]) => {
    const match = /^n(\d+)_seed(\d+)(_noshuffle)?$/u.exec(key);
    if (!match) throw new Error(`the table name ${key} does not tell its size and seed`);
    return same(stratifiedSquare(Number(match[1]), Number(match[2]), match[3] === undefined), expected);
  });
  if (orders.length > 0) yield tally('stratified orders', ordersEqual.length, orders.length);
}
