import { GraphBuilder, type Value } from '../onnx/graph-builder.ts';
import type { BundleWeights, StoredTensor } from '../tensor/bundle-weights.ts';
import { attention, repeatHeads, rotate, type AttentionForm } from './attention-graph.ts';
import type { TransformerConfig } from './config.ts';

export type Branch = 'text' | 'image';
/** absent: no such rows; supports: rows exist but nobody reads their output; wanted: their final states are read. */
export type Role = 'absent' | 'supports' | 'wanted';
/** What a layer computes for a branch: nothing, its keys and values only, or everything. */
export type Extent = 'none' | 'keys' | 'full';

/** Everything that changes the graphs of a forward. */
export interface ForwardMode {
  readonly text: Role;
  readonly image: Role;
  /** Cached keys and values come before the new ones. */
  readonly past: boolean;
  /** Every layer's states are outputs. */
  readonly layers: boolean;
}

/**
 * How much of a layer a branch needs (MODEL §2.6): a branch that only supports the other is needed while layers are
 * joint, and in the last joint layer only for its keys and values. Exact, because split layers never mix branches.
 */
export function extentOf(role: Role, layer: number, jointLayers: number): Extent {
  if (role === 'absent') return 'none';
  if (role === 'wanted' || layer < jointLayers - 1) return 'full';
  return layer === jointLayers - 1 ? 'keys' : 'none';
}

interface BranchState {
  /** Residual stream [B·rows, width]. */
  states: Value;
  /** [B, rows] as an int64 vector, to give flat rows their batch back. */
  dims: Value;
  width: number;
  suffix: '' | '_vision';
}

interface Projected {
  query: Value | undefined;
  key: Value;
  value: Value;
}

/** Names of the graph's inputs and outputs, shared with the code that feeds it. */
export const names = {
  states: (branch: Branch) => branch,
  /** Rotary tables: of one branch's rows, or of all keys of joint or split layers. */
  cos: (rows: Branch | 'joint' | 'split') => `${rows}_cos`,
  sin: (rows: Branch | 'joint' | 'split') => `${rows}_sin`,
  past: (part: 'key' | 'value', layer: number) => `past_${part}_${layer}`,
  out: (branch: Branch) => `${branch}_out`,
  final: (branch: Branch) => `${branch}_final`,
  layer: (branch: Branch, layer: number) => `${branch}_layer_${layer}`,
  keyValue: (branch: Branch, part: 'key' | 'value', layer: number) => `${branch}_${part}_${layer}`,
} as const;

/** Builds the graph of consecutive layers for one mode; the last group also applies ln_f. */
export class LayerGraph {
  readonly #graph: GraphBuilder;
  readonly #config: TransformerConfig;
  readonly #weights: BundleWeights;
  readonly #mode: ForwardMode;
  readonly #form: AttentionForm;
  readonly #tables = new Map<string, { cos: Value; sin: Value }>();
  readonly #shapes = new Map<string, Value>();

  constructor(config: TransformerConfig, weights: BundleWeights, mode: ForwardMode, form: AttentionForm) {
    this.#graph = new GraphBuilder('elastic-mot');
    this.#config = config;
    this.#weights = weights;
    this.#mode = mode;
    this.#form = form;
  }

