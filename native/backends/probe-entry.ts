import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { withTemporaryFolder, writeFileSafely } from '../library/safe-file.ts';
import { OnnxSession } from '../onnx/session.ts';
import { BundleWeights } from '../tensor/bundle-weights.ts';
import { LavidaError } from '../errors.ts';
import { productSpeed, relativeDifference, trialFeeds, trialGraph, trialWeights } from './probe-graphs.ts';
import type { ProbeMessage } from './probe.ts';

/** The port an Electron utility process has to its parent. */
interface UtilityPort {
  postMessage(message: unknown): void;
}

const { parentPort } = process as { parentPort?: UtilityPort };

/** Tells the parent, whichever way this process was started. */
function tell(message: ProbeMessage): void {
  if (parentPort) parentPort.postMessage(message);
  else process.send?.(message);
}

/** Sides of the timed product: the large one only where the small one shows that it will be quick. */
const smallSide = 256;
const largeSide = 2048;
const quickGflops = 20;

/**
 * First module of the throw-away process that tries a backend: `probe-entry.ts BACKEND`. Whatever a driver does to this
 * process, the engine does not share it. It tells its parent what it measured, and ends.
 */
async function probe(backend: string): Promise<ProbeMessage> {
  try {
    return await withTemporaryFolder((folder) => tryIn(folder, backend));
  } catch (thrown) {
    const detail = thrown instanceof LavidaError ? thrown.detail : '';
    return { failed: detail || (thrown instanceof Error ? thrown.message : String(thrown)) };
  }
}

/** The trial itself, with its weights in `folder`. */
async function tryIn(folder: string, backend: string): Promise<ProbeMessage> {
  const threads = availableParallelism();
  await writeFileSafely(join(folder, 'model.safetensors'), trialWeights());
  const weights = await BundleWeights.open(folder);
  try {
    const run = async (where: string, form: 'fused' | 'plain') => {
      const settings = {
        backend: where,
        threads,
        weights: 'packed' as const,
        weightFolder: weights.folder,
      };
      const session = await OnnxSession.create(trialGraph(weights, form), settings);
      try {
        return await session.run(trialFeeds(), ['attention', 'gated', 'int4', 'int8']);
      } finally {
        await session.release();
      }
    };
    const expected = await run('cpu', 'plain');
    const started = performance.now();
    const actual = await run(backend, 'plain');
    const layerMs = performance.now() - started;
    const error = Math.max(
      relativeDifference(actual.attention.data, expected.attention.data),
      relativeDifference(actual.gated.data, expected.gated.data),
    );
    const quantizedError = Math.max(
      relativeDifference(actual.int4.data, expected.int4.data),
      relativeDifference(actual.int8.data, expected.int8.data),
    );
    let gflops = await productSpeed(backend, smallSide, threads, folder);
    if (gflops >= quickGflops) gflops = await productSpeed(backend, largeSide, threads, folder);
    const cpuGflops = await productSpeed('cpu', largeSide / 2, threads, folder);
    const numbers = { error, quantizedError, fusedError: null, gflops, cpuGflops, layerMs };
    // Said first, because compiling the fused form alone can outlast the time limit.
    tell({ done: numbers });
    const fusedError = await run(backend, 'fused').then(
      (result) => relativeDifference(result.attention.data, expected.attention.data),
      () => Infinity,
    );
    return { done: { ...numbers, fusedError } };
  } finally {
    await weights.close();
  }
}

// Drivers are not always unloaded cleanly, and nothing of this process is needed any more.
const end = (): void => {
  process.kill(process.pid, 'SIGKILL');
};
const message = await probe(process.argv[2] ?? '');
if (parentPort) {
  parentPort.postMessage(message);
  // A port has no word for "sent": the message leaves with the next turns.
  setTimeout(end, 200);
} else process.send?.(message, end);
