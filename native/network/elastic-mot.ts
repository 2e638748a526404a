import type { FeedTensor, FloatTensor, OnnxSession, WeightMode } from '../onnx/session.ts';
import { assertAllocation } from '../tensor/allocation.ts';
import type { BundleWeights } from '../tensor/bundle-weights.ts';
import { attentionForm } from './attention-graph.ts';
import type { TransformerConfig } from './config.ts';
import { mergeKeyValues, type BranchKeyValue, type LayerKeyValue } from './key-values.ts';
import { extentOf, LayerGraph, names, type Branch, type ForwardMode, type Role } from './layer-graph.ts';
import type { NetworkOptions } from './options.ts';
import { RopeTables } from './rope.ts';
import { SessionCache } from './session-cache.ts';
import { TextHead } from './text-head.ts';
import { sessionShare, weightMode } from './weight-mode.ts';

/** Rows of one branch: states [rows, positions, width] and their absolute positions in the flat sequence. */
export interface BranchRows {
  states: Float32Array;
  positions: Int32Array;
}

/** Sequences of equal length and routing, computed together. Sequences that differ are the caller's loop. */
export interface ForwardBatch {
  rows: number;
  text?: BranchRows;
  image?: BranchRows;
  /** Cached keys and values, one entry a layer, that all rows of the batch attend to besides their own. */
  past?: readonly LayerKeyValue[];
}

/** What a forward has to return; what is not wanted is not computed where that is exact (MODEL §2.6). */
export interface Wanted {
  text?: boolean;
  image?: boolean;
  keyValues?: boolean;
  layers?: boolean;
}

export interface ForwardResult {
  /** After ln_f, [rows, text positions, d_model]; empty unless wanted. */
  textStates: Float32Array;
  /** After ln_f, [rows, image positions, d_model_gen]; empty unless wanted. */
  imageStates: Float32Array;
  /** One entry a layer, in the order of the sequence; split layers hold the text rows only. Empty unless wanted. */
  keyValues: LayerKeyValue[];
  /** States after each layer, before ln_f. Empty unless wanted. */
  layers: { text: Float32Array; image: Float32Array }[];
}

/** float32 bytes of weights a session may hold: small models are one session, full-size ones one a layer. */
const groupBytes = 512 * 2 ** 20;

const empty = new Float32Array(0);

/**
 * The Elastic-MoT transformer (MODEL §2): text and semantic-image rows of width d_model and generated-image rows of
 * width d_model_gen, joined in the first layers, apart in the rest. Graphs are built, and weights loaded, at the first
 * forward that needs them.
 */
export class ElasticMot {
  readonly config: TransformerConfig;
  readonly #weights: BundleWeights;
  readonly #options: NetworkOptions;
  readonly #ropes: RopeTables;
  readonly #weightMode: WeightMode;
  readonly #sessions: SessionCache;
  readonly #head: TextHead;

  constructor(weights: BundleWeights, config: TransformerConfig, options: NetworkOptions) {
    this.config = config;
    this.#weights = weights;
    this.#options = options;
    this.#ropes = new RopeTables(config.ropeTheta, config.headWidth);
    this.#weightMode = weightMode(weights, 'model.transformer.blocks.');
    this.#head = new TextHead(weights, config, options);
    const { memoryBytes } = options;
    this.#sessions = new SessionCache(memoryBytes === undefined ? undefined : memoryBytes * sessionShare);
  }

  /** Bytes that the sessions' weights may take from now on. */
  holdAtMost(bytes: number): Promise<void> {
    return this.#sessions.setBudget(bytes);
  }

  /** Rows of the text embedding, read from the file: [ids, d_model]. */
  embedText(ids: ArrayLike<number>): Promise<Float32Array> {
    return this.#weights.readRows('model.transformer.wte.weight', ids);
  }

  /** Text logits [rows, vocabulary] of states [rows, d_model] after ln_f. */
  textLogits(states: Float32Array, signal?: AbortSignal): Promise<Float32Array> {
    return this.#head.logits(states, signal);
  }

