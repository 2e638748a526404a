import { setTimeout as sleep } from 'node:timers/promises';
import { publishedDefaults, type GenerationRequest } from '../../electron/contract/request.ts';
import type { ModelInfo } from '../../electron/contract/engine.ts';
import type { RgbImage, RunEvent } from '../../electron/contract/events.ts';
import type { EngineApi } from '../../native/engine-api.ts';
import { LavidaError } from '../../native/errors.ts';

/**
 * An engine without a network, for tests of everything around the engine: 16 x 16 codes drawn from the seed, one colour
 * a code. What it does wrong on purpose is asked for by the prompt: "stall" blocks the process in the third step,
 * "break" throws there, "speak" writes to the error stream. LAVIDA_TOY_STEP_MS makes steps slower, LAVIDA_TOY_OPEN
 * "fail" or "stall" spoils the opening.
 */
const size = 16;
const codes = size * size;
const cell = 8;
const codebookSize = 512;
const maskId = codebookSize;

const info: ModelInfo = {
  name: 'toy',
  version: '1',
  directory: '',
  fingerprint: 'toy-1',
  parameters: 0,
  imageSize: size * cell,
  grid: { width: size, height: size },
  slots: codes,
  codebookSize,
  maxCaptionCharacters: 500,
  defaults: { ...publishedDefaults, steps: 8 },
  backend: 'cpu',
  backendReason: 'The toy computes nothing.',
  tasks: ['text-to-image'],
};

export function createToyEngine(): EngineApi {
  return {
    async open(options, progress) {
      progress('unpacking the toy');
      if (process.env['LAVIDA_TOY_OPEN'] === 'fail') {
        throw new LavidaError('model.missing', `There is no model in ${options.modelDirectory}.`);
      }
      if (process.env['LAVIDA_TOY_OPEN'] === 'stall') await sleep(2 ** 30);
      return { ...info, directory: options.modelDirectory };
    },
    countTokens: (prompt) => ({
      tokens: prompt.split(/\s+/).filter(Boolean).length,
      characters: [...prompt].length,
      maxCharacters: info.maxCaptionCharacters,
    }),
    run,
    decode: (ids) => Promise.resolve(paint(ids)),
    close: () => Promise.resolve(),
  };
}

async function* run(
  request: GenerationRequest,
  { signal, previews }: { signal: AbortSignal; previews: boolean },
): AsyncGenerator<RunEvent> {
  if (request.task !== 'text-to-image') throw new LavidaError('model.incomplete', 'The toy only paints.');
  const { steps } = request;
  const order = shuffled(request.seed);
  const final = Uint16Array.from({ length: codes }, (_, at) =>
    Math.floor(random(request.seed, at) * codebookSize),
  );
  const counts = Array.from(
    { length: steps },
    (_, i) => Math.floor(((i + 1) * codes) / steps) - Math.floor((i * codes) / steps),
  );
  yield { type: 'phase', phase: 'prepare', detail: '' };
  yield {
    type: 'run.start',
    request,
    model: { name: info.name, fingerprint: info.fingerprint },
    backend: 'cpu',
    segments: [
      { kind: 'user', start: 0, length: 10, branch: 'und' },
      { kind: 'canvas', start: 10, length: codes, branch: 'gen' },
    ],
    grid: info.grid,
    image: { width: info.imageSize, height: info.imageSize },
    codebookSize,
    maskId,
    transferCounts: counts,
    order,
    temperatures: counts.map(() => request.temperature),
    selectionTemperatures: counts.map(() => 0),
  };
  yield { type: 'phase', phase: 'unmask', detail: '' };
  const ids = new Uint16Array(codes).fill(maskId);
  let done = 0;
  for (const [step, count] of counts.entries()) {
    if (signal.aborted) {
      yield { type: 'run.cancelled', step };
      return;
    }
    yield { type: 'step.begin', step, steps, masked: codes - done, total: codes };
    if (step === 2 && request.prompt.includes('stall')) for (;;) Math.random();
    if (step === 2 && request.prompt.includes('break')) {
      throw new LavidaError('model.numerics', 'The logits of step 3 are not numbers.', 'NaN');
    }
    if (step === 2 && request.prompt.includes('speak')) console.error('the toy says: about to go');
    await sleep(Number(process.env['LAVIDA_TOY_STEP_MS'] ?? 0));
    const positions = order.slice(done, done + count);
    const chosen = positions.map((at) => final[at] as number);
    const confidence = Float32Array.from({ length: codes }, (_, at) =>
      ids[at] === maskId ? random(step, at) : 1,
    );
    yield {
      type: 'step.logits',
      step,
      drafted: final.map((code, at) =>
        ids[at] === maskId ? (code + step) % codebookSize : (ids[at] as number),
      ),
      confidence,
      entropy: confidence.map((q) => (q === 1 ? 0 : -Math.log(q + 1e-6))),
    };
    for (const at of positions) ids[at] = final[at] as number;
    done += count;
    yield {
      type: 'step.commit',
      step,
      positions,
      ids: chosen,
      confidence: Float32Array.from(positions, (at) => confidence[at] as number),
    };
    yield { type: 'step.state', step, ids: ids.slice(), milliseconds: 1 };
    if (previews) yield { type: 'step.preview', step, kind: 'committed', image: paint(ids) };
  }
  yield { type: 'phase', phase: 'decode', detail: '' };
  yield { type: 'run.image', image: paint(final) };
  yield {
    type: 'run.done',
    result: { forwards: steps, phaseMs: { unmask: 1 }, imageFile: null, traceFile: null },
  };
}

function paint(ids: Uint16Array): RgbImage {
  const side = size * cell;
  const rgb = new Uint8Array(side * side * 3);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const code = ids[Math.floor(y / cell) * size + Math.floor(x / cell)] as number;
      const colour =
        code === maskId ? [128, 128, 128] : [(code & 7) * 36, ((code >> 3) & 7) * 36, ((code >> 6) & 7) * 36];
      rgb.set(colour, (y * side + x) * 3);
    }
  }
  return { width: side, height: side, rgb };
}

function random(seed: number, at: number): number {
  let h = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(at + 1, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h ^= h >>> 13;
  return (h >>> 0) / 2 ** 32;
}

function shuffled(seed: number): Uint16Array {
  return Uint16Array.from([...Array(codes).keys()].sort((a, b) => random(seed + 1, a) - random(seed + 1, b)));
}
