import { isDeepStrictEqual } from 'node:util';
import type { StudioError } from '../../electron/contract/errors.ts';
import type { RgbImage, RunEvent, RunEventOf } from '../../electron/contract/events.ts';
import { withoutPictures, type GenerationRequest } from '../../electron/contract/request.ts';
import type { RunStory } from '../../electron/contract/runs.ts';
import { LavidaError, toStudioError } from '../errors.ts';
import type { PictureMetadata } from '../library/picture-metadata.ts';
import type { RunLibrary } from '../library/run-library.ts';
import { StoryTeller } from '../library/run-story.ts';
import { writeFileSafely } from '../library/safe-file.ts';
import { RunRecorder } from '../trace/run-recorder.ts';

/** Pictures that could not be saved are kept in memory up to this many, so that Retry need not compute them again. */
const maxUnsaved = 4;

/** A computed run on its way to the disk. */
interface Finished {
  id: string;
  start: RunEventOf<'run.start'>;
  events: RunEvent[];
  image: RgbImage;
  trace: Uint8Array | null;
  story: RunStory;
  /** The round whose picture is the result; null without reflection. */
  lastRound: number | null;
  /** What could not be written on the way. */
  warnings: StudioError[];
  done: RunEventOf<'run.done'>;
}

/** Writes a run's picture and trace before anyone is told that it is done. */
export class RunSaver {
  readonly #library: RunLibrary;
  readonly #createdBy: string;
  readonly #records: () => boolean;
  #unsaved: Finished[] = [];

  /** @param records whether the steps are kept beside the picture */
  constructor(library: RunLibrary, createdBy: string, records: () => boolean = () => true) {
    this.#library = library;
    this.#createdBy = createdBy;
    this.#records = records;
  }

  /** Whether the result of this very request waits in memory to be saved. */
  unsaved(request: GenerationRequest): boolean {
    return this.#find(request) !== undefined;
  }

  /** Passes an engine's events on; pictures and run.done come only once they are on the disk. */
  async *follow(id: string, events: AsyncIterable<RunEvent>): AsyncGenerator<RunEvent> {
    const recorder = new RunRecorder();
    const teller = new StoryTeller();
    const said: RunEvent[] = [];
    const warnings: StudioError[] = [];
    let start: RunEventOf<'run.start'> | null = null;
    let image: RgbImage | null = null;
    let lastRound: number | null = null;
    for await (const event of events) {
      recorder.consume(event);
      teller.consume(event);
      if (event.type === 'run.start') start = event;
      if (event.type === 'run.image') image = event.image;
      if (event.type === 'round.image' && start) {
        lastRound = event.round;
        await this.#library
          .saveRound(id, event.round, event.image, this.#metadata(start))
          .catch((error: unknown) => warnings.push(toStudioError(error)));
      }
      if (event.type === 'run.done') {
        if (!start || !image)
          throw new LavidaError('internal', 'The engine finished a run without a picture.');
        const trace = this.#records() ? recorder.encode(start.request) : null;
        const story = teller.story();
        const finished = { id, start, events: said, image, trace, story, lastRound, warnings, done: event };
        yield* this.#save(id, finished);
      } else if (event.type !== 'run.image') {
        if (event.type !== 'step.preview' && event.type !== 'round.image') said.push(event);
        yield event;
      }
    }
  }

  /** Tells a finished run again and saves it. */
  async *resume(id: string, request: GenerationRequest): AsyncGenerator<RunEvent> {
    const finished = this.#find(request);
    if (!finished) throw new LavidaError('internal', 'There is no finished picture of this request.');
    this.#unsaved = this.#unsaved.filter((other) => other !== finished);
    await this.#library.moveRounds(finished.id, id, finished.lastRound ?? 0);
    yield* finished.events;
    yield* this.#save(id, { ...finished, id });
  }

  #find(request: GenerationRequest): Finished | undefined {
    const wanted = withoutPictures(request);
    return this.#unsaved.find(({ start }) => isDeepStrictEqual(withoutPictures(start.request), wanted));
  }

  async *#save(id: string, finished: Finished): AsyncGenerator<RunEvent> {
    const { start, image, trace, story, lastRound, done } = finished;
    yield { type: 'phase', phase: 'save', detail: '' };
    const began = performance.now();
    let imageFile: string;
    try {
      imageFile = await this.#library.savePicture(id, image, { ...this.#metadata(start), ...story });
    } catch (error) {
      this.#unsaved = [...this.#unsaved, finished].slice(-maxUnsaved);
      yield { type: 'run.error', error: toStudioError(error), step: null };
      return;
    }
    if (lastRound !== null) await this.#library.settleRound(id, lastRound);
    const warnings = [...finished.warnings];
    let traceFile: string | null = null;
    if (trace) {
      const path = this.#library.tracePath(id);
      await writeFileSafely(path, trace).then(
        () => (traceFile = path),
        (error: unknown) => warnings.push(toStudioError(error)),
      );
    }
    const phaseMs = { ...done.result.phaseMs, save: performance.now() - began };
    yield { type: 'run.image', image };
    yield {
      type: 'run.done',
      result: { ...done.result, phaseMs, imageFile, traceFile, ...(warnings.length > 0 ? { warnings } : {}) },
    };
  }

  #metadata({ request, model, backend }: RunEventOf<'run.start'>): PictureMetadata {
    return { version: 1, request, model, backend, createdBy: this.#createdBy };
  }
}