  /** Layers from…to−1 of each session. */
  #groups(mode: ForwardMode): [number, number][] {
    const { layers, jointLayers } = this.config;
    const most = this.#options.layersPerSession ?? layers;
    const groups: [number, number][] = [];
    let from = 0;
    let bytes = 0;
    for (let layer = 0; layer < layers; layer++) {
      const own = this.#layerBytes(layer, mode, jointLayers);
      if (layer > from && (layer - from >= most || bytes + own > groupBytes)) {
        groups.push([from, layer]);
        from = layer;
        bytes = 0;
      }
      bytes += own;
    }
    groups.push([from, layers]);
    return groups;
  }

  #layerBytes(layer: number, mode: ForwardMode, jointLayers: number): number {
    const { width, keyValueHeads, headWidth, hidden, imageWidth, imageHidden } = this.config;
    const attention = width + keyValueHeads * headWidth * 2;
    const text = { none: 0, keys: width, full: width }[extentOf(mode.text, layer, jointLayers)];
    const image = { none: 0, keys: imageWidth, full: imageWidth }[extentOf(mode.image, layer, jointLayers)];
    const textWeights = text * (attention + width + hidden * 3);
    return (textWeights + image * (attention + width + imageHidden * 3)) * 4;
  }

  #session(mode: ForwardMode, from: number, to: number): Promise<OnnxSession> {
    const key = `${from}-${to} ${mode.text} ${mode.image} ${mode.past} ${mode.layers}`;
    const { backend, threads } = this.#options;
    return this.#sessions.get(key, () => ({
      graph: new LayerGraph(this.config, this.#weights, mode, attentionForm(backend)).build(from, to),
      settings: { backend, threads, weights: this.#weightMode, weightFolder: this.#weights.folder },
    }));
  }

  /** Builds the sessions of a mode now. */
  async prepare(mode: ForwardMode): Promise<void> {
    for (const [from, to] of this.#groups(mode)) await this.#session(mode, from, to);
  }

  /**
   * One forward of a batch.
   * @param signal checked before every session
   * @throws RangeError when sizes disagree, LavidaError when a session cannot be made, AbortError when cancelled
   */
  async forward(batch: ForwardBatch, wanted: Wanted, signal?: AbortSignal): Promise<ForwardResult> {
    this.#check(batch, wanted);
    const role = (rows: BranchRows | undefined, want: boolean): Role =>
      rows === undefined ? 'absent' : want ? 'wanted' : 'supports';
    const everything = wanted.layers === true;
    const mode: ForwardMode = {
      text: role(batch.text, wanted.text === true || wanted.keyValues === true || everything),
      image: role(batch.image, wanted.image === true || everything),
      past: batch.past !== undefined,
      layers: everything,
    };
    const tables = this.#tableFeeds(batch);
    const result: ForwardResult = { textStates: empty, imageStates: empty, keyValues: [], layers: [] };
    const states: Record<string, FeedTensor> = {};
    for (const branch of ['text', 'image'] as const) {
      const rows = batch[branch];
      if (rows !== undefined) states[names.states(branch)] = this.#tensor(batch, branch, rows.states);
    }
    for (const [from, to] of this.#groups(mode)) {
      signal?.throwIfAborted();
      const session = await this.#session(mode, from, to);
      const available: Record<string, FeedTensor> = {
        ...tables,
        ...states,
        ...this.#pastFeeds(batch, from, to),
      };
      const feeds: Record<string, FeedTensor> = {};
      for (const name of session.inputNames) {
        const feed = available[name];
        if (feed === undefined) throw new Error(`no value for the graph input ${name}`);
        feeds[name] = feed;
      }
      const fetches = session.outputNames.filter(
        (name) => wanted.keyValues === true || !/^(text|image)_(key|value)_/u.test(name),
      );
      const outputs = await session.run(feeds, fetches);
      this.#collect(result, batch, wanted, outputs, from, to);
      for (const branch of ['text', 'image'] as const) {
        const next = outputs[names.out(branch)];
        if (next !== undefined) states[names.states(branch)] = next;
      }
    }
    return result;
  }

  #collect(
    result: ForwardResult,
    batch: ForwardBatch,
    wanted: Wanted,
    outputs: Partial<Record<string, FloatTensor>>,
    from: number,
    to: number,
  ): void {
    result.textStates = outputs[names.final('text')]?.data ?? result.textStates;
    result.imageStates = outputs[names.final('image')]?.data ?? result.imageStates;
    for (let layer = from; layer < to; layer++) {
      if (wanted.layers === true) {
        result.layers.push({
          text: outputs[names.layer('text', layer)]?.data ?? empty,
          image: outputs[names.layer('image', layer)]?.data ?? empty,
        });
      }
      if (wanted.keyValues !== true) continue;
      const parts: BranchKeyValue[] = [];
      for (const branch of ['text', 'image'] as const) {
        const key = outputs[names.keyValue(branch, 'key', layer)];
        const value = outputs[names.keyValue(branch, 'value', layer)];
        const positions = batch[branch]?.positions;
        if (key === undefined || value === undefined || positions === undefined) continue;
        // The official cache of a split layer holds the text rows only.
        if (branch === 'image' && layer >= this.config.jointLayers) continue;
        parts.push({ positions, key: key.data, value: value.data });
      }
      result.keyValues.push(
        mergeKeyValues(parts, batch.rows, this.config.keyValueHeads * this.config.headWidth),
      );
    }
  }

  #tensor(batch: ForwardBatch, branch: Branch, data: Float32Array): FloatTensor {
    const width = branch === 'text' ? this.config.width : this.config.imageWidth;
    return { data, dims: [batch.rows, batch[branch]?.positions.length ?? 0, width] };
  }

  #check(batch: ForwardBatch, wanted: Wanted): void {
    if (batch.text === undefined && batch.image === undefined) throw new RangeError('a forward without rows');
    if (wanted.image === true && batch.image === undefined)
      throw new RangeError('image states of a batch without image rows');
    if (wanted.text === true && batch.text === undefined)
      throw new RangeError('text states of a batch without text rows');
    for (const branch of ['text', 'image'] as const) {
      const rows = batch[branch];
      if (rows === undefined) continue;
      const width = branch === 'text' ? this.config.width : this.config.imageWidth;
      const count = batch.rows * rows.positions.length * width;
      if (count === 0 || rows.states.length !== count) {
        throw new RangeError(`${branch} states have ${rows.states.length} values, not ${count}`);
      }
      assertAllocation(rows.states.byteLength, `${branch} states`);
    }
    if (batch.past !== undefined && batch.past.length !== this.config.layers) {
      throw new RangeError(`a cache of ${batch.past.length} layers for a network of ${this.config.layers}`);
    }
  }

  /** Rotary tables of every kind a graph may ask for; a graph takes those it declares. */
  #tableFeeds(batch: ForwardBatch): Record<string, FeedTensor> {
    const { jointLayers, headWidth } = this.config;
    const none = new Int32Array(0);
    const text = batch.text?.positions ?? none;
    const image = batch.image?.positions ?? none;
    const pastJoint = this.#pastPositions(batch, 0, jointLayers);
    const pastSplit = this.#pastPositions(batch, jointLayers, this.config.layers);
    const kinds = [
      ['text', text],
      ['image', image],
      ['joint', Int32Array.of(...pastJoint, ...text, ...image)],
      ['split', Int32Array.of(...pastSplit, ...text)],
    ] as const;
    const feeds: Record<string, FeedTensor> = {};
    for (const [kind, positions] of kinds) {
      const table = this.#ropes.get(positions);
      const dims = [positions.length, headWidth / 2];
      feeds[names.cos(kind)] = { data: table.cos, dims };
      feeds[names.sin(kind)] = { data: table.sin, dims };
    }
    return feeds;
  }

  /** Positions of the cache of layers from…to−1, which must agree. */
  #pastPositions(batch: ForwardBatch, from: number, to: number): Int32Array {
    const first = batch.past?.[from]?.positions ?? new Int32Array(0);
    for (let layer = from; layer < to && batch.past !== undefined; layer++) {
      const own = batch.past[layer]?.positions;
      if (own?.length !== first.length || own.some((position, i) => position !== first[i])) {
        throw new RangeError(`layer ${layer} of the cache holds other positions than layer ${from}`);
      }
    }
    return first;
  }

  #pastFeeds(batch: ForwardBatch, from: number, to: number): Record<string, FeedTensor> {
    const feeds: Record<string, FeedTensor> = {};
    const width = this.config.keyValueHeads * this.config.headWidth;
    for (let layer = from; layer < to; layer++) {
      const past = batch.past?.[layer];
      if (past === undefined) continue;
      const dims = [batch.rows, past.positions.length, width];
      feeds[names.past('key', layer)] = { data: past.key, dims };
      feeds[names.past('value', layer)] = { data: past.value, dims };
    }
    return feeds;
  }

  /** Frees the sessions; a later forward would make them again. */
  async release(): Promise<void> {
    await this.#sessions.release();
    await this.#head.release();
  }
}
