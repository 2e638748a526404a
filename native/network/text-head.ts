import { GraphBuilder } from '../onnx/graph-builder.ts';
import { OnnxSession } from '../onnx/session.ts';
import { assertAllocation } from '../tensor/allocation.ts';
import type { BundleWeights } from '../tensor/bundle-weights.ts';
import type { TransformerConfig } from './config.ts';
import type { NetworkOptions } from './options.ts';
import { weightMode } from './weight-mode.ts';

/** float32 bytes of the head one session holds; a full-size head is larger than any allocation may be. */
const chunkBytes = 256 * 2 ** 20;

/** The text head (MODEL §2.5): logits = states · Wᵀ, untied or the embedding table, in sessions of bounded size. */
export class TextHead {
  readonly #weights: BundleWeights;
  readonly #config: TransformerConfig;
  readonly #options: NetworkOptions;
  readonly #sessions = new Map<number, Promise<OnnxSession>>();

  constructor(weights: BundleWeights, config: TransformerConfig, options: NetworkOptions) {
    this.#weights = weights;
    this.#config = config;
    this.#options = options;
  }

  #session(from: number, to: number): Promise<OnnxSession> {
    let session = this.#sessions.get(from);
    if (session === undefined) {
      const { width, tiedHead } = this.#config;
      const name = `model.transformer.${tiedHead ? 'wte' : 'ff_out'}.weight`;
      const graph = new GraphBuilder('text-head');
      const states = graph.input('states', 'float32', ['rows', width]);
      const logits = graph.linear(states, this.#weights.entry(name), { rows: [from, to] });
      graph.output(logits, 'logits', 'float32', ['rows', to - from]);
      session = OnnxSession.create(graph, {
        backend: this.#options.backend,
        threads: this.#options.threads,
        weights: weightMode(this.#weights, name),
        weightFolder: this.#weights.folder,
      });
      this.#sessions.set(from, session);
      session.catch(() => this.#sessions.delete(from));
    }
    return session;
  }

  /** @param states [rows, d_model] after ln_f; returns [rows, vocabulary] */
  async logits(states: Float32Array, signal?: AbortSignal): Promise<Float32Array> {
    const { width, vocabulary } = this.#config;
    const rows = states.length / width;
    if (!Number.isInteger(rows) || rows === 0)
      throw new RangeError(`${states.length} values are no rows of ${width}`);
    assertAllocation(rows * vocabulary * 4, 'text logits');
    const chunk = Math.max(1, Math.floor(chunkBytes / (width * 4)));
    const feeds = { states: { data: states, dims: [rows, width] } };
    let all: Float32Array | undefined;
    for (let from = 0; from < vocabulary; from += chunk) {
      signal?.throwIfAborted();
      const to = Math.min(vocabulary, from + chunk);
      const session = await this.#session(from, to);
      const { logits } = await session.run(feeds, ['logits']);
      if (from === 0 && to === vocabulary) return logits.data;
      all ??= new Float32Array(rows * vocabulary);
      for (let row = 0; row < rows; row++) {
        all.set(logits.data.subarray(row * (to - from), (row + 1) * (to - from)), row * vocabulary + from);
      }
    }
    return all ?? new Float32Array(0);
  }

  async release(): Promise<void> {
    const sessions = [...this.#sessions.values()];
    this.#sessions.clear();
    await Promise.allSettled(sessions.map(async (session) => (await session).release()));
  }
}
