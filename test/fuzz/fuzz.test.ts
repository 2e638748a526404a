import { availableParallelism } from 'node:os';
import { describe, expect, test } from 'vitest';
import { runTarget } from './run-target.ts';
import { targets } from './targets.ts';

/** Cases of every parser but the slow ones, which say their own number; `npm run fuzz` goes on. */
const cases = 200_000;
const seed = 1;
/** On half of the processors, each in a process of its own: the other test files run beside it for minutes. */
const waiting: (() => void)[] = [];
let free = Math.max(1, Math.floor(availableParallelism() / 2));

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (free > 0) free -= 1;
  else await new Promise<void>((resolve) => waiting.push(resolve));
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  }
}

describe.concurrent(
  'bytes from outside are accepted or refused: no crash, no hang, no flood of memory',
  () => {
    test.each(targets)('$name', { timeout: 3_600_000 }, async (target) => {
      const wanted = target.cases ?? cases;
      const report = await inTurn(() => runTarget(target.name, { cases: wanted, seed }));
      expect(report.cases).toBe(wanted);
    });
  },
);