  /** The graph of layers from…to−1. */
  build(from: number, to: number): GraphBuilder {
    const { layers, jointLayers } = this.#config;
    const branches = new Map<Branch, BranchState>();
    for (const branch of ['text', 'image'] as const) {
      if (extentOf(this.#mode[branch], from, jointLayers) !== 'none')
        branches.set(branch, this.#enter(branch));
    }
    for (let layer = from; layer < to; layer++) {
      this.#layer(layer, branches);
      if (!this.#mode.layers) continue;
      for (const [branch, state] of branches) this.#leave(state, branch, names.layer(branch, layer));
    }
    for (const [branch, state] of branches) {
      if (to < layers) this.#leave(state, branch, names.out(branch));
      else if (this.#mode[branch] === 'wanted') this.#finish(branch, state);
    }
    return this.#graph;
  }

  #enter(branch: Branch): BranchState {
    const width = branch === 'text' ? this.#config.width : this.#config.imageWidth;
    const input = this.#graph.input(names.states(branch), 'float32', ['batch', `${branch}_rows`, width]);
    const dims = this.#graph.node('Shape', [input], { start: 0, end: 2 });
    const states = this.#graph.node('Reshape', [input, this.#graph.int64([-1, width])]);
    return { states, dims, width, suffix: branch === 'text' ? '' : '_vision' };
  }

  /** Flat rows [B·rows, width] as [B, rows, width]. */
  #batched(flat: Value, dims: Value, width: number): Value {
    const key = `${dims} ${width}`;
    let shape = this.#shapes.get(key);
    if (shape === undefined) {
      shape = this.#graph.node('Concat', [dims, this.#graph.int64([width])], { axis: 0 });
      this.#shapes.set(key, shape);
    }
    return this.#graph.node('Reshape', [flat, shape]);
  }

  #leave(state: BranchState, branch: Branch, name: string): void {
    const batched = this.#batched(state.states, state.dims, state.width);
    this.#graph.output(batched, name, 'float32', ['batch', `${branch}_rows`, state.width]);
  }

  #tensor(layer: number, name: string): StoredTensor {
    return this.#weights.entry(`model.transformer.blocks.${layer}.${name}.weight`);
  }

  /** A norm's weight. */
  #vector(layer: number, name: string): Value {
    return this.#graph.weight(this.#tensor(layer, name));
  }

