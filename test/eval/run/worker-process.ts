import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { LavidaError } from '../../../native/errors.ts';
import { keyOf, type EvalCase, type Verdict } from './case.ts';
import { workerAnswerSchema, type Job, type WorkerAnswer, type WorkerOptions } from './worker-messages.ts';

/** Another process with the model on one thread, which runs one case at a time. */
export class WorkerProcess {
  readonly #child: ChildProcess;

  private constructor(options: WorkerOptions) {
    const arguments_ = [JSON.stringify(options)];
    this.#child = fork(join(import.meta.dirname, 'worker.ts'), arguments_, { serialization: 'advanced' });
  }

  /** Resolves when the model is open. @throws LavidaError as Subject.open does */
  static async start(options: WorkerOptions): Promise<WorkerProcess> {
    const worker = new WorkerProcess(options);
    await worker.#answer();
    return worker;
  }

  /** @throws LavidaError when the evaluation fails or the process ends */
  async run(one: EvalCase): Promise<Verdict> {
    const answer = this.#answer();
    const job: Job = { key: keyOf(one) };
    this.#child.send(job);
    const said = await answer;
    if (said.type !== 'verdict') throw new LavidaError('internal', 'A worker gave no verdict.', said.type);
    const { image, ...rest } = said.verdict;
    return image ? { ...rest, image } : rest;
  }

  /** Ends the process, whatever it is doing. */
  stop(): void {
    this.#child.kill();
  }

  /** The next thing the process says. */
  #answer(): Promise<WorkerAnswer> {
    return new Promise((resolve, reject) => {
      const child = this.#child;
      const listen = (message: unknown): void => {
        child.off('exit', ended);
        const said = workerAnswerSchema.parse(message);
        if (said.type === 'failure') {
          const { code, message: what, cause } = said.error;
          reject(new LavidaError(code, what, cause));
        } else resolve(said);
      };
      const ended = (code: number | null, signal: string | null): void => {
        child.off('message', listen);
        reject(new LavidaError('internal', 'A worker ended before its case.', String(signal ?? code)));
      };
      child.once('message', listen);
      child.once('exit', ended);
    });
  }
}
