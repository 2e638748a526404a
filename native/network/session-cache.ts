import type { GraphBuilder } from '../onnx/graph-builder.ts';
import { OnnxSession, type SessionSettings } from '../onnx/session.ts';
import { sessionShare, usableMemory } from './weight-mode.ts';

/** Packed quantised matrices take a little more memory than their file (ORT facts). */
const packingOverhead = 1.06;

/** Bytes of memory of its own a session's weights take; mapped and streamed ones live in the page cache. */
function sessionBytes(graph: GraphBuilder, { weights }: SessionSettings): number {
  let bytes = 0;
  for (const { shape, byteLength, quantized } of graph.storedTensors) {
    if (quantized) bytes += (byteLength + quantized.scales.byteLength) * packingOverhead;
    else if (weights === 'packed') bytes += shape.reduce((product, length) => product * length, 4);
  }
  return bytes;
}

/**
 * Sessions by name, made at first use. Every mode of a forward has sessions of its own with their own copy of the
 * weights: the cache keeps as many as memory allows, those used last.
 */
export class SessionCache {
  #budget: number;
  /** In the order of use, the latest last. */
  readonly #kept = new Map<string, { session: Promise<OnnxSession>; bytes: number }>();

  /** @param budget bytes of weights; a share of the machine's memory by default */
  constructor(budget: number = usableMemory() * sessionShare) {
    this.#budget = budget;
  }

  /** The session of a name; the next call tries again after a failure. It may be let go at the next call. */
  async get(
    key: string,
    make: () => { graph: GraphBuilder; settings: SessionSettings },
  ): Promise<OnnxSession> {
    const known = this.#kept.get(key);
    if (known !== undefined) {
      this.#kept.delete(key);
      this.#kept.set(key, known);
      return known.session;
    }
    const { graph, settings } = make();
    const bytes = sessionBytes(graph, settings);
    const session = this.#makeRoom(bytes).then(() => OnnxSession.create(graph, settings));
    this.#kept.set(key, { session, bytes });
    session.catch(() => this.#kept.delete(key));
    return session;
  }

  /** Another budget from now on; what is over it is let go at once, the longest unused first. */
  async setBudget(bytes: number): Promise<void> {
    this.#budget = bytes;
    await this.#makeRoom(0);
  }

  async #makeRoom(bytes: number): Promise<void> {
    let total = bytes;
    for (const kept of this.#kept.values()) total += kept.bytes;
    for (const [key, kept] of [...this.#kept]) {
      if (total <= this.#budget) return;
      total -= kept.bytes;
      this.#kept.delete(key);
      await kept.session.then(
        (session) => session.release(),
        () => undefined,
      );
    }
  }

  async release(): Promise<void> {
    const kept = [...this.#kept.values()];
    this.#kept.clear();
    await Promise.allSettled(kept.map(async ({ session }) => (await session).release()));
  }
}
