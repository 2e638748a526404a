import { attention, rotate, type AttentionForm } from '../network/attention-graph.ts';
import { GraphBuilder } from '../onnx/graph-builder.ts';
import { OnnxSession, type FeedTensor } from '../onnx/session.ts';
import type { BundleWeights } from '../tensor/bundle-weights.ts';
import { quantizeRows } from '../tensor/quantize.ts';
import { encodeQuantizedTable, packedName, quantizedShape, scalesName } from '../tensor/quantized-tensors.ts';
import { encodeSafetensors, type TensorBytes } from '../tensor/safetensors-writer.ts';

/** Rows of the trial: above 32, where WebGPU's fused attention goes wrong. */
const rows = 48;
const width = 128;
const heads = { heads: 2, keyValueHeads: 2, headWidth: 64 };

/** The same numbers in every process, in (−1, 1). */
export function trialNumbers(length: number, seed: number): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32) * 2 - 1;
  });
}

/** A weight file with one matrix a precision. */
export function trialWeights(): Uint8Array {
  const matrix = trialNumbers(width * width, 1).map((x) => x / Math.sqrt(width));
  const tensors: TensorBytes[] = [
    { name: 'fp32', dtype: 'F32', shape: [width, width], bytes: new Uint8Array(matrix.buffer) },
    {
      name: 'norm',
      dtype: 'F32',
      shape: [width],
      bytes: new Uint8Array(new Float32Array(width).fill(1).buffer),
    },
  ];
  const table: Parameters<typeof encodeQuantizedTable>[0] = {};
  for (const bits of [4, 8] as const) {
    const name = `int${bits}`;
    const { packed, scales } = quantizeRows(matrix, quantizedShape([width, width], { bits, block: 128 }));
    table[name] = { bits, block: 128, shape: [width, width] };
    tensors.push(
      { name: packedName(name), dtype: 'U8', shape: [width, 1, packed.length / width], bytes: packed },
      { name: scalesName(name), dtype: 'F32', shape: [width, 1], bytes: new Uint8Array(scales.buffer) },
    );
  }
  return encodeSafetensors(tensors, encodeQuantizedTable(table));
}

/** A transformer layer in small: norm, projections in every precision, rotation, attention, softmax, gate. */
export function trialGraph(weights: BundleWeights, form: AttentionForm): GraphBuilder {
  const graph = new GraphBuilder('backend-trial');
  const x = graph.input('x', 'float32', [rows, width]);
  const table = {
    cos: graph.input('cos', 'float32', [rows, heads.headWidth / 2]),
    sin: graph.input('sin', 'float32', [rows, heads.headWidth / 2]),
  };
  const norm = graph.weight(weights.entry('norm'));
  const normed = graph.node('SimplifiedLayerNormalization', [x, norm], {
    axis: -1,
    epsilon: { float: 1e-5 },
  });
  const batched = (name: string) =>
    graph.node('Reshape', [graph.linear(normed, weights.entry(name)), graph.int64([1, rows, width])]);
  const query = rotate(graph, batched('fp32'), table);
  const mixed = attention(graph, query, query, batched('fp32'), heads, form);
  const flat = graph.node('Reshape', [mixed, graph.int64([rows, width])]);
  graph.output(flat, 'attention', 'float32', [rows, width]);
  const gate = graph.node('Sigmoid', [graph.linear(flat, weights.entry('fp32'))]);
  graph.output(graph.node('Mul', [gate, x]), 'gated', 'float32', [rows, width]);
  for (const name of ['int4', 'int8']) {
    graph.output(graph.linear(normed, weights.entry(name)), name, 'float32', [rows, width]);
  }
  return graph;
}

export function trialFeeds(): Record<string, FeedTensor> {
  const half = heads.headWidth / 2;
  const angles = Float32Array.from(
    { length: rows * half },
    (_, i) => Math.floor(i / half) / 10 ** ((i % half) / half),
  );
  return {
    x: { data: trialNumbers(rows * width, 2).map((v) => v * 2), dims: [rows, width] },
    cos: { data: angles.map(Math.cos), dims: [rows, half] },
    sin: { data: angles.map(Math.sin), dims: [rows, half] },
  };
}

/** Largest difference relative to the size of the expected values. */
export function relativeDifference(actual: Float32Array, expected: Float32Array): number {
  let difference = 0;
  let size = 0;
  for (let i = 0; i < expected.length; i++) {
    const d = Math.abs((actual[i] as number) - (expected[i] as number));
    if (!(d <= difference)) difference = Number.isNaN(d) ? Infinity : d;
    size = Math.max(size, Math.abs(expected[i] as number));
  }
  return size === 0 ? difference : difference / size;
}

/** Billions of operations a second of a square product of the given side, transfers included. */
export async function productSpeed(
  backend: string,
  side: number,
  threads: number,
  folder: string,
): Promise<number> {
  const graph = new GraphBuilder('product');
  const a = graph.input('a', 'float32', [side, side]);
  const b = graph.input('b', 'float32', [side, side]);
  graph.output(graph.node('MatMul', [a, b]), 'y', 'float32', [side, side]);
  const session = await OnnxSession.create(graph, {
    backend,
    threads,
    weights: 'packed',
    weightFolder: folder,
  });
  try {
    const data = trialNumbers(side * side, 3);
    const feeds = { a: { data, dims: [side, side] }, b: { data, dims: [side, side] } };
    await session.run(feeds, ['y']);
    const started = performance.now();
    await session.run(feeds, ['y']);
    return (2 * side ** 3) / 1e6 / Math.max(0.01, performance.now() - started);
  } finally {
    await session.release();
  }
}
