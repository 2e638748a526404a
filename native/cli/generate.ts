import { availableParallelism } from 'node:os';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import { generationRequestSchema } from '../../electron/contract/request.ts';
import type { GenerationRequest, TextToImageDefaults } from '../../electron/contract/request.ts';
import type { RgbImage } from '../../electron/contract/events.ts';
import { createEngine } from '../engine.ts';
import { LavidaError, toStudioError } from '../errors.ts';
import { defaultModelDirectory, packageVersion } from '../library/paths.ts';
import { encodePicture } from '../library/picture-metadata.ts';
import { checkWritable } from '../library/check-writable.ts';
import { writeFileSafely } from '../library/safe-file.ts';
import { encodeTrace } from '../trace/format.ts';
import { TraceRecorder } from '../trace/recorder.ts';
import { errorText, eventLine } from './output.ts';
import { formatSeconds, ProgressLine } from './progress.ts';

/** Options of `lavida generate` as typed by the user; numbers are checked by the request schema. */
export interface GenerateOptions {
  out: string;
  model?: string;
  backend: string;
  threads?: number;
  seed: number;
  steps?: number;
  guidance?: number;
  temperature?: number;
  order?: string;
  schedule?: string;
  shift?: number;
  topK?: number;
  topP?: number;
  argmax?: boolean;
  request?: string;
  trace?: string;
  json?: boolean;
}

/** Names a setting as the user typed it, for the sentence of a request.invalid error. */
function explain(error: z.ZodError): LavidaError {
  const issue = error.issues[0];
  const where = issue ? issue.path.join('.') : '';
  return new LavidaError(
    'request.invalid',
    `The setting ${where || 'given'} is out of range.`,
    issue?.message ?? '',
  );
}

/** The request: model defaults, then a recalled request file, then what was typed. */
async function makeRequest(
  prompt: string | undefined,
  options: GenerateOptions,
  defaults: TextToImageDefaults,
): Promise<GenerationRequest> {
  let base: Record<string, unknown> = {
    version: 1,
    task: 'text-to-image',
    prompt: '',
    seed: options.seed,
    ...defaults,
  };
  if (options.request !== undefined) base = { ...base, ...(await readRequestFile(options.request)) };
  const schedule = { ...defaults.schedule, ...(base['schedule'] as object) };
  const typed: Record<string, unknown> = {
    prompt,
    seed: options.request === undefined ? options.seed : undefined,
    steps: options.steps,
    guidanceScale: options.guidance,
    temperature: options.temperature,
    order: options.order,
    topK: options.topK,
    topP: options.topP,
    samplePolicy: options.argmax ? 'argmax' : undefined,
    schedule: { ...schedule, ...defined({ name: options.schedule, shift: options.shift }) },
  };
  const parsed = generationRequestSchema.safeParse({ ...base, ...defined(typed) });
  if (!parsed.success) throw explain(parsed.error);
  return parsed.data;
}

function defined(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

async function readRequestFile(path: string): Promise<Record<string, unknown>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new LavidaError(
      'file.missing',
      `The request file ${path} cannot be read.`,
      (error as Error).message,
    );
  }
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch {
    throw new LavidaError('file.invalid', `The request file ${path} is not a JSON object.`);
  }
}

/** What is left on the user's screen or in the JSON stream when the run ends. */
interface Outcome {
  image: RgbImage | null;
  exitCode: number;
}

/**
 * `lavida generate`: one request to one PNG. Exit code 0 done, 1 error, 130 interrupted; the file appears whole or not
 * at all.
 */
export async function generate(prompt: string | undefined, options: GenerateOptions): Promise<number> {
  const progress = new ProgressLine(process.stderr);
  const engine = createEngine();
  const abort = new AbortController();
  const interrupt = (): void => {
    abort.abort();
  };
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  const fail = (thrown: unknown): number => {
    progress.clear();
    const error = toStudioError(thrown);
    if (options.json) process.stdout.write(`${eventLine({ type: 'run.error', error, step: null })}\n`);
    else console.error(errorText(error));
    return 1;
  };
  try {
    const out = resolve(options.out);
    await checkWritable(out);
    if (options.trace !== undefined) await checkWritable(resolve(options.trace));
    const started = performance.now();
    const info = await engine.open(
      {
        modelDirectory: resolve(options.model ?? defaultModelDirectory()),
        backend: options.backend,
        threads: options.threads ?? availableParallelism(),
      },
      (detail) => {
        progress.say(detail);
      },
    );
    const ready = performance.now();
    const request = await makeRequest(prompt, options, info.defaults);
    const recorder = new TraceRecorder();
    const outcome: Outcome = { image: null, exitCode: 1 };
    for await (const event of engine.run(request, { signal: abort.signal, previews: false })) {
      recorder.consume(event);
      progress.show(event);
      if (event.type === 'run.image') outcome.image = event.image;
      if (event.type === 'run.error')
        return fail(new LavidaError(event.error.code, event.error.message, event.error.cause));
      if (event.type === 'run.cancelled') {
        if (options.json) process.stdout.write(`${eventLine(event)}\n`);
        else console.error('lavida: interrupted; nothing was written.');
        return 130;
      }
      if (event.type === 'run.done' && outcome.image) {
        const metadata = {
          version: 1 as const,
          request,
          model: { name: info.name, fingerprint: info.fingerprint },
          backend: options.backend,
          createdBy: `lavida-studio ${packageVersion()}`,
        };
        await writeFileSafely(out, encodePicture(outcome.image, metadata));
        const recorded = recorder.recorded();
        const traceFile = options.trace !== undefined && recorded ? resolve(options.trace) : null;
        if (traceFile !== null && recorded) await writeFileSafely(traceFile, encodeTrace(recorded));
        outcome.exitCode = 0;
        const done = { ...event, result: { ...event.result, imageFile: out, traceFile } };
        if (options.json) process.stdout.write(`${eventLine(done)}\n`);
        else {
          const seconds = (performance.now() - ready) / 1000;
          console.error(
            `${options.out}  ${info.imageSize}×${info.imageSize}  seed ${request.seed}  ${request.steps} steps, ` +
              `${event.result.forwards} forwards in ${formatSeconds(seconds)} (model ready in ${formatSeconds((ready - started) / 1000)})`,
          );
        }
        continue;
      }
      if (options.json) process.stdout.write(`${eventLine(event)}\n`);
    }
    return outcome.exitCode;
  } catch (thrown) {
    return fail(thrown);
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
    await engine.close();
  }
}
