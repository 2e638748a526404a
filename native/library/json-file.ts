import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { z } from 'zod';
import { parseJson } from '../parse-json.ts';
import { makeFolder, setAside, writeFileSafely } from './safe-file.ts';

/** A small JSON file of the studio. A damaged one is set aside as `.bak`, never overwritten. */
export class JsonFile<T> {
  readonly path: string;
  readonly #schema: z.ZodType<T>;
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string, schema: z.ZodType<T>) {
    this.path = path;
    this.#schema = schema;
  }

  /** What the file holds, or null when there is none that can be read. */
  async load(): Promise<T | null> {
    let text: string;
    try {
      text = await readFile(this.path, 'utf8');
    } catch {
      return null;
    }
    const value = parseJsonFile(text, this.#schema);
    if (value === null) await setAside(this.path);
    return value;
  }

  /** Writes one after another, so that the last call wins. @throws LavidaError output.* */
  save(value: T): Promise<void> {
    const text = JSON.stringify(value);
    const write = this.#writing.then(async () => {
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
