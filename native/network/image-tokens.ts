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
   * @param states [rows, slots, d_model_gen] after ln_f
   * @returns [rows, height·width, V] in raster order
   */
  async logits(states: Float32Array, rows: number, grid: Grid): Promise<Float32Array> {
    checkGrid(grid, this.config);
    const { width, codes, compressed } = this.config;
    const slots = slotCount(grid, this.config);
    if (states.length !== rows * slots * width) {
      throw new RangeError(`${states.length} values are not ${rows} rows of ${slots} slots`);
    }
    assertAllocation(rows * grid.width * grid.height * codes * 4, 'image logits');
    const session = await this.#session.get();
    const dims = [rows * slots, width];
    if (!compressed) return (await session.run({ states: { data: states, dims } }, ['logits'])).logits.data;
    const raster = BigInt64Array.of(
      BigInt(rows),
      BigInt(grid.height / 2),
      BigInt(grid.width / 2),
      2n,
      2n,
      BigInt(width),
    );
    const feeds = { states: { data: states, dims }, raster: { data: raster, dims: [6] } };
    return (await session.run(feeds, ['logits'])).logits.data;
  }

  /** Loads the weights now. */
  async prepare(): Promise<void> {
    await this.#session.get();
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}

/** A transposed 2×2 convolution of stride 2 is a matrix product to (p, q, out) and a reordering to the raster. */
function outputGraph(weights: BundleWeights, config: ImageTokenConfig): GraphBuilder {
  const { width, codes, compressed } = config;
  const tokens = new TokenGraph('image-token-output', weights);
  const { graph } = tokens;
  let x = graph.input('states', 'float32', ['slots', width]);
  if (compressed) {
    // Dimensions (rows, slot rows, slot columns, 2, 2, width) of the expanded slots.
    const raster = graph.input('raster', 'int64', [6]);
    x = tokens.norm(x, 'upsample_gen.upsample.norm');
    const kernel = tokens.weight('upsample_gen.upsample.conv', [width, width, 4]);
    const taps = graph.node('Transpose', [kernel], { perm: [0, 2, 1] });
    const matrix = graph.node('Reshape', [taps, graph.int64([width, 4 * width])]);
    x = graph.node('Reshape', [graph.node('MatMul', [x, matrix]), raster]);
    x = graph.node('Transpose', [x], { perm: [0, 1, 3, 2, 4, 5] });
    x = graph.node('Reshape', [x, graph.int64([-1, width])]);
  }
  x = tokens.linear(tokens.norm(x, 'gen_predictor_2.0'), 'gen_predictor_2.1');
  x = tokens.norm(tokens.linear(x, 'gen_predictor.0'), 'gen_predictor.1');
  graph.output(tokens.linear(x, 'gen_predictor.2'), 'logits', 'float32', ['codes', codes]);
  return graph;
}
