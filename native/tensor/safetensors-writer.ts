import { assertAllocation } from './allocation.ts';
import { dtypeBytes, type Dtype } from './dtype.ts';

/** A tensor to be written: its place in the file follows from dtype and shape alone. */
interface TensorHead {
  name: string;
  dtype: Dtype;
  shape: readonly number[];
}

/** A tensor whose bytes are at hand. */
export interface TensorBytes extends TensorHead {
  bytes: Uint8Array;
}

/** A tensor whose bytes come in pieces, so that none is ever held whole. */
export interface TensorStream extends TensorHead {
  chunks: () => AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** Data starts at a multiple of this, as the format's own writers do. */
const alignment = 8;

function sizeOf({ dtype, shape }: TensorHead): number {
  return shape.reduce((product, length) => product * length, dtypeBytes[dtype]);
}

/** Length bytes and JSON header of a file that holds the tensors one after another in the given order. */
function encodeHeader(
  tensors: readonly TensorHead[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const table: [string, unknown][] = [];
  if (Object.keys(metadata).length > 0) table.push(['__metadata__', metadata]);
  const names = new Set(['__metadata__']);
  let offset = 0;
  for (const tensor of tensors) {
    const { name, dtype, shape } = tensor;
    if (names.has(name)) throw new Error(`two tensors named ${name}`);
    names.add(name);
    const end = offset + sizeOf(tensor);
    table.push([name, { dtype, shape, data_offsets: [offset, end] }]);
    offset = end;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(table)));
  const padded = Math.ceil(json.byteLength / alignment) * alignment;
  const header = new Uint8Array(8 + padded).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(padded), true);
  header.set(json, 8);
  return header;
}

/** A small safetensors file as bytes. @throws Error when bytes and shape disagree or a name comes twice */
export function encodeSafetensors(
  tensors: readonly TensorBytes[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const header = encodeHeader(tensors, metadata);
  const total = tensors.reduce((sum, tensor) => sum + sizeOf(tensor), header.byteLength);
  assertAllocation(total, 'a safetensors file');
  const file = new Uint8Array(total);
  file.set(header);
  let position = header.byteLength;
  for (const tensor of tensors) {
    if (tensor.bytes.byteLength !== sizeOf(tensor)) {
      throw new Error(`tensor ${tensor.name} has ${tensor.bytes.byteLength} bytes, not ${sizeOf(tensor)}`);
    }
    file.set(tensor.bytes, position);
    position += tensor.bytes.byteLength;
  }
  return file;
}

/** Bytes of the file that holds these tensors. */
export function safetensorsBytes(
  tensors: readonly TensorHead[],
  metadata: Readonly<Record<string, string>> = {},
): number {
  return tensors.reduce((sum, tensor) => sum + sizeOf(tensor), encodeHeader(tensors, metadata).byteLength);
}

/**
 * A safetensors file of any size in pieces, header first.
 * @throws Error when a tensor's pieces do not add up to its shape
 */
export async function* safetensorsPieces(
  tensors: readonly TensorStream[],
  metadata: Readonly<Record<string, string>> = {},
): AsyncGenerator<Uint8Array> {
  yield encodeHeader(tensors, metadata);
  for (const tensor of tensors) {
    let written = 0;
    for await (const chunk of tensor.chunks()) {
      written += chunk.byteLength;
      yield chunk;
    }
    if (written !== sizeOf(tensor)) {
      throw new Error(`tensor ${tensor.name} gave ${written} bytes, not ${sizeOf(tensor)}`);
    }
  }
}
