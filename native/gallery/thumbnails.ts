import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { thumbnailSize } from '../../electron/contract/gallery.ts';
import { discard, makeFolder, writeFileSafely } from '../library/safe-file.ts';
import type { ThumbnailReply, ThumbnailTask } from './thumbnail-entry.ts';

/** What the thumbnails of one folder may take on the disk, bytes; the longest unused go first. */
const defaultBudget = 256 * 1024 * 1024;
/** A file so small is as quickly sent as its thumbnail. */
const smallBytes = 48 * 1024;
/** The thread goes when nothing has been asked of it for so long, milliseconds. */
const idleMs = 20_000;

export interface PictureFile {
  path: string;
  id: string;
  /** Changes whenever the file does. */
  version: string;
  bytes: number;
  width: number;
  height: number;
}

/** The thread's module: beside this one in the sources, beside the bundle once built. */
function entry(): string {
  const source = join(import.meta.dirname, 'thumbnail-entry.ts');
  return existsSync(source) ? source : join(import.meta.dirname, 'thumbnails.js');
}

/**
 * Small pictures on the disk, made when first asked for by a thread of their own. The folder is bounded and can be
 * thrown away at any time.
 */
export class Thumbnails {
  readonly #folder: string;
  readonly #budget: number;
  readonly #underWay = new Map<string, Promise<Uint8Array>>();
  readonly #answers = new Map<number, (reply: ThumbnailReply) => void>();
  /** Files by name, the longest unused first; null until the folder is read. */
  #files: Map<string, number> | null = null;
  #bytes = 0;
  #worker: Worker | null = null;
  #timer: NodeJS.Timeout | undefined;
  #nextId = 0;

  constructor(folder: string, budget: number = defaultBudget) {
    this.#folder = folder;
    this.#budget = budget;
  }

  /** A PNG, JPEG or WebP of at most `thumbnailSize` a side, or a file that is small already. */
  async read(picture: PictureFile): Promise<Uint8Array> {
    const { bytes, width, height, path } = picture;
    if (bytes <= smallBytes && Math.max(width, height) <= thumbnailSize) return readFile(path);
    const name = `${picture.id}-${picture.version.replaceAll(/[^0-9-]/gu, '_')}.png`;
    const known = await readFile(join(this.#folder, name)).catch(() => null);
    if (known) {
      await this.#touch(name, known.length);
      return known;
    }
    const underWay = this.#underWay.get(name);
    if (underWay) return underWay;
    const making = this.#make(name, path).finally(() => this.#underWay.delete(name));
    this.#underWay.set(name, making);
    return making;
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await Promise.allSettled(this.#underWay.values());
    await this.#worker?.terminate();
    this.#worker = null;
  }

  async #make(name: string, path: string): Promise<Uint8Array> {
    const png = await this.#ask(path);
    // Without a folder thumbnails are made anew each time; that is slow, not wrong.
    await makeFolder(this.#folder)
      .then(() => writeFileSafely(join(this.#folder, name), png))
      .then(() => this.#touch(name, png.length))
      .catch((error: unknown) => {
        console.error(error instanceof Error ? error.message : error);
      });
    return png;
  }

  #ask(path: string): Promise<Uint8Array> {
    clearTimeout(this.#timer);
    const worker = this.#thread();
    const id = this.#nextId++;
    return new Promise<Uint8Array>((resolve, reject) => {
      this.#answers.set(id, (reply) => {
        if ('png' in reply) resolve(reply.png);
        else reject(new Error(reply.failed));
      });
      worker.postMessage({ id, path } satisfies ThumbnailTask);
    }).finally(() => {
      this.#answers.delete(id);
      if (this.#answers.size > 0) return;
      this.#timer = setTimeout(() => {
        void this.#worker?.terminate();
        this.#worker = null;
      }, idleMs).unref();
    });
  }

  #thread(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(entry());
    worker.unref();
    worker.on('message', (reply: ThumbnailReply) => {
      this.#answers.get(reply.id)?.(reply);
    });
    const fail = (why: string): void => {
      if (this.#worker === worker) this.#worker = null;
      for (const [id, answer] of this.#answers) answer({ id, failed: why });
    };
    worker.on('error', (error) => {
      fail(error instanceof Error ? error.message : String(error));
    });
    worker.on('exit', () => {
      fail('the thread that makes thumbnails ended');
    });
    this.#worker = worker;
    return worker;
  }

  /** Counts a file as the latest used and removes the longest unused beyond the budget. */
  async #touch(name: string, bytes: number): Promise<void> {
    const files = (this.#files ??= await this.#readFolder());
    this.#bytes += bytes - (files.get(name) ?? 0);
    files.delete(name);
    files.set(name, bytes);
    for (const [oldest, size] of files) {
      if (this.#bytes <= this.#budget || oldest === name) return;
      files.delete(oldest);
      this.#bytes -= size;
      await discard(join(this.#folder, oldest));
    }
  }

  async #readFolder(): Promise<Map<string, number>> {
    const names = (await readdir(this.#folder).catch(() => [] as string[])).filter((name) =>
      name.endsWith('.png'),
    );
    const found: { name: string; size: number; used: number }[] = [];
    for (const name of names) {
      const file = await stat(join(this.#folder, name)).catch(() => null);
      if (file) found.push({ name, size: file.size, used: Math.max(file.atimeMs, file.mtimeMs) });
    }
    found.sort((a, b) => a.used - b.used);
    this.#bytes = found.reduce((sum, { size }) => sum + size, 0);
    return new Map(found.map(({ name, size }) => [name, size]));
  }
}
