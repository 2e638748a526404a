import { LavidaError } from '../errors.ts';
import { dtypeBytes } from '../tensor/dtype.ts';
import { blockBytes, blocksPerRow, quantizeRows } from '../tensor/quantize.ts';
import {
  encodeQuantizedTable,
  logicalTensors,
  packedName,
  quantizedShape,
  readLogicalRows,
  rowLength,
  scalesName,
  type LogicalTensor,
  type QuantizedTable,
} from '../tensor/quantized-tensors.ts';
import type { SafetensorsFile } from '../tensor/safetensors.ts';
import type { TensorStream } from '../tensor/safetensors-writer.ts';
import { bitsOf, isQuantizable, type Precision } from './precision.ts';

/** float32 bytes worked on at a time: what bounds the memory of a conversion. */
const pieceBytes = 16 * 2 ** 20;

/** What a shard becomes: its tensors as they will be stored, and the metadata that explains them. */
export interface ShardPlan {
  tensors: TensorStream[];
  metadata: Record<string, string>;
  /** Bytes read from the source over the whole shard. */
  sourceBytes: number;
}

/** Rows of a tensor in pieces of bounded size. */
function* pieces(tensor: LogicalTensor): Generator<{ from: number; count: number }> {
  const rows = tensor.shape[0] ?? 1;
  const step = Math.max(1, Math.floor(pieceBytes / (rowLength(tensor) * 4)));
  for (let from = 0; from < rows; from += step) yield { from, count: Math.min(step, rows - from) };
}

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/**
 * Plans a shard's conversion. Nothing is read until the pieces of a tensor are asked for, in the order of the tensors:
 * a matrix's scales are known once its packed weights have been.
 * @param advance told the source bytes done, as they are read
 * @throws LavidaError model.corrupt for weights that are infinite or no numbers, once they are read
 */
export function planShard(
  file: SafetensorsFile,
  precision: Precision,
  block: number,
  advance: (bytes: number) => void,
): ShardPlan {
  const bits = bitsOf(precision);
  const table: QuantizedTable = {};
  const tensors: TensorStream[] = [];
  let sourceBytes = 0;
  for (const tensor of logicalTensors(file)) {
    const { name, dtype, shape } = tensor;
    if (tensor.quantized && bits !== null) {
      throw new LavidaError(
        'request.invalid',
        `${file.path} is already quantised; only the original weights can be.`,
        `"${name}" has ${tensor.quantized.bits} bits`,
      );
    }
    sourceBytes += tensor.byteLength;
    const [rows = 0, columns = 0] = shape;
    if (bits !== null && isQuantizable(name, shape, block) && isFloat(dtype)) {
      table[name] = { bits, block: blockSize(block), shape: [rows, columns] };
      tensors.push(...quantizedStreams(file, tensor, bits, block, advance));
    } else if (tensor.quantized || (bits === null && isFloat(dtype) && dtype !== 'F32')) {
      tensors.push({ name, dtype: 'F32', shape, chunks: () => float32Pieces(file, tensor, advance) });
    } else {
      tensors.push({ name, dtype, shape, chunks: () => rawPieces(file, tensor, advance) });
    }
  }
  return { tensors, metadata: { format: 'pt', ...encodeQuantizedTable(table) }, sourceBytes };
}

function isFloat(dtype: string): boolean {
  return dtype === 'F32' || dtype === 'F16' || dtype === 'BF16' || dtype === 'F64';
}

const blockSizes = [16, 32, 64, 128, 256] as const;

function blockSize(block: number): (typeof blockSizes)[number] {
  const known = blockSizes.find((size) => size === block);
  if (known === undefined) {
    throw new LavidaError('request.invalid', `Blocks may have ${blockSizes.join(', ')} columns, not ${block}.`);
  }
  return known;
}

function quantizedStreams(
  file: SafetensorsFile,
  tensor: LogicalTensor,
  bits: 4 | 8,
  block: number,
  advance: (bytes: number) => void,
): TensorStream[] {
  const { name, shape } = tensor;
  const [rows = 0, columns = 0] = shape;
  const sizes = quantizedShape([rows, columns], { bits, block });
  const blocks = blocksPerRow(sizes);
  let scales: Float32Array | null = null;
  async function* packed(): AsyncGenerator<Uint8Array> {
    scales = new Float32Array(rows * blocks);
    for (const { from, count } of pieces(tensor)) {
      const values = await readLogicalRows(file, tensor, from, count);
      try {
        const done = quantizeRows(values, { ...sizes, rows: count });
        scales.set(done.scales, from * blocks);
        advance((tensor.byteLength / rows) * count);
        yield done.packed;
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        throw new LavidaError('model.corrupt', `${file.path} is damaged in the tensor "${name}".`, error.message);
      }
    }
  }
  function* scalesAfter(): Generator<Uint8Array> {
    if (scales === null) throw new Error(`the scales of ${name} are not known yet`);
    yield bytesOf(scales);
    scales = null;
  }
  return [
    { name: packedName(name), dtype: 'U8', shape: [rows, blocks, blockBytes(sizes)], chunks: packed },
    { name: scalesName(name), dtype: 'F32', shape: [rows, blocks], chunks: scalesAfter },
  ];
}

async function* float32Pieces(
  file: SafetensorsFile,
  tensor: LogicalTensor,
  advance: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const rows = tensor.shape[0] ?? 1;
  for (const { from, count } of pieces(tensor)) {
    const values = await readLogicalRows(file, tensor, from, count);
    advance((tensor.byteLength / rows) * count);
    yield bytesOf(values);
  }
}

async function* rawPieces(
  file: SafetensorsFile,
  tensor: LogicalTensor,
  advance: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const step = pieceBytes - (pieceBytes % dtypeBytes[tensor.dtype]);
  for (let at = 0; at < tensor.byteLength; at += step) {
    const count = Math.min(step, tensor.byteLength - at);
    yield await file.readBytes(tensor.name, at, count);
    advance(count);
  }
}
