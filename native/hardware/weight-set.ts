import { expectedTensors, type ModelSizes } from '../models/parts.ts';
import { bitsOf, isQuantizable, type Precision } from '../models/precision.ts';
import type { StoredTensor } from '../tensor/bundle-weights.ts';
import { blockBytes, blocksPerRow, quantizationBlock } from '../tensor/quantize.ts';

/** A tensor as far as the memory it takes goes. */
export interface WeightTensor {
  name: string;
  shape: readonly number[];
  elements: number;
  /** How it is stored: in blocks of few bits, in half precision, or as float32. */
  stored: 'quantised' | 'half' | 'float32';
  /** In its file, scales included. */
  fileBytes: number;
}

function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** The tensors of an opened folder, as they are stored. */
export function storedWeights(tensors: readonly StoredTensor[]): WeightTensor[] {
  return tensors.map(({ name, shape, dtype, byteLength, quantized }) => ({
    name,
    shape,
    elements: elementsOf(shape),
    stored: quantized ? 'quantised' : dtype === 'F32' ? 'float32' : 'half',
    fileBytes: byteLength + (quantized?.scales.byteLength ?? 0),
  }));
}

/** The tensors a model of these sizes has once it is converted to a precision; `published` is half precision. */
export function convertedWeights(sizes: ModelSizes, precision: Precision | 'published'): WeightTensor[] {
  const bits = precision === 'published' ? null : bitsOf(precision);
  return [...expectedTensors(sizes)].map(([name, shape]) => {
    const elements = elementsOf(shape);
    if (bits !== null && isQuantizable(name, shape, quantizationBlock)) {
      const [rows = 1, columns = 1] = shape;
      const layout = { bits, block: quantizationBlock, columns };
      const fileBytes = rows * blocksPerRow(layout) * (blockBytes(layout) + 4);
      return { name, shape, elements, stored: 'quantised', fileBytes };
    }
    // What is not quantised keeps the precision of its source: half in the published files.
    const half = precision !== 'fp32';
    return { name, shape, elements, stored: half ? 'half' : 'float32', fileBytes: elements * (half ? 2 : 4) };
  });
}
