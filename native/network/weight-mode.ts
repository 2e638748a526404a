import type { WeightMode } from '../onnx/session.ts';
import type { BundleWeights } from '../tensor/bundle-weights.ts';
import { dtypeBytes } from '../tensor/dtype.ts';

/** float32 bytes up to which a part of the network is packed in memory. */
const packedBytes = 2 ** 30;

/** How the weights are held: packed while they fit, else used from the file (ORT facts: bf16 has no matrix kernel). */
export function weightMode(weights: BundleWeights, prefix: string): WeightMode {
  const tensors = weights.tensors().filter(({ name }) => name.startsWith(prefix));
  const bytes = tensors.reduce((sum, { byteLength, dtype }) => sum + (byteLength / dtypeBytes[dtype]) * 4, 0);
  if (bytes <= packedBytes) return 'packed';
  return tensors.some(({ dtype }) => dtype !== 'F32') ? 'streamed' : 'mapped';
}
