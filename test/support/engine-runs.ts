import { onTestFinished } from 'vitest';
import type { ModelInfo } from '../../electron/contract/engine.ts';
import type { RgbImage, RunEvent, RunEventOf } from '../../electron/contract/events.ts';
import {
  publishedAnswerDefaults,
  publishedDefaults,
  publishedEditDefaults,
  type AskRequest,
  type EditRequest,
  type GenerationRequest,
  type PictureSource,
  type TextToImageRequest,
} from '../../electron/contract/request.ts';
import type { EngineApi } from '../../native/engine-api.ts';
import { createEngine } from '../../native/engine.ts';
import { encodePng } from '../../native/library/png.ts';
import { describeModel } from '../../native/model-info.ts';
import { openNetwork } from '../../native/network/index.ts';
import { tasksOf } from '../../native/tasks/abilities.ts';
import type { TaskContext } from '../../native/tasks/context.ts';
import { pictureSource } from '../../native/tasks/picture-source.ts';
import { TextTokenizer } from '../../native/text/tokenizer.ts';
import { fullBundle, type FullBundleOptions } from './full-bundle.ts';

/** A picture of smooth colours and one hard edge. */
export function testPicture(width: number, height: number): RgbImage {
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      rgb[at] = (x * 255) / width;
      rgb[at + 1] = (y * 255) / height;
      rgb[at + 2] = x > width / 2 ? 220 : 30;
    }
  }
  return { width, height, rgb };
}

/** A picture as a request carries it. */
export function asSource(image: RgbImage, name = 'picture.png'): PictureSource {
  return pictureSource(name, encodePng(image, []));
}

export interface OpenedEngine {
  engine: EngineApi;
  info: ModelInfo;
  folder: string;
}

/** An engine with a full bundle, closed and removed when the test ends. */
export async function openFullEngine(options: FullBundleOptions = {}): Promise<OpenedEngine> {
  const bundle = await fullBundle(options);
  const engine = createEngine();
  onTestFinished(async () => {
    await engine.close();
    await bundle.remove();
  });
  const info = await engine.open(
    { modelDirectory: bundle.path, backend: 'cpu', threads: 1 },
    () => undefined,
  );
  return { engine, info, folder: bundle.path };
}

/** What tasks run on, for those that are called without an engine; to be released by its network. */
export async function openContext(folder: string): Promise<TaskContext> {
  const network = await openNetwork(folder, { backend: 'cpu', threads: 1 });
  const tokenizer = await TextTokenizer.open(folder, network.config.embeddingSize);
  const info = describeModel(network, folder, tasksOf(network, tokenizer), { backend: 'cpu', reason: '' });
  return { network, tokenizer, info, backend: 'cpu' };
}

/** All events of a run; `onEvent` may abort it. */
export async function runAll(
  engine: EngineApi,
  request: GenerationRequest,
  onEvent: (event: RunEvent, abort: () => void) => void = () => undefined,
): Promise<RunEvent[]> {
  const controller = new AbortController();
  const events: RunEvent[] = [];
  for await (const event of engine.run(request, { signal: controller.signal, previews: false })) {
    events.push(event);
    onEvent(event, () => {
      controller.abort();
    });
  }
  return events;
}

export function only<T extends RunEvent['type']>(events: readonly RunEvent[], type: T): RunEventOf<T>[] {
  return events.filter((event): event is RunEventOf<T> => event.type === type);
}

/** The one event of a type. */
export function the<T extends RunEvent['type']>(events: readonly RunEvent[], type: T): RunEventOf<T> {
  const [event, ...more] = only(events, type);
  if (!event || more.length > 0) {
    const last = events.at(-1);
    throw new Error(`${more.length + (event ? 1 : 0)} events ${type}; the last is ${JSON.stringify(last)}`);
  }
  return event;
}

/** Codes after the last step. */
export function finalCodes(events: readonly RunEvent[]): Uint16Array {
  return only(events, 'step.state').at(-1)?.ids ?? new Uint16Array(0);
}

export function paintRequest(change: Partial<TextToImageRequest> = {}): TextToImageRequest {
  const start = { version: 1, task: 'text-to-image', prompt: 'a red car', seed: 7 } as const;
  return { ...start, ...publishedDefaults, microConditions: null, steps: 4, ...change };
}

export function editRequest(image: PictureSource, change: Partial<EditRequest> = {}): EditRequest {
  const { microConditions: _, ...defaults } = publishedDefaults;
  const start = { version: 1, task: 'edit', prompt: 'make it blue', seed: 7, image } as const;
  return { ...start, ...defaults, ...publishedEditDefaults, steps: 4, ...change };
}

export function askRequest(image: PictureSource | null, change: Partial<AskRequest> = {}): AskRequest {
  const start = { version: 1, task: 'ask', prompt: 'What is this?', seed: 7, history: [] } as const;
  return {
    ...start,
    ...publishedAnswerDefaults,
    history: [],
    image,
    reasoning: false,
    length: 16,
    blockLength: 8,
    ...change,
  };
}
