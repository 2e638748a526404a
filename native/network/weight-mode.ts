import { totalmem } from 'node:os';
import type { WeightMode } from '../onnx/session.ts';
import type { BundleWeights } from '../tensor/bundle-weights.ts';

/** float32 bytes up to which a part of the network is packed in memory, whatever the machine. */
const packedBytes = 2 ** 30;
/** Share of the machine's memory that half-precision weights may take once they are float32. */
const packedShare = 0.5;
/** Share of the memory a network's sessions may take at most before those not used for longest are let go. */
export const sessionShare = 0.6;

/** Bytes of memory this process may use: the machine's, or less where a container sets a limit. */
export function usableMemory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

/**
 * How dense weights are held (measured for ONNX Runtime 1.30 on a processor): float32 is mapped from the file once it is
 * large, which opens at once and costs 6 % of speed; half precision has no matrix kernel and is cast to float32, once if
 * that fits into half the memory, else at every run.
 * @param bytes of the weights as float32
 * @param isFloat32 whether the file has them as float32
 */
export function heldAs(bytes: number, isFloat32: boolean, memoryBytes: number): WeightMode {
  if (bytes <= packedBytes) return 'packed';
  if (isFloat32) return 'mapped';
  return bytes <= memoryBytes * packedShare ? 'packed' : 'streamed';
}

/**
 * How a part's weights are held. Quantised matrices are always packed, without which they are a hundred times slower;
 * the others as `heldAs` says.
 * @param prefix official name all tensors of the part begin with
 */
export function weightMode(
  weights: BundleWeights,
  prefix: string,
  memoryBytes: number = usableMemory(),
): WeightMode {
  const tensors = weights.tensors().filter(({ name, quantized }) => name.startsWith(prefix) && !quantized);
  const bytes = tensors.reduce((sum, { shape }) => sum + shape.reduce((product, n) => product * n, 4), 0);
  const isFloat32 = tensors.every(({ dtype }) => dtype === 'F32');
  return heldAs(bytes, isFloat32, memoryBytes);
}
