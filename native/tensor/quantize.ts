/** Bits a quantised weight is stored in. */
export type QuantizedBits = 4 | 8;

/** Weights of a row that share one scale, as ONNX Runtime's MatMulNBits takes them. */
export const quantizationBlock = 128;

/** How a matrix [rows, columns] is stored: every row is cut into blocks of `block` columns, the last one padded. */
export interface QuantizedShape {
  readonly bits: QuantizedBits;
  readonly block: number;
  readonly rows: number;
  readonly columns: number;
}

export function blocksPerRow({ columns, block }: Pick<QuantizedShape, 'columns' | 'block'>): number {
  return Math.ceil(columns / block);
}

/** Bytes one block of packed weights takes. */
export function blockBytes({ bits, block }: Pick<QuantizedShape, 'bits' | 'block'>): number {
  return (block * bits) / 8;
}

/** Packed weights [rows, blocks, block bytes] and scales [rows, blocks] of some rows. */
export interface QuantizedRows {
  packed: Uint8Array;
  scales: Float32Array;
}

/**
 * Symmetric quantisation of float32 rows by block, rounding to nearest: weight = scale · (stored − 2^(bits−1)). At four
 * bits the value of largest magnitude becomes −8, whichever its sign, so that all sixteen levels are used; at eight bits
 * the largest magnitude becomes 127. Of two four-bit values in a byte the first is the lower half. Padding is zero.
 * @param values [rows, columns]
 * @throws RangeError when a value is infinite or no number
 */
export function quantizeRows(values: Float32Array, shape: QuantizedShape): QuantizedRows {
  const { bits, block, rows, columns } = shape;
  const blocks = blocksPerRow(shape);
  const bytes = blockBytes(shape);
  const packed = new Uint8Array(rows * blocks * bytes);
  const scales = new Float32Array(rows * blocks);
  for (let row = 0; row < rows; row++) {
    for (let b = 0; b < blocks; b++) {
      const start = row * columns + b * block;
      const count = Math.min(block, columns - b * block);
      const at = row * blocks + b;
      scales[at] =
        bits === 4
          ? packFour(values, start, count, packed, at * bytes, bytes)
          : packEight(values, start, count, packed, at * bytes, bytes);
    }
  }
  return { packed, scales };
}

/** Value of largest magnitude, with its sign. @throws RangeError when one is infinite or no number */
function extreme(values: Float32Array, start: number, count: number): number {
  let largest = 0;
  let magnitude = 0;
  let sum = 0;
  for (let i = start; i < start + count; i++) {
    const value = values[i] as number;
    sum += value;
    const size = value < 0 ? -value : value;
    if (size > magnitude) {
      magnitude = size;
      largest = value;
    }
  }
  if (!Number.isFinite(sum)) throw new RangeError('a weight is infinite or not a number');
  return largest;
}

function packFour(
  values: Float32Array,
  start: number,
  count: number,
  packed: Uint8Array,
  target: number,
  bytes: number,
): number {
  // Adding zero turns the −0 of an empty block into 0.
  const scale = Math.fround(extreme(values, start, count) / -8) + 0;
  const inverse = scale === 0 ? 0 : 1 / scale;
  // 8.5 and the truncation of |0 round to nearest; only the other sign's extreme can exceed 15.
  for (let i = 0; i < bytes; i++) {
    let low = 8;
    let high = 8;
    if (2 * i < count) low = Math.min(15, ((values[start + 2 * i] as number) * inverse + 8.5) | 0);
    if (2 * i + 1 < count) high = Math.min(15, ((values[start + 2 * i + 1] as number) * inverse + 8.5) | 0);
    packed[target + i] = low | (high << 4);
  }
  return scale;
}

function packEight(
  values: Float32Array,
  start: number,
  count: number,
  packed: Uint8Array,
  target: number,
  bytes: number,
): number {
  const scale = Math.fround(Math.abs(extreme(values, start, count)) / 127);
  const inverse = scale === 0 ? 0 : 1 / scale;
  for (let i = 0; i < bytes; i++) {
    packed[target + i] = i < count ? ((values[start + i] as number) * inverse + 128.5) | 0 : 128;
  }
  return scale;
}

/** The float32 rows [rows, columns] that packed weights stand for. */
export function dequantizeRows({ packed, scales }: QuantizedRows, shape: QuantizedShape): Float32Array {
  const { bits, block, rows, columns } = shape;
  const blocks = blocksPerRow(shape);
  const bytes = blockBytes(shape);
  const values = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = row * blocks + Math.floor(column / block);
      const within = column % block;
      const byte = packed[at * bytes + (bits === 4 ? within >> 1 : within)] as number;
      const stored = bits === 8 ? byte - 128 : ((within & 1) === 0 ? byte & 15 : byte >> 4) - 8;
      values[row * columns + column] = (scales[at] as number) * stored;
    }
  }
  return values;
}
