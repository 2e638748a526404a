import { z } from 'zod';
import {
  generationRequestSchema,
  withoutPictures,
  type GenerationRequest,
} from '../../electron/contract/request.ts';
import { leftRunSchema, runIdSchema, type LeftRun } from '../../electron/contract/runs.ts';
import { JsonFile } from './json-file.ts';

/** The queue's file. */
export const queueFileSchema = z.object({
  version: z.literal(1),
  paused: z.boolean(),
  entries: z.array(
    z.object({ id: runIdSchema, request: generationRequestSchema, state: z.enum(['queued', 'running']) }),
  ),
  left: z.array(leftRunSchema),
});

/** What the queue holds when it is put on the disk. */
export interface KeptQueue {
  paused: boolean;
  entries: { id: string; request: GenerationRequest; state: 'queued' | 'running' }[];
  left: LeftRun[];
}

/**
 * The queue on the disk: one JSON file, its requests without the bytes of their pictures. Whatever moment the program
 * dies, the file is the queue before or after a change.
 */
export class QueueStore {
  readonly #file: JsonFile<z.infer<typeof queueFileSchema>>;
  readonly #keepPictures: (request: GenerationRequest) => Promise<unknown>;
  #waiting: KeptQueue | null = null;
  #saving: Promise<void> | null = null;

  /** @param keepPictures puts the pictures of a request where they are found again by their hash */
  constructor(path: string, keepPictures: (request: GenerationRequest) => Promise<unknown>) {
    this.#file = new JsonFile(path, queueFileSchema);
    this.#keepPictures = keepPictures;
  }

  /** The queue as it was left. */
  load(): Promise<KeptQueue | null> {
    return this.#file.load();
  }

  /** Writes the queue; of calls while a write is under way only the newest counts. @throws LavidaError output.* */
  save(queue: KeptQueue): Promise<void> {
    this.#waiting = queue;
    this.#saving ??= this.#write();
    return this.#saving;
  }

  /** Resolves when nothing is being written. */
  async idle(): Promise<void> {
    await this.#saving?.catch(() => undefined);
  }

  async #write(): Promise<void> {
    // One turn later everything that changed at the same time is in the newest state.
    await Promise.resolve();
    try {
      for (let queue = this.#waiting; queue; queue = this.#waiting) {
        this.#waiting = null;
        await this.#writeOne(queue);
      }
    } finally {
      this.#saving = null;
    }
  }

  async #writeOne({ paused, entries, left }: KeptQueue): Promise<void> {
    for (const { request } of entries) await this.#keepPictures(request).catch(() => undefined);
    const strip = <T extends { request: GenerationRequest }>(entry: T): T => ({
      ...entry,
      request: withoutPictures(entry.request),
    });
    await this.#file.save({
      version: 1,
      paused,
      entries: entries.map(({ id, request, state }) => strip({ id, request, state })),
      left: left.map(strip),
    });
  }
}
