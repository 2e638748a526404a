import { constants } from 'node:os';
import { utilityProcess } from 'electron';
import { engineEnvironment, type EngineExit, type EngineLauncher } from '../../native/supervisor/launcher.ts';

/**
 * Starts processes of this program as utility processes of Electron, which have a Node of their own and no window. A
 * packaged app has no other way: its fuses forbid it to run as Node.
 */
export function utilityLauncher(
  entry: string,
  args: readonly string[] = [],
  serviceName = 'Lavida Studio engine',
): EngineLauncher {
  return () => {
    const child = utilityProcess.fork(entry, [...args], {
      serviceName,
      stdio: 'pipe',
      env: engineEnvironment(process.env),
    });
    return {
      postMessage: (message) => {
        child.postMessage(message);
      },
      onMessage: (listener) => child.on('message', listener),
      onExit: (listener) =>
        child.once('exit', (status) => {
          listener(exitOf(status));
        }),
      onOutput: (listener) => {
        for (const stream of [child.stdout, child.stderr]) {
          stream?.on('data', (data: Buffer) => {
            listener(data.toString('utf8'));
          });
        }
      },
      // Its own kill asks politely, and a process inside a forward does not hear.
      kill: () => {
        const { pid } = child;
        if (pid === undefined) child.kill();
        else process.kill(pid, 'SIGKILL');
      },
    };
  };
}

const deadly = ['SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGFPE', 'SIGKILL', 'SIGSEGV', 'SIGTERM'] as const;

/** On POSIX a process ended by a signal has that signal's bare number as its status. */
function exitOf(status: number): EngineExit {
  const signal =
    process.platform === 'win32' ? undefined : deadly.find((name) => constants.signals[name] === status);
  return signal ? { code: null, signal } : { code: status, signal: null };
}
