/**
 * One text-to-image forward of a large model, and plain matrix products of the same shapes beside it:
 * `node test/bench/full-size.ts DIR [--text N] [--rows N]`. Make a stand-in of the published size with
 * `lavida models random DIR --to int4`. Prints a table; nothing is asserted.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { openNetwork, type Network } from '../../native/network/index.ts';
import { GraphBuilder } from '../../native/onnx/graph-builder.ts';
import { OnnxSession } from '../../native/onnx/session.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { text: { type: 'string', default: '120' }, rows: { type: 'string', default: '2' } },
});
const [directory = ''] = positionals;
const rows = Number(values.rows);
const textLength = Number(values.text);
const threads = availableParallelism();

function numbers(length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => Math.sin(i * 12.9898) * 0.5);
}

function memory(): string {
  return `${(process.resourceUsage().maxRSS / 2 ** 20).toFixed(2)} GiB`;
}

/** A product of the forward: how many rows meet which stored matrix, or its first `outputs` rows, how often. */
interface Product {
  name: string;
  rows: number;
  outputs: number;
  inputs: number;
  count: number;
}

/** The matrix products of one image-only forward (MODEL §2.6). */
function products(network: Network): Product[] {
  const c = network.config.transformer;
  const block = (name: string) => `model.transformer.blocks.0.${name}.weight`;
  const text = rows * textLength;
  const image = rows * network.slots;
  const keys = c.keyValueHeads * c.headWidth;
  const full = c.jointLayers - 1;
  return [
    { name: block('q_proj'), rows: text, outputs: c.width, inputs: c.width, count: full },
    { name: block('k_proj'), rows: text, outputs: keys, inputs: c.width, count: 2 * (full + 1) },
    { name: block('attn_out'), rows: text, outputs: c.width, inputs: c.width, count: full },
    { name: block('ff_proj'), rows: text, outputs: c.hidden, inputs: c.width, count: 2 * full },
    { name: block('ff_out'), rows: text, outputs: c.width, inputs: c.hidden, count: full },
    { name: block('q_proj_vision'), rows: image, outputs: c.width, inputs: c.imageWidth, count: c.layers },
    { name: block('k_proj_vision'), rows: image, outputs: keys, inputs: c.imageWidth, count: 2 * c.layers },
    { name: block('attn_out'), rows: image, outputs: c.imageWidth, inputs: c.width, count: c.layers },
    {
      name: block('ff_proj_vision'),
      rows: image,
      outputs: c.imageHidden,
      inputs: c.imageWidth,
      count: 2 * c.layers,
    },
    {
      name: block('ff_out_vision'),
      rows: image,
      outputs: c.imageWidth,
      inputs: c.imageHidden,
      count: c.layers,
    },
  ];
}

/** Operations of the forward's attention: scores and mixtures, joint and split. */
function attentionOperations(network: Network): number {
  const { width, layers, jointLayers } = network.config.transformer;
  const [t, g] = [textLength, network.slots];
  const joint = (jointLayers - 1) * (t + g) * (t + g) + g * (t + g);
  return 4 * rows * width * (joint + (layers - jointLayers) * g * g);
}

/** Wall-clock and processor seconds, all threads together; the second stays right on a busy machine. */
interface Seconds {
  wall: number;
  processor: number;
}

async function timed<T>(work: () => Promise<T>): Promise<[T, Seconds]> {
  const started = performance.now();
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return [result, { wall: (performance.now() - started) / 1000, processor: (user + system) / 1e6 }];
}

function speed(count: number, { wall, processor }: Seconds): string {
  const gflops = (seconds: number) => (count / seconds / 1e9).toFixed(0);
  return `${wall.toFixed(2)} s, ${gflops(wall)} GFLOP/s; ${processor.toFixed(2)} processor s, ${gflops(processor)} GFLOP each`;
}

/** Seconds of one product, the better of two runs. */
async function measured(network: Network, product: Product, stored: boolean): Promise<Seconds> {
  const graph = new GraphBuilder('product');
  const { inputs, outputs, rows: n } = product;
  const x = graph.input('x', 'float32', [n, inputs]);
  const feeds: Record<string, { data: Float32Array; dims: number[] }> = {
    x: { data: numbers(n * inputs), dims: [n, inputs] },
  };
  if (stored) {
    const y = graph.linear(x, network.weights.entry(product.name), { rows: [0, outputs] });
    graph.output(y, 'y', 'float32', [n, outputs]);
  } else {
    const w = graph.input('w', 'float32', [inputs, outputs]);
    feeds['w'] = { data: numbers(inputs * outputs), dims: [inputs, outputs] };
    graph.output(graph.node('MatMul', [x, w]), 'y', 'float32', [n, outputs]);
  }
  const settings = {
    backend: 'cpu',
    threads,
    weights: 'packed' as const,
    weightFolder: network.weights.folder,
  };
  const session = await OnnxSession.create(graph, settings);
  let best: Seconds = { wall: Infinity, processor: Infinity };
  for (let i = 0; i < 2; i++) {
    const [, taken] = await timed(() => session.run(feeds, ['y']));
    if (taken.processor < best.processor) best = taken;
  }
  await session.release();
  return best;
}

const network = await openNetwork(directory, { backend: 'cpu', threads });
const c = network.config.transformer;
const list = products(network);
const linear = list.reduce((sum, p) => sum + 2 * p.rows * p.outputs * p.inputs * p.count, 0);
const operations = linear + attentionOperations(network);
const row = (name: string, value: string) => {
  console.log(`${name.padEnd(46)}  ${value}`);
};
row('model', `${directory} (${(network.parameters / 1e9).toFixed(2)} B parameters)`);
row(
  'forward',
  `${rows} rows of ${textLength} text and ${network.slots} image positions, ${(operations / 1e12).toFixed(2)} TFLOP`,
);

for (const stored of [true, false]) {
  const total: Seconds = { wall: 0, processor: 0 };
  for (const product of list) {
    const taken = await measured(network, product, stored);
    total.wall += taken.wall * product.count;
    total.processor += taken.processor * product.count;
  }
  row(stored ? 'plain products, as stored' : 'plain products, float32', speed(linear, total));
}

const mode = { text: 'supports', image: 'wanted', past: false, layers: false } as const;
const [, loading] = await timed(() => network.mot.prepare(mode));
row('loading the transformer', `${loading.wall.toFixed(1)} s, peak memory ${memory()}`);
const batch = {
  rows,
  text: {
    states: numbers(rows * textLength * c.width),
    positions: Int32Array.from({ length: textLength }, (_, i) => i),
  },
  image: {
    states: numbers(rows * network.slots * c.imageWidth),
    positions: Int32Array.from({ length: network.slots }, (_, i) => textLength + i),
  },
};
for (let i = 0; i < 2; i++) {
  const [result, taken] = await timed(() => network.mot.forward(batch, { image: true }));
  row(`forward ${i + 1} of the transformer`, `${speed(operations, taken)}, peak memory ${memory()}`);
  if (i === 0) continue;
  const [, head] = await timed(() => network.imageOutput.logits(result.imageStates, rows, network.grid));
  row('image head', `${head.wall.toFixed(2)} s, peak memory ${memory()}`);
}
await network.release();
