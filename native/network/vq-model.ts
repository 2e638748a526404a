import { GraphBuilder } from '../onnx/graph-builder.ts';
import { OnnxSession } from '../onnx/session.ts';
import { assertAllocation } from '../tensor/allocation.ts';
import type { BundleWeights } from '../tensor/bundle-weights.ts';
import type { Grid } from './image-tokens.ts';
import { LazySession } from './lazy-session.ts';
import type { NetworkOptions } from './options.ts';
import { vqPrefix, type VqConfig } from './vq-config.ts';
import { decoderGraph, encoderGraph } from './vq-graph.ts';
import { weightMode } from './weight-mode.ts';

/** Codes compared exactly after the float32 search: enough that rounding cannot drop the true nearest one. */
const candidates = 4;
/** Latents searched at a time, which bounds the table of distances. */
const searchRows = 1024;

/** A picture as codes. */
export interface VqEncoding {
  /** [embedWidth, grid.height, grid.width], before quantisation. */
  latents: Float32Array;
  /** [grid.height·grid.width] raster. */
  ids: Int32Array;
  grid: Grid;
}

/** The VQ autoencoder (MODEL §4). Encoder and decoder load at first use. */
export class VqModel {
  readonly config: VqConfig;
  readonly #weights: BundleWeights;
  readonly #encoder: LazySession;
  readonly #decoder: LazySession;
  readonly #search: LazySession;
  #codebook: Promise<Float32Array> | undefined;

