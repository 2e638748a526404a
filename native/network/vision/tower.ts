import { OnnxSession, type FloatTensor, type WeightMode } from '../../onnx/session.ts';
import type { BundleWeights } from '../../tensor/bundle-weights.ts';
import { attentionForm } from '../attention-graph.ts';
import { LazySession } from '../lazy-session.ts';
import type { NetworkOptions } from '../options.ts';
import { weightMode } from '../weight-mode.ts';
import { projectTokens } from './projector.ts';
import { resample } from './resampler.ts';
import { encoderLayer, patchEmbedding } from './siglip.ts';
import type { VisionConfig } from './vision-config.ts';
import { VisionGraph } from './vision-graph.ts';

/** float32 bytes of weights a session may hold, as in the transformer. */
const groupBytes = 512 * 2 ** 20;

/** Every stage of the path from pixels to tokens, by name: embeddings, layer_0, …, resampled, tokens. */
export type Stages = Record<string, Float32Array>;

/**
 * SigLIP tower, resampler and projector (MODEL §5) as a chain of sessions of bounded size: pixels in, tokens out.
 * Sessions are made, and weights loaded, at first use.
 */
export class VisionTower {
  readonly config: VisionConfig;
  readonly #weights: BundleWeights;
  readonly #options: NetworkOptions;
  readonly #sessions: LazySession[];
  readonly #weightMode: WeightMode;

  constructor(weights: BundleWeights, config: VisionConfig, options: NetworkOptions) {
    this.config = config;
    this.#weights = weights;
    this.#options = options;
    this.#weightMode = weightMode(weights, 'model.vision_tower.');
    this.#sessions = this.#groups().map(
      ([from, to]) => new LazySession(() => this.#create(this.#graph(from, to, false))),
    );
  }

  /** Layers from…to−1 of each session. */
  #groups(): [number, number][] {
    const { width, hidden, layers } = this.config;
    const layerBytes = (width * width * 4 + width * hidden * 2) * 4;
    const most = this.#options.layersPerSession ?? Math.max(1, Math.floor(groupBytes / layerBytes));
    const groups: [number, number][] = [];
    for (let from = 0; from < layers; from += most) groups.push([from, Math.min(layers, from + most)]);
    return groups;
  }

  #create(vision: VisionGraph): Promise<OnnxSession> {
    return OnnxSession.create(vision.graph, {
      backend: this.#options.backend,
      threads: this.#options.threads,
      weights: this.#weightMode,
      weightFolder: this.#weights.folder,
    });
  }

  /** Layers from…to−1, with the patches before the first and resampler and projector after the last. */
  #graph(from: number, to: number, stages: boolean): VisionGraph {
    const { config } = this;
    const { imageSize, patches, width, pool, side, textWidth, layers } = config;
    const vision = new VisionGraph(
      'vision-tower',
      this.#weights,
      config,
      attentionForm(this.#options.backend),
    );
    const { graph } = vision;
    const rowShape = ['views', patches * patches, width] as const;
    let x =
      from === 0
        ? patchEmbedding(vision, graph.input('in', 'float32', ['views', 3, imageSize, imageSize]))
        : graph.input('in', 'float32', rowShape);
    if (stages && from === 0) graph.output(x, 'embeddings', 'float32', rowShape);
    for (let layer = from; layer < to; layer++) {
      x = encoderLayer(vision, x, layer);
      if (stages) graph.output(x, `layer_${layer}`, 'float32', rowShape);
    }
    if (to < layers) {
      graph.output(x, 'out', 'float32', rowShape);
      return vision;
    }
    const pooledWidth = pool?.width ?? width;
    x = resample(vision, x);
    if (stages) graph.output(x, 'resampled', 'float32', ['views', side * side, pooledWidth]);
    graph.output(projectTokens(vision, x, pooledWidth), 'out', 'float32', ['tokens', textWidth]);
    return vision;
  }

  #input(pixels: Float32Array): FloatTensor {
    const { imageSize } = this.config;
    const views = pixels.length / (3 * imageSize * imageSize);
    if (!Number.isInteger(views) || views === 0) {
      throw new RangeError(`${pixels.length} values are no views of ${imageSize} x ${imageSize} pixels`);
    }
    return { data: pixels, dims: [views, 3, imageSize, imageSize] };
  }

  /**
   * Tokens [views · side², d_model] of views [views, 3, S, S], normalised pixels.
   * @param signal checked before every session
   */
  async tokens(pixels: Float32Array, signal?: AbortSignal): Promise<Float32Array> {
    let state = this.#input(pixels);
    for (const lazy of this.#sessions) {
      signal?.throwIfAborted();
      const session = await lazy.get();
      state = (await session.run({ in: state }, ['out'])).out;
    }
    return state.data;
  }

  /** Every stage's rows, for inspection and comparison. Builds a session of its own and frees it. */
  async stages(pixels: Float32Array): Promise<Stages> {
    const session = await this.#create(this.#graph(0, this.config.layers, true));
    try {
      const outputs = await session.run({ in: this.#input(pixels) }, [...session.outputNames]);
      return Object.fromEntries(
        Object.entries(outputs).map(([name, tensor]) => [name === 'out' ? 'tokens' : name, tensor.data]),
      );
    } finally {
      await session.release();
    }
  }

  /** Tokens [n, d_model] of rows [n, width] that skip tower and resampler. */
  async project(rows: Float32Array): Promise<Float32Array> {
    const { width, pool, textWidth } = this.config;
    const rowWidth = pool?.width ?? width;
    const vision = new VisionGraph('projector', this.#weights, this.config, 'plain');
    const input = vision.graph.input('in', 'float32', ['tokens', rowWidth]);
    vision.graph.output(projectTokens(vision, input, rowWidth), 'out', 'float32', ['tokens', textWidth]);
    const session = await this.#create(vision);
    try {
      const feed = { data: rows, dims: [rows.length / rowWidth, rowWidth] };
      return (await session.run({ in: feed }, ['out'])).out.data;
    } finally {
      await session.release();
    }
  }

  async release(): Promise<void> {
    await Promise.all(this.#sessions.map((session) => session.release()));
  }
}
