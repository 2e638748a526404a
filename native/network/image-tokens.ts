import { GraphBuilder, type Value } from '../onnx/graph-builder.ts';
import { OnnxSession } from '../onnx/session.ts';
import { assertAllocation } from '../tensor/allocation.ts';
import type { BundleWeights } from '../tensor/bundle-weights.ts';
import type { ImageTokenConfig } from './config.ts';
import { LazySession } from './lazy-session.ts';
import type { NetworkOptions } from './options.ts';
import { weightMode } from './weight-mode.ts';

/** Size of a code grid, in codes. */
export interface Grid {
  readonly width: number;
  readonly height: number;
}

/** All norms of the image-token modules (MODEL §3). */
const epsilon = 1e-6;

/** Slots a grid takes in the sequence: one for 2×2 codes with compression. */
export function slotCount(grid: Grid, config: ImageTokenConfig): number {
  return (grid.width * grid.height) / (config.compressed ? 4 : 1);
}

function checkGrid(grid: Grid, config: ImageTokenConfig): void {
  const even = grid.width % 2 === 0 && grid.height % 2 === 0;
  if (grid.width < 1 || grid.height < 1 || (config.compressed && !even)) {
    throw new RangeError(`a grid of ${grid.width}×${grid.height} codes cannot be made of 2×2 slots`);
  }
}

/** Parts both directions are built from: rows [n, width] of the image-token width. */
class TokenGraph {
  readonly graph: GraphBuilder;
  readonly #weights: BundleWeights;

  constructor(name: string, weights: BundleWeights) {
    this.graph = new GraphBuilder(name);
    this.#weights = weights;
  }

  weight(name: string, shape?: readonly number[]): Value {
    return this.graph.weight(
      this.#weights.entry(`model.${name}.weight`),
      shape === undefined ? {} : { shape },
    );
  }

  norm(x: Value, name: string): Value {
    return this.graph.node('SimplifiedLayerNormalization', [x, this.weight(name)], {
      axis: -1,
      epsilon: { float: epsilon },
    });
  }

  linear(x: Value, name: string): Value {
    return this.graph.linear(x, this.#weights.entry(`model.${name}.weight`));
  }
}

/** Codes to slots (MODEL §3.1): table, norm, linear, 2×2 compression, norm, linear. */
export class ImageTokenInput {
  readonly config: ImageTokenConfig;
  readonly #session: LazySession;

  constructor(weights: BundleWeights, config: ImageTokenConfig, options: NetworkOptions) {
    this.config = config;
    this.#session = new LazySession(() =>
      OnnxSession.create(inputGraph(weights, config), {
        ...options,
        weights: weightMode(weights, 'model.gen_embedding'),
        weightFolder: weights.folder,
      }),
    );
  }

  /**
   * @param ids [rows, height·width] raster codes 0…V−1 or the mask id V+1
   * @returns [rows, slots, d_model_gen]
   */
  async embed(ids: ArrayLike<number>, grid: Grid): Promise<Float32Array> {
    checkGrid(grid, this.config);
    const codes = grid.width * grid.height;
    if (ids.length === 0 || ids.length % codes !== 0) {
      throw new RangeError(`${ids.length} codes do not fill grids of ${grid.width}×${grid.height}`);
    }
    const wrong = Array.from(ids).findIndex(
      (id) => !Number.isInteger(id) || id < 0 || id >= this.config.rows,
    );
    if (wrong >= 0) throw new RangeError(`the embedding table has no row ${ids[wrong]}`);
    const session = await this.#session.get();
    const data = BigInt64Array.from(this.#blocks(ids, grid), BigInt);
    const { slots } = await session.run({ ids: { data, dims: [data.length] } }, ['slots']);
    return slots.data;
  }

  /** Codes in the order of slots, the four codes of a slot together: raster becomes (slot, p, q). */
  #blocks(ids: ArrayLike<number>, grid: Grid): number[] {
    if (!this.config.compressed) return Array.from(ids);
    const { width, height } = grid;
    const ordered: number[] = [];
    for (let start = 0; start < ids.length; start += width * height)
      for (let y = 0; y < height; y += 2)
        for (let x = 0; x < width; x += 2)
          for (let tap = 0; tap < 4; tap++) {
            ordered.push(ids[start + (y + (tap >> 1)) * width + x + (tap & 1)] as number);
          }
    return ordered;
  }

