import { fork } from 'node:child_process';
import type { MessagePort } from '../host-protocol.ts';

/** How an engine process ended. */
export interface EngineExit {
  code: number | null;
  signal: string | null;
}

/** A started engine process, whatever started it. */
export interface EngineProcess extends MessagePort {
  /** Called once, when the process is gone or could not be started. */
  onExit(listener: (exit: EngineExit) => void): void;
  /** What it writes to its output and error streams. */
  onOutput(listener: (text: string) => void): void;
  /** Ends it at once. */
  kill(): void;
}

export type EngineLauncher = () => EngineProcess;

/** Environment variables the engine may see: where libraries, drivers and folders are, and nothing secret. */
const passedVariables =
  /^(PATH|HOME|USERPROFILE|LANG|LC_\w+|TZ|TMP|TEMP|TMPDIR|SYSTEMROOT|WINDIR|APPDATA|LOCALAPPDATA|DISPLAY|WAYLAND_DISPLAY|XDG_\w+|VK_\w+|LD_LIBRARY_PATH|DYLD_LIBRARY_PATH|CUDA_\w+|OMP_\w+|ORT_\w+|LP_\w+|LAVIDA_\w+)$/i;

export function engineEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && passedVariables.test(name)) passed[name] = value;
  }
  return passed;
}

/** Starts processes of this program as plain Node processes that run `entry`. */
export function forkLauncher(entry: string, args: readonly string[] = []): EngineLauncher {
  return () => {
    const child = fork(entry, args, {
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: [],
      env: engineEnvironment(process.env),
    });
    return {
      postMessage: (message) => {
        // A send to a process that is just ending fails; its exit is what gets reported.
        if (child.connected) child.send(message as NonNullable<unknown>, () => undefined);
      },
      onMessage: (listener) => child.on('message', listener),
      onExit: (listener) => {
        let told = false;
        const tell = (exit: EngineExit): void => {
          if (told) return;
          told = true;
          listener(exit);
        };
        // "close" comes after the streams have been read to their end, so the last words are there.
        child.on('close', (code, signal) => {
          tell({ code, signal });
        });
        child.on('error', (error) => {
          if (child.pid === undefined) tell({ code: null, signal: error.message });
        });
      },
      onOutput: (listener) => {
        for (const stream of [child.stdout, child.stderr]) {
          stream?.setEncoding('utf8').on('data', listener);
        }
      },
      kill: () => {
        child.kill('SIGKILL');
      },
    };
  };
}
