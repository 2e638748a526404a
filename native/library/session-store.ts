import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { z } from 'zod';
import { sessionSchema } from '../../electron/contract/app.ts';
import { makeFolder, setAside, writeFileSafely } from './safe-file.ts';

export type Session = z.infer<typeof sessionSchema>;

/** The small state the window keeps between starts. A damaged file is set aside, never overwritten. */
export class SessionStore {
  readonly #path: string;
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  async load(): Promise<Session> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch {
      return {};
    }
    const session = parseSession(text);
    if (session) return session;
    await setAside(this.#path);
    return {};
  }

  /** Writes one after another, so that the last call wins. */
  save(session: Session): Promise<void> {
    const write = this.#writing.then(async () => {
      await makeFolder(dirname(this.#path));
      await writeFileSafely(this.#path, JSON.stringify(session));
    });
    this.#writing = write.catch(() => undefined);
    return write;
  }

  /** Resolves when nothing is being written. */
  idle(): Promise<void> {
    return this.#writing;
  }
}

function parseSession(text: string): Session | null {
  try {
    const parsed = sessionSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
