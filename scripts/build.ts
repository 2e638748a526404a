/** `npm run build`: the window into dist/renderer, the shell into out. */
import { buildShell } from './bundles.ts';
import { runCommand } from './run-command.ts';

const code = await runCommand('vite', ['build', 'renderer']);
if (code === 0) await buildShell();
process.exitCode = code;
