import { describe, expect, it, onTestFinished } from 'vitest';
import { GraphBuilder } from '../../../native/onnx/graph-builder.ts';
import { OnnxSession } from '../../../native/onnx/session.ts';
import { BundleWeights } from '../../../native/tensor/bundle-weights.ts';
import { dequantizeRows, quantizeRows } from '../../../native/tensor/quantize.ts';
import {
  encodeQuantizedTable,
  packedName,
  quantizedKey,
  quantizedShape,
  scalesName,
} from '../../../native/tensor/quantized-tensors.ts';
import { encodeSafetensors, type TensorBytes } from '../../../native/tensor/safetensors-writer.ts';
import { randomArray, temporaryFolder } from '../network/random-bundle.ts';

/** Rows, columns: whole blocks, a part of one, less than one. */
const shapes: [number, number][] = [
  [24, 256],
  [16, 200],
  [8, 40],
];

function quantizedFile(matrix: Float32Array, [rows, columns]: [number, number], bits: 4 | 8) {
  const shape = quantizedShape([rows, columns], { bits, block: 128 });
  const { packed, scales } = quantizeRows(matrix, shape);
  const blocks = Math.ceil(columns / 128);
  const tensors: TensorBytes[] = [
    { name: packedName('w'), dtype: 'U8', shape: [rows, blocks, bits * 16], bytes: packed },
    { name: scalesName('w'), dtype: 'F32', shape: [rows, blocks], bytes: new Uint8Array(scales.buffer) },
  ];
  return { tensors, metadata: encodeQuantizedTable({ w: { bits, block: 128, shape: [rows, columns] } }) };
}

async function opened(tensors: TensorBytes[], metadata: Record<string, string>): Promise<BundleWeights> {
  const folder = await temporaryFolder();
  onTestFinished(folder.remove);
  await folder.write('model.safetensors', encodeSafetensors(tensors, metadata));
  const weights = await BundleWeights.open(folder.path);
  onTestFinished(() => weights.close());
  return weights;
}

describe('a quantised matrix', () => {
  it.each([4, 8] as const)('of %i bits is at most half a step from the original', (bits) => {
    for (const [rows, columns] of shapes) {
      const matrix = randomArray(rows * columns, rows);
      const shape = quantizedShape([rows, columns], { bits, block: 128 });
      const quantized = quantizeRows(matrix, shape);
      const back = dequantizeRows(quantized, shape);
      const blocks = Math.ceil(columns / 128);
      matrix.forEach((value, i) => {
        const scale = Math.abs(
          quantized.scales[Math.floor(i / columns) * blocks + Math.floor((i % columns) / 128)] ?? 0,
        );
        // At four bits the extreme of the other sign may lie beyond the last level by half a step more.
        expect(Math.abs(value - (back[i] ?? 0))).toBeLessThanOrEqual(scale * (bits === 4 ? 1.0001 : 0.5001));
      });
    }
  });

  it('keeps zeros and the largest magnitude of a block exactly', () => {
    const shape = quantizedShape([1, 128], { bits: 4, block: 128 });
    const matrix = new Float32Array(128);
    expect(dequantizeRows(quantizeRows(matrix, shape), shape)).toEqual(matrix);
    matrix[5] = 0.75;
    matrix[77] = -0.25;
    const back = dequantizeRows(quantizeRows(matrix, shape), shape);
    expect(back[5]).toBe(0.75);
    expect(Math.abs(back[6] ?? 1)).toBe(0);
  });

  it('is refused where a weight is no number', () => {
    const shape = quantizedShape([1, 128], { bits: 8, block: 128 });
    expect(() => quantizeRows(new Float32Array(128).fill(NaN), shape)).toThrow('not a number');
    expect(() => quantizeRows(new Float32Array(128).fill(Infinity), shape)).toThrow('infinite');
  });

  it.each([4, 8] as const)(
    'of %i bits multiplies as the values it stands for, whole and cut to its first rows',
    async (bits) => {
      for (const [rows, columns] of shapes) {
        const matrix = randomArray(rows * columns, 3);
        const file = quantizedFile(matrix, [rows, columns], bits);
        const weights = await opened(file.tensors, file.metadata);
        const entry = weights.entry('w');
        expect(entry.shape).toEqual([rows, columns]);
        const values = await weights.readFloat32('w');
        expect(await weights.readRows('w', [3])).toEqual(values.slice(3 * columns, 4 * columns));
        for (const cut of [rows, 8]) {
          const graph = new GraphBuilder('product');
          const x = graph.input('x', 'float32', ['n', columns]);
          graph.output(graph.linear(x, entry, { rows: [0, cut] }), 'y', 'float32', ['n', cut]);
          const session = await OnnxSession.create(graph, {
            backend: 'cpu',
            threads: 1,
            weights: 'packed',
            weightFolder: weights.folder,
          });
          const data = randomArray(2 * columns, 9);
          const { y } = await session.run({ x: { data, dims: [2, columns] } }, ['y']);
          await session.release();
          let difference = 0;
          let size = 0;
          for (let n = 0; n < 2; n++)
            for (let row = 0; row < cut; row++) {
              let sum = 0;
              for (let k = 0; k < columns; k++)
                sum += (data[n * columns + k] ?? 0) * (values[row * columns + k] ?? 0);
              difference += (sum - (y.data[n * cut + row] ?? NaN)) ** 2;
              size += sum ** 2;
            }
          // Activations are 8-bit too, which costs less than a hundredth.
          expect(Math.sqrt(difference / size)).toBeLessThan(0.01);
        }
      }
    },
  );

  it('whose parts do not fit its table is damage that names the file', async () => {
    const file = quantizedFile(randomArray(16 * 256, 1), [16, 256], 4);
    const [packed, scales] = file.tensors as [TensorBytes, TensorBytes];
    await expect(opened([packed], file.metadata)).rejects.toThrow(
      /model\.safetensors is damaged: "w\.scales"/u,
    );
    const wrong = encodeQuantizedTable({ w: { bits: 8, block: 128, shape: [16, 256] } });
    await expect(opened([packed, scales], wrong)).rejects.toThrow(/"w\.q" should be U8 \[16, 2, 128\]/u);
    await expect(opened([packed, scales], { [quantizedKey]: '{"w":' })).rejects.toThrow('unreadable table');
  });
});
