/**
 * The process that runs one target's cases: `worker.ts TARGET FIRST COUNT SEED`. It tells its parent how far it is, so
 * that a hang can be named, and what it measured.
 */
import { Seeded } from '../support/seeded.ts';
import { findTarget } from './targets.ts';

/** What the worker tells the process that started it. */
export type WorkerMessage =
  | { at: number }
  | { failed: string; at: number }
  | { done: { cases: number; cpuSeconds: number; slowestMs: number; slowestAt: number; peakMiB: number } };

const [name = '', first = '0', count = '0', seed = '1'] = process.argv.slice(2);
const tell = (message: WorkerMessage): void => {
  process.send?.(message);
};
const reportEvery = 500;

async function run(): Promise<void> {
  const fuzz = await findTarget(name).open();
  const from = Number(first);
  const until = from + Number(count);
  let slowestMs = 0;
  let slowestAt = from;
  for (let at = from; at < until; at++) {
    if (at % reportEvery === 0) {
      tell({ at });
      // The message leaves only when the event loop turns.
      await new Promise(setImmediate);
    }
    const began = performance.now();
    try {
      // Each case has a seed of its own, so that it can be run alone.
      await fuzz(new Seeded(Math.imul(Number(seed), 0x9e3779b1) + at));
    } catch (error) {
      tell({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error), at });
      return;
    }
    const milliseconds = performance.now() - began;
    if (milliseconds > slowestMs) {
      slowestMs = milliseconds;
      slowestAt = at;
    }
  }
  const { user, system } = process.cpuUsage();
  const peakMiB = process.resourceUsage().maxRSS / 1024;
  tell({ done: { cases: until - from, cpuSeconds: (user + system) / 1e6, slowestMs, slowestAt, peakMiB } });
}

await run();
process.disconnect();
