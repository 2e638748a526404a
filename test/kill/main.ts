/**
 * `npm run kill-test -- [--kills 500] [--seed 1]`: kills the server, the engine, the app's main process and the command
 * line at random moments and reports whether anything on the disk was lost or torn. Exit code 1 when something was.
 */
import { parseArgs } from 'node:util';
import { runKills } from './run-kills.ts';

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '500' }, seed: { type: 'string', default: '1' } },
});
const started = performance.now();
try {
  const { kills, interrupting } = await runKills(Number(values.kills), Number(values.seed), (line) => {
    console.error(line);
  });
  for (const [name, count] of Object.entries(kills)) {
    console.log(
      `${name}: ${String(count)} kills, ${String(interrupting[name] ?? 0)} in the middle of a write`,
    );
  }
  const total = Object.values(kills).reduce((sum, count) => sum + count, 0);
  const seconds = (performance.now() - started) / 1000;
  console.log(`${String(total)} kills in ${seconds.toFixed(0)} s, nothing lost.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