  /** Loads the weights now. */
  async prepare(): Promise<void> {
    await this.#session.get();
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}

/**
 * A 2×2 convolution of stride 2 is a matrix product over the four codes of a slot: the kernel [out, in, 2, 2] becomes
 * [out, (p, q, in)], the rows of a slot side by side.
 */
function inputGraph(weights: BundleWeights, config: ImageTokenConfig): GraphBuilder {
  const { width, compressed } = config;
  const tokens = new TokenGraph('image-token-input', weights);
  const { graph } = tokens;
  const ids = graph.input('ids', 'int64', ['codes']);
  let x = graph.node('Gather', [tokens.weight('gen_embedding.0'), ids], { axis: 0 });
  x = tokens.linear(tokens.norm(x, 'gen_embedding.1'), 'gen_embedding.2');
  if (compressed) {
    x = tokens.norm(x, 'downsample_gen.downsample.norm');
    x = graph.node('Reshape', [x, graph.int64([-1, 4 * width])]);
    const kernel = tokens.weight('downsample_gen.downsample.conv', [width, width, 4]);
    const taps = graph.node('Transpose', [kernel], { perm: [0, 2, 1] });
    const matrix = graph.node('Reshape', [taps, graph.int64([width, 4 * width])]);
    x = graph.node('Gemm', [x, matrix], { transB: 1 });
  }
  x = tokens.linear(tokens.norm(x, 'gen_embedding_2.0'), 'gen_embedding_2.1');
  graph.output(x, 'slots', 'float32', ['slots', width]);
  return graph;
}

/** Guided logits of chosen codes. */
export interface GuidedLogits {
  /** Σ weight·ℓ_row [n, V]. */
  logits: Float32Array;
  /** ‖Σ contrast·ℓ_row‖₂ [n]. */
  distance: Float32Array;
}

/** Slots to logits (MODEL §3.2): norm, 2×2 expansion, norm, two linears, norm, head. */
export class ImageTokenOutput {
  readonly config: ImageTokenConfig;
  readonly #session: LazySession;

  constructor(weights: BundleWeights, config: ImageTokenConfig, options: NetworkOptions) {
    this.config = config;
    this.#session = new LazySession(() =>
      OnnxSession.create(outputGraph(weights, config), {
        ...options,
        weights: weightMode(weights, 'model.gen_predictor'),
        weightFolder: weights.folder,
      }),
    );
  }

