import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { WorkerMessage } from './worker.ts';

export interface FuzzOptions {
  cases: number;
  seed: number;
  /** Number of the first case. */
  from?: number;
}

export type FuzzReport = Extract<WorkerMessage, { done: unknown }>['done'];

const worker = fileURLToPath(new URL('worker.ts', import.meta.url));
/**
 * Processor time without a sign of life after which a case hangs: 500 cases take well under a second. It is not time on
 * the clock, because a busy machine may let a process wait for minutes.
 */
const hangSeconds = 60;
const lookEveryMs = 2000;
/** Ticks of the clock that Linux counts processor time in. */
const ticksPerSecond = 100;
/** What the JavaScript heap of a run may take, MiB; parsing a file of kilobytes needs no more. */
const heapMiB = 256;
/** What the whole process may take, MiB. */
export const memoryMiB = 1024;

/** What is kept of a process's last words: an abort says why before it lists hundreds of frames. */
const keptCharacters = 3000;

function firstAndLast(words: string): string {
  if (words.length <= keptCharacters) return words;
  return `${words.slice(0, keptCharacters / 2 - 3)}\n…\n${words.slice(-keptCharacters / 2)}`;
}

/** Processor time of a process, seconds; where the system does not say, time on the clock. */
function secondsUsed(pid: number | undefined): number {
  try {
    const fields =
      readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
        .split(') ')[1]
        ?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  } catch {
    return performance.now() / 1000;
  }
}

/**
 * Runs a target's cases in a process of its own, where neither a crash nor a hang nor a full heap can hide.
 *
 * @throws Error naming the case to run again
 */
export function runTarget(target: string, { cases, seed, from = 0 }: FuzzOptions): Promise<FuzzReport> {
  const child = fork(worker, [target, String(from), String(cases), String(seed)], {
    execArgv: [`--max-old-space-size=${String(heapMiB)}`],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  return new Promise((resolve, reject) => {
    let at = from;
    let words = '';
    let report: FuzzReport | null = null;
    let failure: string | null = null;
    let aliveAt = 0;
    const timer = setInterval(() => {
      if (secondsUsed(child.pid) - aliveAt < hangSeconds) return;
      failure = `hangs in one of the 500 cases from ${String(at)}`;
      child.kill('SIGKILL');
    }, lookEveryMs);
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (words = firstAndLast(words + text)));
    child.on('message', (message: WorkerMessage) => {
      aliveAt = secondsUsed(child.pid);
      if ('done' in message) report = message.done;
      else at = message.at;
      if ('failed' in message) failure = `case ${String(at)}: ${message.failed}`;
    });
    child.on('close', (code, signal) => {
      clearInterval(timer);
      const again = `npm run fuzz -- --target ${target} --seed ${String(seed)} --from ${String(at)} --cases 500`;
      if (failure !== null) reject(new Error(`${target}: ${failure}\n(${again})`));
      else if (report === null)
        reject(new Error(`${target}: ended with ${signal ?? `code ${String(code)}`}. ${words}\n(${again})`));
      else if (report.peakMiB > memoryMiB)
        reject(new Error(`${target}: took ${report.peakMiB.toFixed(0)} MiB\n(${again})`));
      else resolve(report);
    });
  });
}
