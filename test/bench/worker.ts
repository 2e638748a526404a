/**
 * One measured process: opens the bundle, runs text-to-image, prints one JSON line. Started by test/bench/main.ts so
 * that memory and start-up are those of a fresh engine.
 */
import { availableParallelism } from 'node:os';
import { createEngine } from '../../native/engine.ts';

const [modelDirectory = '', runs = '1', backend = 'cpu', previews = 'false'] = process.argv.slice(2);
const engine = createEngine();
const opened = performance.now();
const info = await engine.open({ modelDirectory, backend, threads: availableParallelism() }, () => undefined);
const readyMs = performance.now() - opened;
process.stdout.write(`${JSON.stringify({ ready: true, openMs: readyMs })}\n`);

interface Run {
  totalMs: number;
  firstStepMs: number;
  firstPreviewMs: number | null;
  forwards: number;
  steps: number;
  phaseMs: Record<string, number>;
}

const results: Run[] = [];
for (let i = 0; i < Number(runs); i++) {
  const started = performance.now();
  let firstStepMs = 0;
  let firstPreviewMs: number | null = null;
  const request = {
    version: 1 as const,
    task: 'text-to-image' as const,
    prompt: 'a photo of a red car',
    seed: 42 + i,
    ...info.defaults,
  };
  const options = { signal: new AbortController().signal, previews: previews === 'true' };
  for await (const event of engine.run(request, options)) {
    const now = performance.now() - started;
    if (event.type === 'step.state' && firstStepMs === 0) firstStepMs = now;
    if (event.type === 'step.preview') firstPreviewMs ??= now;
    if (event.type === 'run.error') throw new Error(`${event.error.message} ${event.error.cause}`);
    if (event.type === 'run.done') {
      const { forwards, phaseMs } = event.result;
      results.push({ totalMs: now, firstStepMs, firstPreviewMs, forwards, steps: request.steps, phaseMs });
    }
  }
}
const peakBytes = process.resourceUsage().maxRSS * 1024;
await engine.close();
process.stdout.write(`${JSON.stringify({ done: true, parameters: info.parameters, results, peakBytes })}\n`);
