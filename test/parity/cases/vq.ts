import type { GraphBuilder } from '../../../native/onnx/graph-builder.ts';
import { OnnxSession, type FeedTensor } from '../../../native/onnx/session.ts';
import { decoderGraph, encoderGraph } from '../../../native/network/vq-graph.ts';
import { vqConfig } from '../../../native/network/vq-config.ts';
import { VqModel } from '../../../native/network/vq-model.ts';
import { BundleWeights } from '../../../native/tensor/bundle-weights.ts';
import type { ParityCase, ParityContext } from '../case.ts';
import { has, shapeOf, type Fixture } from '../fixture.ts';
import { compareIds, comparePictures, compareValues, type Row } from '../report.ts';

/** Planes [3, H, W] to the bytes of a picture: clipped, ×255, truncated (MODEL §4). */
function toBytes(planes: Float32Array): Uint8Array {
  const pixels = planes.length / 3;
  const level = (i: number) => Math.trunc(Math.min(1, Math.max(0, planes[i] as number)) * 255);
  return Uint8Array.from(planes, (_, i) => level((i % 3) * pixels + Math.trunc(i / 3)));
}

class VqRun {
  readonly #fixture: Fixture;
  readonly #weights: BundleWeights;
  readonly #context: ParityContext;

  constructor(fixture: Fixture, weights: BundleWeights, context: ParityContext) {
    this.#fixture = fixture;
    this.#weights = weights;
    this.#context = context;
  }

  async *values(what: string, actual: Float32Array, tensor: string): AsyncGenerator<Row> {
    if (!has(this.#fixture, tensor)) return;
    const expected = await this.#fixture.tensors.readFloat32(tensor);
    yield compareValues('', what, actual, expected, this.#context.tolerance);
  }

  /** Compares every recorded inner result that the graph can show. */
  async *modules(graph: GraphBuilder, feeds: Record<string, FeedTensor>): AsyncGenerator<Row> {
    const recorded = graph.outputNames.filter((name) => has(this.#fixture, `expected.act.${name}`));
    if (recorded.length === 0) return;
    const session = await OnnxSession.create(graph, {
      backend: this.#context.backend,
      threads: this.#context.threads,
      weights: 'packed',
      weightFolder: this.#weights.folder,
    });
    try {
      const outputs = await session.run(feeds, recorded);
      for (const name of recorded) {
        const actual = outputs[name]?.data ?? new Float32Array();
        const expected = await this.#fixture.tensors.readFloat32(`expected.act.${name}`);
        // Inner results are not bounded like logits: the tolerance counts relative to their size.
        const size = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
        yield compareValues('', name, actual, expected, this.#context.tolerance * size);
      }
    } finally {
      await session.release();
    }
  }
}

async function* run(fixture: Fixture, context: ParityContext): AsyncGenerator<Row> {
  const weights = await BundleWeights.openFiles(fixture.directory, [fixture.weightsFile]);
  const config = vqConfig(fixture.json.config, weights);
  if (config === null) throw new Error('the fixture holds no VQ weights');
  const vq = new VqModel(weights, config, context);
  const test = new VqRun(fixture, weights, context);
  const { tensors } = fixture;
  const { backend } = context;
  try {
    if (has(fixture, 'expected.pixel_values')) {
      const [, , height = 0, width = 0] = shapeOf(fixture, 'expected.pixel_values');
      const pixels = await tensors.readFloat32('expected.pixel_values');
      const feeds = { pixels: { data: pixels, dims: [1, 3, height, width] } };
      yield* labelled(test.modules(encoderGraph(weights, config, { backend, taps: true }), feeds), 'encode');
      const { latents, ids } = await vq.encode(pixels, { width, height });
      yield* labelled(test.values('latents', latents, 'expected.latents'), 'encode');
      if (has(fixture, 'expected.ids')) {
        yield compareIds('encode', 'ids', ids, await tensors.readInt32('expected.ids'));
      }
    }
    if (has(fixture, 'expected.ids') && has(fixture, 'expected.quantized')) {
      const [, , height = 0, width = 0] = shapeOf(fixture, 'expected.quantized');
      const grid = { width, height };
      const ids = await tensors.readInt32('expected.ids');
      const quantized = await vq.lookup(ids, grid);
      yield* labelled(test.values('quantized', quantized, 'expected.quantized'), 'decode');
      const feeds = { quantized: { data: quantized, dims: [1, config.embedWidth, height, width] } };
      yield* labelled(test.modules(decoderGraph(weights, config, { backend, taps: true }), feeds), 'decode');
      const decoded = await vq.decode(ids, grid);
      yield* labelled(test.values('decoded', decoded, 'expected.decoded'), 'decode');
      if (has(fixture, 'expected.image')) {
        yield comparePictures('decode', 'image', toBytes(decoded), await tensors.readBytes('expected.image'));
      }
    }
    if (has(fixture, 'input.random_ids') && has(fixture, 'expected.decoded_random')) {
      const [, , height = 0, width = 0] = shapeOf(fixture, 'expected.decoded_random');
      const grid = { width: width / config.factor, height: height / config.factor };
      const decoded = await vq.decode(await tensors.readInt32('input.random_ids'), grid);
      yield* labelled(test.values('decoded', decoded, 'expected.decoded_random'), 'decode random ids');
    }
  } finally {
    await vq.release();
    await weights.close();
  }
}

async function* labelled(rows: AsyncGenerator<Row>, name: string): AsyncGenerator<Row> {
  for await (const row of rows) yield { ...row, case: name };
}

/** The VQ autoencoder: pixels to latents to ids, ids to pixels, and every module between (MODEL §4). */
export const vqCase: ParityCase = {
  name: 'vq',
  matches: (fixture) =>
    has(fixture, 'model.vqvae.quantize.embedding.weight') &&
    (has(fixture, 'expected.decoded') ||
      has(fixture, 'expected.decoded_random') ||
      has(fixture, 'expected.latents')),
  run,
};
