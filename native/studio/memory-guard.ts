import type { FitOfTask, GraphicsAdapter, MemoryFit } from '../../electron/contract/hardware.ts';
import { fitTasks } from '../../electron/contract/hardware.ts';
import type { RunEvent } from '../../electron/contract/events.ts';
import type { GenerationRequest } from '../../electron/contract/request.ts';
import { LavidaError } from '../errors.ts';
import { findAdapters } from '../hardware/adapters.ts';
import { outlineOfFolder, type ModelOutline } from '../hardware/estimate.ts';
import { fitOf, roomFor, type MemoryRoom } from '../hardware/fit.ts';
import { graphicsFit } from '../hardware/graphics.ts';
import { memoryState } from '../hardware/memory.ts';
import { fitSentence } from '../hardware/words.ts';
import { workOf, workOfRequest, type EstimateWork } from '../hardware/work.ts';

/** The engine as far as its memory goes. */
export interface GuardedEngine {
  /** Folder of the model it has open or opens next. */
  modelDirectory: () => string;
  /** Tasks of the open model; null when none is open. */
  tasks: () => readonly string[] | null;
  residentBytes: () => number | null;
  /** The user's cap, if any. */
  capBytes: () => number | undefined;
  /** What it computes on; null when that is not known yet. */
  backend: () => string | null;
}

/** Says before a run whether it has room in memory, and after it died of memory what would need less. */
export class MemoryGuard {
  readonly #engine: GuardedEngine;
  #adapters: Promise<readonly GraphicsAdapter[]> | null = null;
  #outline: { directory: string; outline: Promise<ModelOutline | null> } | null = null;

  constructor(engine: GuardedEngine) {
    this.#engine = engine;
  }

  /** Forgets what the model's folder held, which may have changed. */
  forget(): void {
    this.#outline = null;
  }

  /** The open model's needs by task. */
  async fits(): Promise<FitOfTask[]> {
    const tasks = this.#engine.tasks();
    const outline = tasks ? await this.#outlined() : null;
    if (!tasks || !outline) return [];
    const fits: FitOfTask[] = [];
    for (const task of fitTasks.filter((each) => tasks.includes(each)))
      fits.push({ task, fit: await this.#fitOf(outline, workOf(task, outline.imageSize)) });
    return fits;
  }

  /** Whether a request has room; null for a model whose folder cannot be read. */
  async fit(request: GenerationRequest): Promise<MemoryFit | null> {
    const outline = await this.#outlined();
    return outline && this.#fitOf(outline, workOfRequest(request, outline.imageSize));
  }

  /** @throws LavidaError memory.short when the request cannot run in the memory it may take */
  async check(request: GenerationRequest): Promise<void> {
    const fit = await this.fit(request);
    if (fit?.verdict !== 'will-not-fit') return;
    throw new LavidaError('memory.short', 'There is not enough memory for this run.', fitSentence(fit));
  }

  /** The events of a run; an end for lack of memory tells what the run needs and what would need less. */
  async *explain(request: GenerationRequest, events: AsyncIterable<RunEvent>): AsyncGenerator<RunEvent> {
    for await (const event of events) {
      if (event.type !== 'run.error' || event.error.code !== 'engine.memory') {
        yield event;
        continue;
      }
      const fit = await this.fit(request);
      const { error } = event;
      const cause = [fit ? fitSentence(fit) : '', error.cause].filter(Boolean).join('\n');
      yield { ...event, error: { ...error, cause } };
    }
  }

  /** Memory a run may take, by the user's cap, the machine and what is free now. */
  room(): MemoryRoom {
    return roomFor(memoryState(), this.#engine.capBytes(), this.#engine.residentBytes());
  }

  async #fitOf(outline: ModelOutline, work: EstimateWork): Promise<MemoryFit> {
    const room = this.room();
    const backend = this.#engine.backend();
    const fit = fitOf(outline, work, room);
    if (backend === null || backend === 'cpu') return fit;
    this.#adapters ??= findAdapters().then(({ adapters }) => adapters);
    return { ...fit, graphics: graphicsFit(outline, work, room, backend, await this.#adapters) };
  }

  #outlined(): Promise<ModelOutline | null> {
    const directory = this.#engine.modelDirectory();
    if (this.#outline?.directory !== directory) {
      // A folder that cannot be read is the engine's to complain of.
      this.#outline = { directory, outline: outlineOfFolder(directory).catch(() => null) };
    }
    return this.#outline.outline;
  }
}