  /**
   * Weighted sums of the logits of several rows at chosen codes. The head is linear, so the rows are summed before it,
   * and only once goes the widest product.
   * @param states [rows, slots, d_model_gen] after ln_f
   * @param weights, contrast one number a row each
   * @param positions raster positions of the codes wanted [n], n > 0
   */
  async guided(
    states: Float32Array,
    weights: readonly number[],
    contrast: readonly number[],
    positions: ArrayLike<number>,
    grid: Grid,
  ): Promise<GuidedLogits> {
    checkGrid(grid, this.config);
    const { width, codes } = this.config;
    const rows = weights.length;
    const slots = slotCount(grid, this.config);
    if (states.length !== rows * slots * width || contrast.length !== rows) {
      throw new RangeError(`${states.length} values are not ${rows} rows of ${slots} slots`);
    }
    assertAllocation(positions.length * codes * 4, 'image logits');
    const session = await this.#session.get();
    const places = BigInt64Array.from(positions, (position) => BigInt(this.#place(position, grid)));
    const feeds = {
      states: { data: states, dims: [rows, slots, width] },
      places: { data: places, dims: [places.length] },
      weights: { data: Float32Array.from(weights), dims: [1, rows] },
      contrast: { data: Float32Array.from(contrast), dims: [1, rows] },
    };
    const { logits, distance } = await session.run(feeds, ['logits', 'distance']);
    return { logits: logits.data, distance: distance.data };
  }

  /** Where the expansion puts the code of a raster position: codes of a slot lie side by side. */
  #place(position: number, { width, height }: Grid): number {
    if (!(position >= 0 && position < width * height)) {
      throw new RangeError(`a grid of ${width}×${height} codes has no position ${position}`);
    }
    if (!this.config.compressed) return position;
    const [x, y] = [position % width, Math.floor(position / width)];
    return ((y >> 1) * (width / 2) + (x >> 1)) * 4 + (y & 1) * 2 + (x & 1);
  }

  /**
   * @param states [rows, slots, d_model_gen] after ln_f
   * @returns [rows, height·width, V] in raster order
   */
  async logits(states: Float32Array, rows: number, grid: Grid): Promise<Float32Array> {
    const size = states.length / rows;
    const positions = Array.from({ length: grid.width * grid.height }, (_, p) => p);
    const all: Float32Array[] = [];
    for (let row = 0; row < rows; row++) {
      const own = states.subarray(row * size, (row + 1) * size);
      all.push((await this.guided(own, [1], [0], positions, grid)).logits);
    }
    const [only] = all;
    if (all.length === 1 && only) return only;
    const joined = new Float32Array(all.reduce((sum, { length }) => sum + length, 0));
    all.reduce((at, part) => (joined.set(part, at), at + part.length), 0);
    return joined;
  }

  /** Loads the weights now. */
  async prepare(): Promise<void> {
    await this.#session.get();
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}

/**
 * A transposed 2×2 convolution of stride 2 is a matrix product to (p, q, out). Two linears with nothing between them are
 * one; their product is folded when the session is made, as is WᵀW, with which ‖W·d‖² is dᵀ(WᵀW)d.
 */
function outputGraph(weights: BundleWeights, config: ImageTokenConfig): GraphBuilder {
  const { width, codes, compressed } = config;
  const tokens = new TokenGraph('image-token-output', weights);
  const { graph } = tokens;
  const states = graph.input('states', 'float32', ['rows', 'slots', width]);
  const places = graph.input('places', 'int64', ['codes']);
  let x = states;
  if (compressed) {
    x = tokens.norm(x, 'upsample_gen.upsample.norm');
    const kernel = tokens.weight('upsample_gen.upsample.conv', [width, width, 4]);
    const taps = graph.node('Transpose', [kernel], { perm: [0, 2, 1] });
    const matrix = graph.node('Reshape', [taps, graph.int64([width, 4 * width])]);
    x = graph.node('Reshape', [graph.node('MatMul', [x, matrix]), graph.int64([0, -1, width])]);
  }
  x = graph.node('Gather', [x, places], { axis: 1 });
  x = tokens.norm(graph.node('Reshape', [x, graph.int64([-1, width])]), 'gen_predictor_2.0');
  const both = graph.node('MatMul', [tokens.weight('gen_predictor.0'), tokens.weight('gen_predictor_2.1')]);
  x = tokens.norm(graph.node('Gemm', [x, both], { transB: 1 }), 'gen_predictor.1');
  const rows = graph.node('Shape', [states], { start: 0, end: 1 });
  const byRow = graph.node('Reshape', [x, graph.node('Concat', [rows, graph.int64([-1])], { axis: 0 })]);
  const mixed = (name: string): Value => {
    const sum = graph.node('MatMul', [graph.input(name, 'float32', [1, 'rows']), byRow]);
    return graph.node('Reshape', [sum, graph.int64([-1, width])]);
  };
  const head = tokens.weight('gen_predictor.2');
  const guided = graph.node('Gemm', [mixed('weights'), head], { transB: 1 });
  graph.output(guided, 'logits', 'float32', ['codes', codes]);
  const difference = mixed('contrast');
  const gram = graph.node('MatMul', [graph.node('Transpose', [head], { perm: [1, 0] }), head]);
  const product = graph.node('Mul', [difference, graph.node('MatMul', [difference, gram])]);
  const squared = graph.node('ReduceSum', [product, graph.int64([1])], { keepdims: 0 });
  const distance = graph.node('Sqrt', [graph.node('Relu', [squared])]);
  graph.output(distance, 'distance', 'float32', ['codes']);
  return graph;
}
