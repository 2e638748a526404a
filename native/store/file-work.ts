import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { LavidaError } from '../errors.ts';
import type { FileHashes, StoreTask, StoreWord } from './worker-protocol.ts';

export interface WorkOptions {
  signal: AbortSignal;
  progress: (file: string, done: number, total: number) => void;
}

/** The thread's module: beside this one in the sources, beside the bundle once built. */
function entry(): string {
  const source = join(import.meta.dirname, 'worker-entry.ts');
  return existsSync(source) ? source : join(import.meta.dirname, 'store-worker.js');
}

/**
 * Does long work on files in a thread. It ends by itself when asked to, so that no write is torn.
 * @throws LavidaError of the task; AbortError when cancelled
 */
export async function workOnFiles(task: StoreTask, { signal, progress }: WorkOptions): Promise<FileHashes> {
  signal.throwIfAborted();
  const worker = new Worker(entry(), { workerData: task });
  const stop = (): void => {
    worker.postMessage('stop');
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await new Promise<FileHashes>((resolve, reject) => {
      worker.on('message', (word: StoreWord) => {
        if (word.type === 'progress') progress(word.file, word.done, word.total);
        else if (word.type === 'done') resolve(word.hashes);
        else if (word.type === 'cancelled') reject(signal.reason as Error);
        else reject(new LavidaError(word.error.code, word.error.message, word.error.cause));
      });
      worker.on('error', reject);
      worker.on('exit', () => {
        reject(new LavidaError('internal', 'The thread that works on model files ended.'));
      });
    });
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