  constructor(weights: BundleWeights, config: VqConfig, options: NetworkOptions) {
    this.config = config;
    this.#weights = weights;
    const settings = {
      backend: options.backend,
      threads: options.threads,
      weights: weightMode(weights, vqPrefix),
      weightFolder: weights.folder,
    };
    this.#encoder = new LazySession(() =>
      OnnxSession.create(encoderGraph(weights, config, options), settings),
    );
    this.#decoder = new LazySession(() =>
      OnnxSession.create(decoderGraph(weights, config, options), settings),
    );
    this.#search = new LazySession(() => OnnxSession.create(searchGraph(weights, config), settings));
  }

  /** False for a bundle that only decodes. */
  get canEncode(): boolean {
    return this.#weights.has(`${vqPrefix}encoder.conv_in.weight`);
  }

  /** Codebook [codes, embedWidth]. */
  codebook(): Promise<Float32Array> {
    this.#codebook ??= this.#weights.readFloat32(`${vqPrefix}quantize.embedding.weight`);
    return this.#codebook;
  }

  /**
   * @param pixels [3, height, width] RGB planes in [0,1], sides multiples of `config.factor`
   * @throws RangeError for other sizes
   */
  async encode(pixels: Float32Array, size: { width: number; height: number }): Promise<VqEncoding> {
    const { factor, embedWidth } = this.config;
    const { width, height } = size;
    if (
      width % factor !== 0 ||
      height % factor !== 0 ||
      pixels.length !== 3 * width * height ||
      pixels.length === 0
    ) {
      throw new RangeError(
        `${pixels.length} values are no ${width}×${height} picture of ${factor}-pixel codes`,
      );
    }
    const encoder = await this.#encoder.get();
    const feeds = { pixels: { data: pixels, dims: [1, 3, height, width] } };
    const { latents } = await encoder.run(feeds, ['latents']);
    const grid = { width: width / factor, height: height / factor };
    const codes = grid.width * grid.height;
    const rows = new Float32Array(latents.data.length);
    for (let c = 0; c < embedWidth; c++)
      for (let i = 0; i < codes; i++) rows[i * embedWidth + c] = latents.data[c * codes + i] as number;
    return { latents: latents.data, ids: await this.nearest(rows), grid };
  }

  /**
   * Index of the nearest codebook row by Euclidean distance for each of [n, embedWidth]; of equal ones the lowest.
   * A float32 search finds candidates, float64 distances decide.
   */
  async nearest(rows: Float32Array): Promise<Int32Array> {
    const { embedWidth, codes } = this.config;
    const codebook = await this.codebook();
    const search = await this.#search.get();
    const count = rows.length / embedWidth;
    const kept = Math.min(candidates, codes);
    const ids = new Int32Array(count);
    for (let start = 0; start < count; start += searchRows) {
      const part = rows.slice(start * embedWidth, Math.min(count, start + searchRows) * embedWidth);
      const n = part.length / embedWidth;
      const found = await search.run({ latents: { data: part, dims: [n, embedWidth] } }, ['nearest']);
      for (let i = 0; i < n; i++) {
        let best = -1;
        let least = Infinity;
        for (const id of found.nearest.data.subarray(i * kept, (i + 1) * kept)) {
          let distance = 0;
          for (let c = 0; c < embedWidth; c++) {
            distance +=
              ((part[i * embedWidth + c] as number) - (codebook[id * embedWidth + c] as number)) ** 2;
          }
          if (distance < least || (distance === least && id < best)) [best, least] = [id, distance];
        }
        ids[start + i] = best;
      }
    }
    return ids;
  }

  /** Codebook rows of ids as planes [embedWidth, height, width]. @throws RangeError for an id outside the codebook */
  async lookup(ids: ArrayLike<number>, grid: Grid): Promise<Float32Array> {
    const { embedWidth, codes } = this.config;
    const count = grid.width * grid.height;
    if (ids.length !== count || count === 0)
      throw new RangeError(`${ids.length} codes for a grid of ${count}`);
    const codebook = await this.codebook();
    const planes = new Float32Array(embedWidth * count);
    for (let i = 0; i < count; i++) {
      const id = ids[i] as number;
      if (!Number.isInteger(id) || id < 0 || id >= codes)
        throw new RangeError(`the codebook has no code ${id}`);
      for (let c = 0; c < embedWidth; c++) planes[c * count + i] = codebook[id * embedWidth + c] as number;
    }
    return planes;
  }

  /** Codes [height·width] raster to RGB planes [3, height·factor, width·factor], not clipped. */
  async decode(ids: ArrayLike<number>, grid: Grid): Promise<Float32Array> {
    const { embedWidth, factor, channels } = this.config;
    assertAllocation(Math.max(...channels) * grid.width * grid.height * factor * factor, 'decoded planes');
    const data = await this.lookup(ids, grid);
    const decoder = await this.#decoder.get();
    const feeds = { quantized: { data, dims: [1, embedWidth, grid.height, grid.width] } };
    return (await decoder.run(feeds, ['pixels'])).pixels.data;
  }

  /** Loads the decoder now. */
  async prepareDecoder(): Promise<void> {
    await Promise.all([this.codebook(), this.#decoder.get()]);
  }

  async release(): Promise<void> {
    await Promise.all([this.#encoder.release(), this.#decoder.release(), this.#search.release()]);
  }
}

/** The codes with least ‖e‖² − 2z·e for latents [n, embedWidth], nearest first: output `nearest` [n, candidates]. */
function searchGraph(weights: BundleWeights, config: VqConfig): GraphBuilder {
  const { embedWidth, codes } = config;
  const graph = new GraphBuilder('vq-search');
  const latents = graph.input('latents', 'float32', ['rows', embedWidth]);
  const codebook = graph.weight(weights.entry(`${vqPrefix}quantize.embedding.weight`));
  const squared = graph.node('ReduceSumSquare', [codebook, graph.int64([1])], { keepdims: 0 });
  const scores = graph.node('Gemm', [latents, codebook, squared], { transB: 1, alpha: { float: -2 } });
  const kept = Math.min(candidates, codes);
  const best = graph.topIndices(scores, kept, false);
  graph.output(graph.node('Cast', [best], { to: 1 }), 'nearest', 'float32', ['rows', kept]);
  return graph;
}
