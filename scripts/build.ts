/** `npm run build`: the window into dist/renderer, the shell into out. */
import { buildShell } from './bundles.ts';
import { runCommand } from './run-command.ts';

console.log('Building the window and the shell …');
// A hundred lines of font files would hide what `npm start` has to say.
const code = await runCommand('vite', ['build', 'renderer', '--logLevel', 'warn']);
if (code === 0) await buildShell();
process.exitCode = code;
