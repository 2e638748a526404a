import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { forkLauncher, type EngineLauncher } from '../supervisor/launcher.ts';
import { findBackend } from './table.ts';

/** What the trial measured. Differences are relative to the processor's results on the same small network. */
export interface ProbeNumbers {
  /** float32 layer with plain attention: what the engine uses off the processor. */
  error: number;
  /** 4- and 8-bit matrices. */
  quantizedError: number;
  /** Fused attention at 48 rows; infinite where it does not run at all, null where there was no time to try. */
  fusedError: number | null;
  /** Billions of operations a second of a matrix product, transfers included, and the processor's. */
  gflops: number;
  cpuGflops: number;
  /** Milliseconds of making and running the float32 layer, shaders included. */
  layerMs: number;
}

/** What the throw-away process says. */
export type ProbeMessage = { done: ProbeNumbers } | { failed: string };

export interface ProbeResult {
  backend: string;
  /** Whether it ran and its numbers are right. */
  usable: boolean;
  /** One sentence. */
  reason: string;
  numbers: ProbeNumbers | null;
}

/** Allowed differences: float32 sums in another order; activations quantised or not. */
const largestError = 1e-4;
const largestQuantizedError = 2e-2;
/** Compiling shaders on a slow machine takes half a minute; a driver that hangs takes for ever. */
const defaultLimitMs = 60_000;

/** The trial's first module: beside this one in the sources, beside the engine's bundle once built. */
function entry(): string {
  const source = join(import.meta.dirname, 'probe-entry.ts');
  return existsSync(source) ? source : join(import.meta.dirname, 'backend-probe.js');
}

/** Without the places in ONNX Runtime's own sources that its errors begin with. */
function withoutPlaces(text: string): string {
  return text
    .replace(/\/onnxruntime_src\/.*?\bwas false\.\s*/su, '')
    .replace(/\s+/gu, ' ')
    .trim();
}

/** Starts the process that tries one backend. */
export type TrialLauncher = (backend: string) => ReturnType<EngineLauncher>;

const forkTrial: TrialLauncher = (backend) => forkLauncher(entry(), [backend])();

/** Runs the trial in a process of its own and returns what it said, or how it ended. */
function trial(backend: string, limitMs: number, launch: TrialLauncher): Promise<ProbeMessage> {
  return new Promise((resolve) => {
    const child = launch(backend);
    let words = '';
    let answer: ProbeMessage | null = null;
    const timer = setTimeout(() => {
      answer ??= { failed: `it did not finish a small trial within ${limitMs / 1000} seconds` };
      child.kill();
    }, limitMs);
    child.onOutput((text) => (words = (words + text).slice(-2000)));
    child.onMessage((message) => {
      answer = message as ProbeMessage;
    });
    child.onExit(({ code, signal }) => {
      clearTimeout(timer);
      resolve(
        answer ?? { failed: `the trial ended with ${signal ?? `code ${code ?? 'none'}`}. ${words}`.trim() },
      );
    });
  });
}

/** Tries a backend for real: a small network in a throw-away process with a time limit, its numbers checked. */
export async function probeBackend(
  name: string,
  { limitMs = defaultLimitMs, launch = forkTrial }: { limitMs?: number; launch?: TrialLauncher } = {},
): Promise<ProbeResult> {
  const backend = findBackend(name);
  if (!backend)
    return { backend: name, usable: false, reason: `There is no backend "${name}".`, numbers: null };
  const platform = `${process.platform}-${process.arch}`;
  if (!backend.platforms.includes(platform)) {
    const reason = `${backend.label} is not available on ${platform}.`;
    return { backend: name, usable: false, reason, numbers: null };
  }
  const message = await trial(name, limitMs, launch);
  if ('failed' in message) {
    return {
      backend: name,
      usable: false,
      reason: `${backend.label} does not work here: ${withoutPlaces(message.failed)}`,
      numbers: null,
    };
  }
  const { done: numbers } = message;
  const wrong =
    numbers.error > largestError
      ? `a layer differs by ${numbers.error.toExponential(1)}`
      : numbers.quantizedError > largestQuantizedError
        ? `quantised matrices differ by ${numbers.quantizedError.toExponential(1)}`
        : null;
  if (wrong !== null) {
    return {
      backend: name,
      usable: false,
      reason: `${backend.label} gives wrong numbers here: ${wrong}.`,
      numbers,
    };
  }
  const untested = backend.tested ? '' : ', though this project has never been tested on it';
  return {
    backend: name,
    usable: true,
    reason: `${backend.label} works: right to ${numbers.error.toExponential(1)}, ${numbers.gflops.toFixed(0)} GFLOP/s${untested}.`,
    numbers,
  };
}