  /** y = x·Wᵀ on flat rows, W as stored [out, in], or its first rows. */
  #linear(x: Value, layer: number, name: string, rows?: number): Value {
    return this.#graph.linear(x, this.#tensor(layer, name), rows === undefined ? {} : { rows: [0, rows] });
  }

  #norm(x: Value, weight: Value, epsilon: number): Value {
    return this.#graph.node('SimplifiedLayerNormalization', [x, weight], {
      axis: -1,
      epsilon: { float: epsilon },
    });
  }

  /** Rotary tables as graph inputs, declared once. */
  #table(rows: Branch | 'joint' | 'split'): { cos: Value; sin: Value } {
    let table = this.#tables.get(rows);
    if (table === undefined) {
      const shape = [`${rows}_positions`, this.#config.headWidth / 2];
      table = {
        cos: this.#graph.input(names.cos(rows), 'float32', shape),
        sin: this.#graph.input(names.sin(rows), 'float32', shape),
      };
      this.#tables.set(rows, table);
    }
    return table;
  }

  /** q, k, v [B, rows, ·] of a branch, before rotation. Keys and values are outputs too: a cache holds exactly them. */
  #project(layer: number, branch: Branch, state: BranchState, extent: Extent): Projected {
    const { width, keyValueHeads, headWidth, normEpsilon } = this.#config;
    const keyWidth = keyValueHeads * headWidth;
    const normed = this.#norm(state.states, this.#vector(layer, `attn_norm${state.suffix}`), normEpsilon);
    const make = (name: string, outWidth: number) =>
      this.#batched(this.#linear(normed, layer, `${name}${state.suffix}`), state.dims, outWidth);
    const key = make('k_proj', keyWidth);
    const value = make('v_proj', keyWidth);
    if (this.#mode.text === 'wanted') {
      for (const [part, tensor] of [
        ['key', key],
        ['value', value],
      ] as const) {
        const shape = ['batch', `${branch}_rows`, keyWidth];
        this.#graph.output(tensor, names.keyValue(branch, part, layer), 'float32', shape);
      }
    }
    return { query: extent === 'full' ? make('q_proj', width) : undefined, key, value };
  }

  #past(part: 'key' | 'value', layer: number): Value {
    const { jointLayers, keyValueHeads, headWidth } = this.#config;
    const length = layer < jointLayers ? 'past_joint' : 'past_split';
    return this.#graph.input(names.past(part, layer), 'float32', [
      'batch',
      length,
      keyValueHeads * headWidth,
    ]);
  }

  #concat(parts: Value[]): Value {
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : this.#graph.node('Concat', parts, { axis: 1 });
  }

  /** One layer (MODEL §2.2, §2.3): replaces the branches' states, and drops those not needed any more. */
  #layer(layer: number, branches: Map<Branch, BranchState>): void {
    const { jointLayers } = this.#config;
    const joint = layer < jointLayers;
    const extents = new Map<Branch, Extent>();
    const projected = new Map<Branch, Projected>();
    for (const [branch, state] of branches) {
      const extent = extentOf(this.#mode[branch], layer, jointLayers);
      extents.set(branch, extent);
      if (extent === 'none') branches.delete(branch);
      else projected.set(branch, this.#project(layer, branch, state, extent));
    }
    // The cache belongs to the text: in split layers image rows do not see it.
    const cached = this.#mode.past && (joint || projected.has('text'));
    const pastKeys = cached ? [this.#past('key', layer)] : [];
    const pastValues = cached ? [this.#past('value', layer)] : [];
    const jointKeys = joint ? this.#keys([...projected.values()], pastKeys, pastValues, 'joint') : undefined;
    for (const [branch, { query, key, value }] of projected) {
      const state = branches.get(branch);
      if (state === undefined) continue;
      if (query === undefined) {
        branches.delete(branch);
        continue;
      }
      const rows = branch === 'text' && this.#mode.past ? 'split' : branch;
      const own = branch === 'text' ? { keys: pastKeys, values: pastValues } : { keys: [], values: [] };
      const keys = jointKeys ?? this.#keys([{ query, key, value }], own.keys, own.values, rows);
      const rotated = rotate(this.#graph, query, this.#table(branch));
      const mixed = attention(this.#graph, rotated, keys.key, keys.value, this.#config, this.#form);
      branches.set(branch, { ...state, states: this.#feedForward(layer, state, mixed) });
    }
  }

  /** Rotated keys and the values that queries attend to: cached ones first, then the branches' own. */
  #keys(
    parts: readonly Projected[],
    pastKeys: Value[],
    pastValues: Value[],
    rows: Branch | 'joint' | 'split',
  ): { key: Value; value: Value } {
    const key = rotate(
      this.#graph,
      this.#concat([...pastKeys, ...parts.map((p) => p.key)]),
      this.#table(rows),
    );
    const value = this.#concat([...pastValues, ...parts.map((p) => p.value)]);
    return {
      key: repeatHeads(this.#graph, key, this.#config),
      value: repeatHeads(this.#graph, value, this.#config),
    };
  }

  /** Output projection, residuals and SwiGLU; the gen branch shares attn_out, cut to its first rows. */
  #feedForward(layer: number, state: BranchState, mixed: Value): Value {
    const graph = this.#graph;
    const { width, normEpsilon } = this.#config;
    const flat = graph.node('Reshape', [mixed, graph.int64([-1, width])]);
    const attended = this.#linear(flat, layer, 'attn_out', state.width);
    const residual = graph.node('Add', [state.states, attended]);
    const normed = this.#norm(residual, this.#vector(layer, `ff_norm${state.suffix}`), normEpsilon);
    const gate = this.#linear(normed, layer, `ff_proj${state.suffix}`);
    const up = this.#linear(normed, layer, `up_proj${state.suffix}`);
    const silu = graph.node('Mul', [gate, graph.node('Sigmoid', [gate])]);
    const down = this.#linear(graph.node('Mul', [silu, up]), layer, `ff_out${state.suffix}`);
    return graph.node('Add', [residual, down]);
  }

  /**
   * ln_f (MODEL §2.5). Gen rows are zero-padded to d_model before it: with g = d_model_gen, the mean over d_model is
   * g/d_model of the mean over g, so rsqrt(mean_d + ε) = √(d/g) · rsqrt(mean_g + ε·d/g).
   */
  #finish(branch: Branch, state: BranchState): void {
    const { width, normEpsilon } = this.#config;
    const ratio = width / state.width;
    const tensor = this.#weights.entry('model.transformer.ln_f.weight');
    const weight = this.#graph.weight(tensor, { rows: [0, state.width] });
    let normed = this.#norm(state.states, weight, normEpsilon * ratio);
    if (ratio !== 1) normed = this.#graph.node('Mul', [normed, this.#graph.float32([Math.sqrt(ratio)], [])]);
    this.#leave({ ...state, states: normed }, branch, names.final(branch));
  }
}
