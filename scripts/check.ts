/** `npm run check`: types, lint with the import rule, format, dead code, module cycles. Stops at the first failure. */
import { runCommand } from './run-command.ts';

const checks: [name: string, command: string, args: string[]][] = [
  ['types', 'tsc', ['-p', 'tsconfig.json']],
  ['types of the window', 'tsc', ['-p', 'renderer/tsconfig.json']],
  ['lint', 'eslint', ['.', '--max-warnings', '0']],
  ['format', 'prettier', ['--check', '--log-level', 'warn', '.']],
  ['third-party notices', 'node', ['scripts/notices.ts', '--check']],
  ['dead code', 'knip', ['--no-progress']],
  [
    'module graph',
    'depcruise',
    ['--config', '.dependency-cruiser.cjs', 'electron', 'native', 'renderer', 'scripts', 'test'],
  ],
];

for (const [name, command, args] of checks) {
  const code = await runCommand(command, args);
  if (code !== 0) {
    console.error(`check failed: ${name} (${command} ${args.join(' ')})`);
    process.exit(code);
  }
  console.log(`check passed: ${name}`);
}
