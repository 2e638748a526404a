import type { z } from 'zod';
import { sessionSchema } from '../../electron/contract/app.ts';
import { JsonFile } from './json-file.ts';

export type Session = z.infer<typeof sessionSchema>;

/** The small state the window keeps between starts. A damaged file is set aside, never overwritten. */
export class SessionStore {
  readonly #file: JsonFile<Session>;

  constructor(path: string) {
    this.#file = new JsonFile(path, sessionSchema);
  }

  async load(): Promise<Session> {
    return (await this.#file.load()) ?? {};
  }

  /** Writes one after another, so that the last call wins. */
  save(session: Session): Promise<void> {
    return this.#file.save(session);
  }

  /** Resolves when nothing is being written. */
  idle(): Promise<void> {
    return this.#file.idle();
  }
}
