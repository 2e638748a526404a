import type { ModelInfo } from '../electron/contract/engine.ts';
import type { RgbImage, RunEvent } from '../electron/contract/events.ts';
import type { GenerationRequest } from '../electron/contract/request.ts';
import type { EngineApi, EngineOptions, PromptCount } from './engine-api.ts';
import { chooseBackend } from './backends/choose.ts';
import { LavidaError, toStudioError } from './errors.ts';
import { outlineOfNetwork, sessionBudget } from './hardware/estimate.ts';
import { workOfRequest } from './hardware/work.ts';
import { describeModel } from './model-info.ts';
import { openNetwork, type Network } from './network/index.ts';
import { usableMemory } from './network/weight-mode.ts';
import { tasksOf } from './tasks/abilities.ts';
import { performTask } from './tasks/perform.ts';
import type { TaskContext } from './tasks/context.ts';
import { renderCodes } from './tasks/preview.ts';
import { TextTokenizer } from './text/tokenizer.ts';

function isAbort(thrown: unknown, signal: AbortSignal): boolean {
  return (
    signal.aborted && (thrown === signal.reason || (thrown instanceof Error && thrown.name === 'AbortError'))
  );
}

/** The engine: one open bundle, one run at a time. */
class Engine implements EngineApi {
  #context: TaskContext | null = null;
  #network: Network | null = null;
  #running = false;
  #limitBytes = Infinity;

  async open(options: EngineOptions, progress: (detail: string) => void): Promise<ModelInfo> {
    await this.close();
    if (options.backend !== 'cpu' && !options.choice) progress('trying the backends of this machine');
    const choice = options.choice ?? (await chooseBackend(options.backend));
    const { backend } = choice;
    progress('reading the model folder');
    const network = await openNetwork(options.modelDirectory, {
      backend,
      threads: options.threads,
      memoryBytes: options.memoryBytes,
    });
    this.#network = network;
    this.#limitBytes = options.memoryBytes ?? usableMemory();
    progress('reading the tokenizer');
    const tokenizer = await TextTokenizer.open(options.modelDirectory, network.config.embeddingSize);
    const info = describeModel(network, options.modelDirectory, tasksOf(network, tokenizer), choice);
    const context: TaskContext = { network, tokenizer, info, backend };
    if (info.tasks.includes('text-to-image')) {
      progress('preparing the network');
      await network.prepare('image', progress);
    }
    this.#context = context;
    return info;
  }

  countTokens(prompt: string): PromptCount {
    const { tokenizer, info } = this.#open();
    const text = prompt.trim();
    return {
      tokens: tokenizer.encode(text).length,
      characters: [...text].length,
      maxCharacters: info.maxCaptionCharacters,
    };
  }

  async *run(
    request: GenerationRequest,
    options: { signal: AbortSignal; previews: boolean },
  ): AsyncGenerator<RunEvent> {
    const context = this.#open();
    if (this.#running) throw new LavidaError('internal', 'The engine is already running a request.');
    this.#running = true;
    let step: number | null = null;
    const phaseMs: Record<string, number> = {};
    let phase = 'prepare';
    let since = performance.now();
    const endPhase = (next: string): void => {
      const now = performance.now();
      phaseMs[phase] = (phaseMs[phase] ?? 0) + (now - since);
      phase = next;
      since = now;
    };
    try {
      // Weights used longest ago make room for what this request needs besides them.
      const work = workOfRequest(request, context.info.imageSize);
      await context.network.mot.holdAtMost(
        sessionBudget(outlineOfNetwork(context.network), work, this.#limitBytes),
      );
      const events = performTask(request, context, options);
      let next = await events.next();
      while (!next.done) {
        if (next.value.type === 'phase') endPhase(next.value.phase);
        if (next.value.type === 'step.begin') step = next.value.step;
        yield next.value;
        next = await events.next();
      }
      endPhase('save');
      yield {
        type: 'run.done',
        result: { ...next.value, phaseMs, imageFile: null, traceFile: null },
      };
    } catch (thrown) {
      if (isAbort(thrown, options.signal)) yield { type: 'run.cancelled', step };
      else yield { type: 'run.error', error: toStudioError(thrown), step };
    } finally {
      this.#running = false;
    }
  }

  async decode(ids: Uint16Array, grid: { width: number; height: number }): Promise<RgbImage> {
    const { network, info } = this.#open();
    if (ids.length !== grid.width * grid.height || ids.length !== info.grid.width * info.grid.height) {
      throw new LavidaError('request.invalid', 'These tokens are not of the grid this model decodes.');
    }
    for (const id of ids) {
      if (id >= info.codebookSize) {
        throw new LavidaError(
          'request.invalid',
          `Token id ${id} is not in this model's codebook of ${info.codebookSize}.`,
        );
      }
    }
    return renderCodes(network, ids, info);
  }

  async close(): Promise<void> {
    const network = this.#network;
    this.#network = null;
    this.#context = null;
    await network?.release();
  }

  #open(): TaskContext {
    if (!this.#context) throw new LavidaError('engine.start', 'The engine has no model open yet.');
    return this.#context;
  }
}

/** A fresh engine with no model open. */
export function createEngine(): EngineApi {
  return new Engine();
}
