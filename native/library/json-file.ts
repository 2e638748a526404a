import { dirname } from 'node:path';
import { z } from 'zod';
import { LavidaError } from '../errors.ts';
import { parseJson } from '../parse-json.ts';
import { forgetDamage, tellDamage } from './damage.ts';
import { readTextIfThere } from './read-text.ts';
import { makeFolder, setAside, writeFileSafely } from './safe-file.ts';

/**
 * A small JSON file of the studio. A damaged one is set aside as `.bak`, never overwritten; one that cannot be read now
 * is set aside before another is written.
 */
export class JsonFile<T> {
  readonly path: string;
  readonly #schema: z.ZodType<T>;
  readonly #indent: number;
  #writing: Promise<void> = Promise.resolve();
  /** Why the file that lies there was not read; null when it was, or when there is none. */
  #unread: string | null = null;

  /** @param indent more than 0 for a file that people read too */
  constructor(path: string, schema: z.ZodType<T>, indent = 0) {
    this.path = path;
    this.#schema = schema;
    this.#indent = indent;
  }

  /** What the file holds, or null when there is none that can be read. */
  async load(): Promise<T | null> {
    try {
      const value = await readOrSetAside(this.path, this.#schema);
      this.#unread = null;
      forgetDamage(this.path);
      return value;
    } catch (error) {
      this.#unread = error instanceof LavidaError ? error.detail : '';
      tellDamage({ file: this.path, keptAs: null, reason: this.#unread });
      return null;
    }
  }

  /** Writes one after another, so that the last call wins. @throws LavidaError output.*, file.unreadable */
  save(value: T): Promise<void> {
    const text = JSON.stringify(value, null, this.#indent) + (this.#indent > 0 ? '\n' : '');
    const write = this.#writing.then(async () => {
      if (this.#unread !== null) {
        if ((await setAside(this.path, this.#unread)) === null) throw cannotSetAside(this.path, this.#unread);
        this.#unread = null;
      }
      await makeFolder(dirname(this.path));
      await writeFileSafely(this.path, text);
    });
    this.#writing = write.catch(() => undefined);
    return write;
  }

  /** Resolves when nothing is being written. */
  idle(): Promise<void> {
    return this.#writing;
  }
}

/** What the text of a file says, or null when it is damaged. */
export function parseJsonFile<T>(text: string, schema: z.ZodType<T>): T | null {
  try {
    const parsed = schema.safeParse(parseJson(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/**
 * What a JSON file says; null when there is none. A damaged one is set aside and counts as none.
 *
 * @throws LavidaError file.unreadable for one that is there and can be neither read nor set aside: to write another over
 * it would lose it
 */
export async function readOrSetAside<T>(path: string, schema: z.ZodType<T>): Promise<T | null> {
  const text = await readTextIfThere(path);
  if (text === null) return null;
  try {
    return schema.parse(parseJson(text));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    if ((await setAside(path, reason)) === null) throw cannotSetAside(path, reason);
    return null;
  }
}

function cannotSetAside(path: string, reason: string): LavidaError {
  return new LavidaError('file.unreadable', `${path} cannot be used, nor moved out of the way.`, reason);
}
