import { z } from 'zod';
import { LavidaError } from '../errors.ts';
import { toFloat32, dtypeBytes } from './dtype.ts';
import {
  blockBytes,
  blocksPerRow,
  dequantizeRows,
  type QuantizedBits,
  type QuantizedShape,
} from './quantize.ts';
import type { SafetensorsFile } from './safetensors.ts';
import type { TensorEntry } from './safetensors-header.ts';
import { parseJson } from '../parse-json.ts';

/** Key of a safetensors file's metadata: a JSON table from matrix name to `{bits, block, shape}`. */
export const quantizedKey = 'lavida_studio.quantized';

/** Names of the two tensors a quantised matrix is stored as: packed U8 [N, blocks, bytes] and F32 scales [N, blocks]. */
export const packedName = (name: string) => `${name}.q`;
export const scalesName = (name: string) => `${name}.scales`;

/** What a quantised matrix has besides its packed weights. */
export interface QuantizedLayout {
  readonly bits: QuantizedBits;
  readonly block: number;
  readonly scales: TensorEntry;
}

/**
 * A tensor as the network names it. A quantised matrix appears once, under its official name and with its official
 * shape [N, K]; its offset and bytes are those of the packed weights.
 */
export interface LogicalTensor extends TensorEntry {
  readonly quantized?: QuantizedLayout;
}

const tableSchema = z.record(
  z.string(),
  z.object({
    bits: z.union([z.literal(4), z.literal(8)]),
    block: z.union([z.literal(16), z.literal(32), z.literal(64), z.literal(128), z.literal(256)]),
    shape: z.tuple([z.int().positive(), z.int().positive()]),
  }),
);

/** How matrices are quantised, by name, as a file's metadata says it. */
export type QuantizedTable = z.infer<typeof tableSchema>;

export function encodeQuantizedTable(table: QuantizedTable): Record<string, string> {
  return Object.keys(table).length === 0 ? {} : { [quantizedKey]: JSON.stringify(table) };
}

/** What the header of a weight file says. */
export type WeightHeader = Pick<SafetensorsFile, 'path' | 'entries' | 'metadata'>;

function readTable(file: WeightHeader): QuantizedTable {
  const text = file.metadata[quantizedKey];
  if (text === undefined) return {};
  try {
    return tableSchema.parse(parseJson(text));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LavidaError(
      'model.corrupt',
      `${file.path} has an unreadable table of quantised matrices.`,
      reason,
    );
  }
}

/** Sizes a quantised matrix [N, K] is stored with. */
export function quantizedShape(
  [rows, columns]: readonly [number, number],
  { bits, block }: { bits: QuantizedBits; block: number },
): QuantizedShape {
  return { bits, block, rows, columns };
}

function checkPart(file: WeightHeader, name: string, dtype: string, shape: readonly number[]): TensorEntry {
  const entry = file.entries.get(name);
  if (entry?.dtype === dtype && entry.shape.join() === shape.join()) return entry;
  const found = entry ? `${entry.dtype} [${entry.shape.join(', ')}]` : 'nothing';
  throw new LavidaError(
    'model.corrupt',
    `${file.path} is damaged: "${name}" should be ${dtype} [${shape.join(', ')}].`,
    `found ${found}`,
  );
}

/**
 * The tensors of a file by the names the network uses: quantised matrices put together from their parts.
 * @throws LavidaError model.corrupt when a part is missing or of another size than the table says
 */
export function logicalTensors(file: WeightHeader): LogicalTensor[] {
  const parts = new Set<string>();
  const tensors: LogicalTensor[] = [];
  for (const [name, { bits, block, shape }] of Object.entries(readTable(file))) {
    const sizes = quantizedShape(shape, { bits, block });
    const blocks = blocksPerRow(sizes);
    const packed = checkPart(file, packedName(name), 'U8', [sizes.rows, blocks, blockBytes(sizes)]);
    const scales = checkPart(file, scalesName(name), 'F32', [sizes.rows, blocks]);
    parts.add(packed.name).add(scales.name);
    tensors.push({ ...packed, name, shape, quantized: { bits, block, scales } });
  }
  for (const entry of file.entries.values()) if (!parts.has(entry.name)) tensors.push(entry);
  return tensors;
}

/** Elements of one index of a tensor's first axis. */
export function rowLength({ shape }: { shape: readonly number[] }): number {
  return shape.slice(1).reduce((product, length) => product * length, 1);
}

/**
 * Indices from…from+count−1 of a tensor's first axis as float32, whether quantised or not.
 * @param storedName the tensor's name in the file, where that differs from `tensor.name`
 */
export async function readLogicalRows(
  file: SafetensorsFile,
  tensor: LogicalTensor,
  from: number,
  count: number,
  storedName: string = tensor.name,
): Promise<Float32Array> {
  const { dtype, quantized, byteLength } = tensor;
  const width = rowLength(tensor);
  if (!quantized) {
    const bytes = width * dtypeBytes[dtype];
    return toFloat32(await file.readBytes(storedName, from * bytes, count * bytes), dtype);
  }
  const rows = tensor.shape[0] ?? 1;
  const packedBytes = byteLength / rows;
  const scaleBytes = quantized.scales.byteLength / rows;
  const packed = await file.readBytes(packedName(storedName), from * packedBytes, count * packedBytes);
  const scales = await file.readBytes(quantized.scales.name, from * scaleBytes, count * scaleBytes);
  const sizes = quantizedShape([count, width], quantized);
  return dequantizeRows({ packed, scales: toFloat32(scales, 'F32') }, sizes);
}
