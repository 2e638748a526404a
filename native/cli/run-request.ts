import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import type { ModelInfo } from '../../electron/contract/engine.ts';
import type { RgbImage, RunEvent, RunEventOf } from '../../electron/contract/events.ts';
import type { RunStory } from '../../electron/contract/runs.ts';
import { isPictureRequest, type GenerationRequest } from '../../electron/contract/request.ts';
import { createEngine } from '../engine.ts';
import { LavidaError, toStudioError } from '../errors.ts';
import { defaultModelDirectory, packageVersion } from '../library/paths.ts';
import { encodePicture } from '../library/picture-metadata.ts';
import { StoryTeller } from '../library/run-story.ts';
import { checkWritable, writeFileSafely } from '../library/safe-file.ts';
import { MemoryGuard } from '../studio/memory-guard.ts';
import { namedModel } from '../store/named-model.ts';
import { RunRecorder } from '../trace/run-recorder.ts';
import type { RunOptions } from './arguments.ts';
import { errorText, eventLine } from './output.ts';
import { ProgressLine } from './progress.ts';
import { unknownWordsNote } from './unknown-words.ts';

/** Everything a finished run left. */
export interface Outcome {
  request: GenerationRequest;
  info: ModelInfo;
  image: RgbImage | null;
  /** Pictures of the rounds of reflection, in order. */
  rounds: RunEventOf<'round.image'>[];
  story: RunStory;
  answer: RunEventOf<'run.answer'> | null;
  boxes: RunEventOf<'run.boxes'> | null;
  done: RunEventOf<'run.done'>;
  /** Seconds of the run itself, and until the model was ready. */
  seconds: number;
  readySeconds: number;
}

/** A command that runs one request. */
export interface RequestCommand {
  /** Files that will be written, the trace left out; looked at before the model is loaded. */
  files: readonly string[];
  request: (info: ModelInfo) => Promise<GenerationRequest>;
  /** Writes the files; returns the name of the picture, if any. */
  save?: (outcome: Outcome, backend: string) => Promise<string | null>;
  /** Tells a person what came out. */
  tell: (outcome: Outcome) => void;
}

function capBytes({ memory }: RunOptions): number | undefined {
  return memory === undefined ? undefined : memory * 2 ** 30;
}

/** Writes a run's picture with what is needed to make it again. @throws LavidaError output.* */
async function savePicture(
  path: string,
  image: RgbImage,
  { request, info }: Outcome,
  backend: string,
  told: RunStory & { round?: number },
): Promise<void> {
  if (!isPictureRequest(request)) throw new LavidaError('internal', 'This run makes no picture.');
  const metadata = {
    version: 1 as const,
    request,
    model: { name: info.name, fingerprint: info.fingerprint },
    backend,
    createdBy: `lavida-studio ${packageVersion()}`,
    ...told,
  };
  await writeFileSafely(path, encodePicture(image, metadata));
}

/** Name of an earlier round's picture: `car.png` to `car.round-1.png`. */
function roundFile(out: string, round: number): string {
  return out.replace(/(\.[^./\\]*)?$/u, (ending) => `.round-${round}${ending}`);
}

/** Saves a run's picture to `out`, and those of earlier rounds beside it. */
export function savesPicture(out: string): Required<RequestCommand>['save'] {
  return async (outcome, backend) => {
    if (!outcome.image) throw new LavidaError('internal', 'The run ended without a picture.');
    for (const { round, image } of outcome.rounds.slice(0, -1)) {
      await savePicture(roundFile(out, round), image, outcome, backend, { round });
    }
    await savePicture(out, outcome.image, outcome, backend, outcome.story);
    return out;
  };
}

/**
 * Runs one request on the model the options name. Exit code 0 done, 1 error, 130 interrupted; files appear whole or not
 * at all, and only when the run is done.
 */
export async function runRequest(options: RunOptions, command: RequestCommand): Promise<number> {
  const progress = new ProgressLine(process.stderr);
  const engine = createEngine();
  const abort = new AbortController();
  const interrupt = (): void => {
    abort.abort();
  };
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  // Whoever reads the events has gone; there is nobody left to work for.
  process.stdout.on('error', interrupt);
  const print = (event: RunEvent): void => {
    if (options.json) process.stdout.write(`${eventLine(event)}\n`);
  };
  try {
    const traceFile = options.trace === undefined ? null : resolve(options.trace);
    for (const file of [...command.files, ...(traceFile === null ? [] : [traceFile])]) {
      await checkWritable(resolve(file));
    }
    const started = performance.now();
    const modelDirectory = options.model ? await namedModel(options.model) : defaultModelDirectory();
    const info = await engine.open(
      {
        modelDirectory,
        backend: options.backend,
        threads: options.threads ?? availableParallelism(),
        memoryBytes: capBytes(options),
      },
      (detail) => {
        progress.say(detail);
      },
    );
    const ready = performance.now();
    if (options.backend !== 'auto' && options.backend !== info.backend && !options.json) {
      progress.clear();
      console.error(`lavida: ${info.backendReason}`);
    }
    const request = await command.request(info);
    const note = options.json ? null : unknownWordsNote(request, info);
    if (note !== null) {
      progress.clear();
      console.error(`lavida: ${note}`);
    }
    const guard = new MemoryGuard({
      modelDirectory: () => modelDirectory,
      tasks: () => info.tasks,
      residentBytes: () => process.memoryUsage.rss(),
      capBytes: () => capBytes(options),
      backend: () => info.backend,
    });
    if (options.anyway !== true) await guard.check(request);
    const trace = new RunRecorder();
    const teller = new StoryTeller();
    const seen: Pick<Outcome, 'image' | 'rounds' | 'answer' | 'boxes'> = {
      image: null,
      rounds: [],
      answer: null,
      boxes: null,
    };
    const events = engine.run(request, { signal: abort.signal, previews: false });
    for await (const event of guard.explain(request, events)) {
      trace.consume(event);
      teller.consume(event);
      progress.show(event);
      if (event.type === 'plan.parsed' && !options.json) {
        progress.clear();
        for (const warning of event.warnings) console.error(`lavida: ${warning}`);
      }
      if (event.type === 'run.image') seen.image = event.image;
      else if (event.type === 'round.image') seen.rounds.push(event);
      else if (event.type === 'run.answer') seen.answer = event;
      else if (event.type === 'run.boxes') seen.boxes = event;
      else if (event.type === 'run.error') {
        throw new LavidaError(event.error.code, event.error.message, event.error.cause);
      } else if (event.type === 'run.cancelled') {
        print(event);
        if (!options.json) console.error('lavida: interrupted; nothing was written.');
        return 130;
      } else if (event.type === 'run.done') {
        const seconds = (performance.now() - ready) / 1000;
        const readySeconds = (ready - started) / 1000;
        const outcome = { ...seen, story: teller.story(), request, info, done: event, seconds, readySeconds };
        const imageFile = (await command.save?.(outcome, info.backend)) ?? null;
        const recorded = traceFile === null ? null : trace.encode(request);
        if (traceFile !== null && recorded) await writeFileSafely(traceFile, recorded);
        print({ ...event, result: { ...event.result, imageFile, traceFile } });
        if (!options.json) command.tell(outcome);
        return 0;
      }
      print(event);
    }
    throw new LavidaError('internal', 'The run stopped without a result.');
  } catch (thrown) {
    progress.clear();
    const error = toStudioError(thrown);
    print({ type: 'run.error', error, step: null });
    if (!options.json) console.error(errorText(error));
    return 1;
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
    process.stdout.off('error', interrupt);
    await engine.close();
  }
}
