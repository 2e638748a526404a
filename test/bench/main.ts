/**
 * `npm run bench`: nano text-to-image at its default steps on this machine. Prints a table; nothing is asserted.
 * Options: --model DIR, --runs N, --backend NAME.
 */
import { spawn } from 'node:child_process';
import { cpus, availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { nanoDirectory, projectRoot } from '../support/cli.ts';
import { matrixShare } from './profile.ts';

interface Ready {
  ready: true;
  openMs: number;
}
interface Done {
  done: true;
  parameters: number;
  peakBytes: number;
  results: {
    totalMs: number;
    firstStepMs: number;
    firstPreviewMs: number | null;
    forwards: number;
    steps: number;
    phaseMs: Record<string, number>;
  }[];
}

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: nanoDirectory },
    runs: { type: 'string', default: '5' },
    backend: { type: 'string', default: 'cpu' },
  },
});

interface Measured {
  startToReadyMs: number;
  openMs: number;
  done: Done;
}

function measure(runs: string, previews: boolean, env: Record<string, string> = {}): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const worker = join(projectRoot, 'test', 'bench', 'worker.ts');
    const child = spawn(process.execPath, [worker, values.model, runs, values.backend, String(previews)], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...env },
    });
    let startToReadyMs = 0;
    let openMs = 0;
    let done: Done | null = null;
    createInterface({ input: child.stdout }).on('line', (line) => {
      const message = JSON.parse(line) as Ready | Done;
      if ('ready' in message) {
        startToReadyMs = performance.now() - started;
        openMs = message.openMs;
      } else done = message;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (done) resolve({ startToReadyMs, openMs, done });
      else reject(new Error(`the measured process ended with code ${code ?? 'none'}`));
    });
  });
}

function median(numbers: number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

const plain = await measure(values.runs, false);
const live = await measure('2', true);
const share = await matrixShare((env) => measure('1', false, env));
const { results } = plain.done;
const seconds = median(results.map((run) => run.totalMs)) / 1000;
const forwards = results[0]?.forwards ?? 1;
const steps = results[0]?.steps ?? 1;
const unmask = median(results.map((run) => run.phaseMs['unmask'] ?? 0)) / 1000;
const first = live.done.results[0];
const rows: [string, string][] = [
  [
    'machine',
    `${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} threads, Node ${process.versions.node}`,
  ],
  [
    'model',
    `${values.model} (${(plain.done.parameters / 1e6).toFixed(1)} M parameters), backend ${values.backend}`,
  ],
  [
    'seconds an image',
    `${seconds.toFixed(2)} (median of ${results.length}; first ${((results[0]?.totalMs ?? 0) / 1000).toFixed(2)})`,
  ],
  ['steps, forwards', `${steps} steps, ${forwards} forwards`],
  ['milliseconds a forward', ((unmask / forwards) * 1000).toFixed(2)],
  [
    'share of time in matrix products',
    `${(share.matrix * 100).toFixed(0)} % of the run, ${(share.graphs * 100).toFixed(0)} % inside the graphs`,
  ],
  ['peak resident memory', `${(plain.done.peakBytes / 2 ** 20).toFixed(0)} MiB`],
  [
    'process start to model ready',
    `${(plain.startToReadyMs / 1000).toFixed(2)} s (opening the model ${(plain.openMs / 1000).toFixed(2)} s)`,
  ],
  [
    'first step, with live previews',
    `${first?.firstStepMs.toFixed(0) ?? '–'} ms; first preview ${first?.firstPreviewMs?.toFixed(0) ?? '–'} ms`,
  ],
  ['seconds an image, with live previews', ((live.done.results[1]?.totalMs ?? 0) / 1000).toFixed(2)],
];
const width = Math.max(...rows.map(([name]) => name.length));
for (const [name, value] of rows) console.log(`${name.padEnd(width)}  ${value}`);
