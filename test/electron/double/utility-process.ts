import { fork, type ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const parentPort = fileURLToPath(new URL('parent-port.mjs', import.meta.url));

/** A utility process as a forked Node process that has a `parentPort`. */
export class UtilityProcess extends EventEmitter {
  readonly #child: ChildProcess;
  pid: number | undefined;

  private constructor(child: ChildProcess) {
    super();
    this.#child = child;
    this.pid = child.pid;
    child.on('spawn', () => this.emit('spawn'));
    child.on('message', (message) => this.emit('message', message));
    child.on('close', (code, signal) => {
      this.pid = undefined;
      this.emit('exit', signal ? constants.signals[signal] : code);
    });
  }

  static fork(modulePath: string, args: string[], options: { env?: Record<string, string> }): UtilityProcess {
    const child = fork(modulePath, args, {
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: ['--import', parentPort],
      ...(options.env ? { env: options.env } : {}),
    });
    return new UtilityProcess(child);
  }

  get stdout() {
    return this.#child.stdout;
  }

  get stderr() {
    return this.#child.stderr;
  }

  postMessage(message: NonNullable<unknown>): void {
    // A process that is just ending takes nothing more; its exit is what gets told.
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  kill(): boolean {
    return this.#child.kill();
  }
}
