import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { defaultTolerance, formatRow } from './report.ts';
import { runSuite } from './suite.ts';

const usage =
  'Usage: npm run parity -- DIR [--backend cpu|webgpu] [--tolerance X] [--only NAME] [--threads N]';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    backend: { type: 'string', default: 'cpu' },
    tolerance: { type: 'string', default: String(defaultTolerance) },
    only: { type: 'string' },
    threads: { type: 'string', default: String(Math.min(4, availableParallelism())) },
  },
});

const directory = positionals[0];
const tolerance = Number(values.tolerance);
const threads = Number(values.threads);
if (directory === undefined || !(tolerance > 0) || !Number.isInteger(threads) || threads < 1) {
  console.error(usage);
  process.exitCode = 2;
} else {
  const failed: string[] = [];
  const uncovered: string[] = [];
  let rows = 0;
  let fixture = '';
  try {
    for await (const event of runSuite(
      directory,
      { backend: values.backend, threads, tolerance },
      values.only,
    )) {
      if (event.fixture !== fixture) console.log(`\n${event.fixture}`);
      fixture = event.fixture;
      if ('uncovered' in event) {
        uncovered.push(event.fixture);
        console.log('not covered');
        continue;
      }
      rows++;
      console.log(formatRow(event.row));
      if (!event.row.pass) failed.push(`${event.fixture}: ${event.row.case}, ${event.row.what}`);
    }
    console.log(
      `\n${rows - failed.length} of ${rows} comparisons pass; ${uncovered.length} fixtures not covered.`,
    );
    if (rows + uncovered.length === 0) console.error(`No fixture found in ${directory}.`);
    if (failed.length > 0 || rows + uncovered.length === 0) process.exitCode = 1;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
