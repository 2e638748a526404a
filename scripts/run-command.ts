import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { dirname, delimiter, join } from 'node:path';

/** The folder that holds package.json. */
export const projectRoot = dirname(dirname(fileURLToPath(import.meta.url)));

/** Environment in which the project's own Node and tools come first on PATH. */
export function toolEnvironment(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  const bin = join(projectRoot, 'node_modules', '.bin');
  return { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`, ...extra };
}

/** Runs a command in the project folder with its output shown; resolves with the exit code. */
export function runCommand(
  command: string,
  args: string[],
  extra: Record<string, string> = {},
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: projectRoot, stdio: 'inherit', env: toolEnvironment(extra) });
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      resolve(code ?? (signal ? 1 : 0));
    });
  });
}
