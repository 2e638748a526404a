/**
 * `npm test`: checks, build, engine and shell tests on real parts, then the studio in Chromium. Ends with one line
 * that counts every test of every runner.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from './run-command.ts';

interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numFailedTestSuites: number;
}

interface PlaywrightReport {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number };
  errors: unknown[];
}

async function report<T>(path: string): Promise<T> {
  return JSON.parse(await readFile(path, 'utf8')) as T;
}

async function step(
  name: string,
  command: string,
  args: string[],
  extra: Record<string, string> = {},
): Promise<number> {
  console.log(`\n== ${name}`);
  return runCommand(command, args, extra);
}

const folder = await mkdtemp(join(tmpdir(), 'lavida-test-'));
const total: Count = { passed: 0, failed: 0, skipped: 0 };
let code = 0;
try {
  for (const [name, command, args] of [
    ['system packages', 'bash', ['scripts/install-system.sh']],
    ['checks', 'node', ['scripts/check.ts']],
    ['build', 'node', ['scripts/build.ts']],
  ] as const) {
    code = await step(name, command, [...args]);
    if (code !== 0) process.exit(code);
  }
  const vitestFile = join(folder, 'vitest.json');
  const engineCode = await step('engine and shell tests', 'vitest', [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${vitestFile}`,
  ]);
  const vitest = await report<VitestReport>(vitestFile);
  total.passed += vitest.numPassedTests;
  total.failed += Math.max(vitest.numFailedTests, engineCode === 0 ? 0 : 1);
  total.skipped += vitest.numPendingTests;

  const playwrightFile = join(folder, 'playwright.json');
  const studioCode = await step('the studio in Chromium', 'playwright', ['test', '--reporter=list,json'], {
    PLAYWRIGHT_JSON_OUTPUT_FILE: playwrightFile,
  });
  const playwright = await report<PlaywrightReport>(playwrightFile);
  total.passed += playwright.stats.expected + playwright.stats.flaky;
  total.failed += Math.max(playwright.stats.unexpected + playwright.errors.length, studioCode === 0 ? 0 : 1);
  total.skipped += playwright.stats.skipped;
  code = engineCode || studioCode;
} finally {
  await rm(folder, { recursive: true, force: true });
}
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = code === 0 && total.failed === 0 && total.passed > 0 ? 0 : 1;
