/**
 * `npm run fuzz -- [--target NAME] [--cases 1000000] [--seed 1] [--from 0]`: feeds every parser of outside bytes, or
 * one, with damaged and made-up input. Exit code 1 on the first crash, hang, wrong answer or use of too much memory.
 */
import { parseArgs } from 'node:util';
import { runTarget } from './run-target.ts';
import { findTarget, targets } from './targets.ts';

const text = { type: 'string' } as const;
const { values } = parseArgs({
  options: {
    target: text,
    cases: { ...text, default: '1000000' },
    seed: { ...text, default: '1' },
    from: { ...text, default: '0' },
  },
});
const chosen = values.target === undefined ? targets : [findTarget(values.target)];
for (const { name } of chosen) {
  try {
    const report = await runTarget(name, {
      cases: Number(values.cases),
      seed: Number(values.seed),
      from: Number(values.from),
    });
    const { cases, cpuSeconds, slowestMs, slowestAt, peakMiB } = report;
    console.log(
      `${name.padEnd(16)} ${String(cases)} cases, ${cpuSeconds.toFixed(1)} s of processor, ` +
        `slowest ${slowestMs.toFixed(0)} ms (case ${String(slowestAt)}), peak ${peakMiB.toFixed(0)} MiB`,
    );
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
