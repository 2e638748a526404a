import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { LavidaError } from '../errors.ts';
import { makeFolder, writeFileSafely } from '../library/safe-file.ts';
import type { ConfigJson } from '../network/config.ts';
import { vqPrefix } from '../network/vq-config.ts';
import { encodeQuantizedTable, packedName, quantizedShape, scalesName, type QuantizedTable } from '../tensor/quantized-tensors.ts';
import { blockBytes, blocksPerRow, quantizationBlock, type QuantizedBits } from '../tensor/quantize.ts';
import { indexFile } from '../tensor/shard-files.ts';
import { safetensorsBytes, safetensorsPieces, type TensorStream } from '../tensor/safetensors-writer.ts';
import { expectedTensors, modelSizes } from './parts.ts';
import { bitsOf, isQuantizable, type Precision } from './precision.ts';
import { randomTokenizer } from './random-tokenizer.ts';
import { RandomWeights } from './random-weights.ts';

export interface RandomModelOptions {
  config: ConfigJson;
  /** Config of the VQ, which becomes vqvae/config.json. */
  vqConfig: ConfigJson;
  to: Precision | 'bf16';
  seed: number;
  /** Number of shards; one makes a single model.safetensors. */
  shards: number;
  /** Whether the VQ's weights lie in vqvae/ instead of the shards. */
  separateVq?: boolean;
  /** Whether the model has a vision tower. */
  vision?: boolean;
  block?: number;
  signal?: AbortSignal;
  progress?: (file: string, done: number, total: number) => void;
}

/**
 * Writes a model folder of random weights with the names and shapes its configs ask for: a stand-in of the published
 * checkpoint's size, to measure with. Needs memory for one matrix's scales and little more.
 * @throws LavidaError model.config, output.full, AbortError when cancelled
 */
export async function writeRandomModel(out: string, options: RandomModelOptions): Promise<{ bytes: number }> {
  const { config, vqConfig, to, seed, shards, separateVq = false, vision = true, signal, progress } = options;
  const block = options.block ?? quantizationBlock;
  const hasGen = config['dual_tower'] === true;
  const sizes = modelSizes(config, vqConfig, { hasGen, hasVision: vision });
  const weights = new RandomWeights(seed);
  const table: QuantizedTable = {};
  const streams: TensorStream[][] = [];
  for (const [name, shape] of expectedTensors(sizes)) {
    const bits = to === 'bf16' ? null : bitsOf(to);
    if (bits !== null && isQuantizable(name, shape, block)) {
      const [rows = 0, columns = 0] = shape;
      table[name] = { bits, block: block as 128, shape: [rows, columns] };
      streams.push(quantizedStreams(weights, name, [rows, columns], bits, block));
    } else {
      const dtype = to === 'fp32' ? 'F32' : 'BF16';
      streams.push([{ name, dtype, shape, chunks: () => weights.dense(name, shape, dtype) }]);
    }
  }
  const files = intoFiles(streams, shards, separateVq);
  const metadataOf = (tensors: readonly TensorStream[]) => {
    const own = tensors.map(({ name }) => name.replace(/\.q$/u, '')).filter((name) => name in table);
    return { format: 'pt', ...encodeQuantizedTable(Object.fromEntries(own.map((name) => [name, table[name] as QuantizedTable[string]]))) };
  };
  const bytes = files.map(({ tensors }) => safetensorsBytes(tensors, metadataOf(tensors)));
  const total = bytes.reduce((sum, n) => sum + n, 0);
  await makeFolder(join(out, 'vqvae'));
  const { bavail, bsize } = await statfs(out);
  if (total > bavail * bsize) {
    throw new LavidaError('output.full', `The model needs ${total} bytes in ${out}, where ${bavail * bsize} are free.`);
  }
  let done = 0;
  for (const { file, tensors } of files) {
    await writeFileSafely(join(out, file), counted(safetensorsPieces(tensors, metadataOf(tensors)), (count) => {
      signal?.throwIfAborted();
      done += count;
      progress?.(file, done, total);
    }));
  }
  const json = (value: unknown) => `${JSON.stringify(value, null, 1)}\n`;
  if (shards > 1) {
    const map = files.filter(({ file }) => !file.startsWith('vqvae/')).flatMap(({ file, tensors }) => tensors.map(({ name }) => [name, file]));
    await writeFileSafely(join(out, indexFile), json({ metadata: { total_size: total }, weight_map: Object.fromEntries(map) as object }));
  }
  const tokenizer = randomTokenizer(sizes.transformer.vocabulary);
  await writeFileSafely(join(out, 'tokenizer.json'), JSON.stringify(tokenizer.json));
  await writeFileSafely(join(out, 'vqvae', 'config.json'), json(vqConfig));
  await writeFileSafely(join(out, 'config.json'), json(config));
  return { bytes: total };
}

function quantizedStreams(
  weights: RandomWeights,
  name: string,
  shape: [number, number],
  bits: QuantizedBits,
  block: number,
): TensorStream[] {
  const sizes = quantizedShape(shape, { bits, block });
  const blocks = blocksPerRow(sizes);
  return [
    {
      name: packedName(name),
      dtype: 'U8',
      shape: [sizes.rows, blocks, blockBytes(sizes)],
      chunks: () => weights.packed(name, shape, bits, block),
    },
    {
      name: scalesName(name),
      dtype: 'F32',
      shape: [sizes.rows, blocks],
      chunks: () => weights.scales(name, shape, bits, block),
    },
  ];
}

/** Tensors in files of about equal size; both parts of a matrix stay together. */
function intoFiles(
  streams: readonly TensorStream[][],
  shards: number,
  separateVq: boolean,
): { file: string; tensors: TensorStream[] }[] {
  const isVq = (group: readonly TensorStream[]) => separateVq && group[0]?.name.startsWith(vqPrefix) === true;
  const main = streams.filter((group) => !isVq(group));
  const share = main.reduce((sum, group) => sum + safetensorsBytes(group), 0) / shards;
  const number = (n: number) => String(n).padStart(5, '0');
  const files = Array.from({ length: shards }, (_, i) => ({
    file: shards === 1 ? 'model.safetensors' : `model-${number(i + 1)}-of-${number(shards)}.safetensors`,
    tensors: [] as TensorStream[],
  }));
  let filled = 0;
  for (const group of main) {
    files[Math.min(shards - 1, Math.floor(filled / share))]?.tensors.push(...group);
    filled += safetensorsBytes(group);
  }
  const vq = streams.filter(isVq).flat();
  if (vq.length > 0) {
    const tensors = vq.map((tensor) => ({ ...tensor, name: tensor.name.slice(vqPrefix.length) }));
    files.push({ file: 'vqvae/diffusion_pytorch_model.safetensors', tensors });
  }
  return files;
}

async function* counted(
  pieces: AsyncIterable<Uint8Array>,
  count: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    yield piece;
    count(piece.byteLength);
  }
}
