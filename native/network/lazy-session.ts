import type { OnnxSession } from '../onnx/session.ts';

/** A session made at first use, so that weights nobody needs are never loaded. */
export class LazySession {
  readonly #make: () => Promise<OnnxSession>;
  #session: Promise<OnnxSession> | undefined;

  constructor(make: () => Promise<OnnxSession>) {
    this.#make = make;
  }

  /** The session; after a failure the next call tries again. */
  get(): Promise<OnnxSession> {
    if (this.#session === undefined) {
      const session = this.#make();
      this.#session = session;
      session.catch(() => {
        if (this.#session === session) this.#session = undefined;
      });
    }
    return this.#session;
  }

  async release(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    await session?.then(
      (made) => made.release(),
      () => undefined,
    );
  }
}
