import { BundleWeights } from '../tensor/bundle-weights.ts';

/** Number of weights of a folder, whatever their precision, by the headers of its files; null where they cannot be read. */
async function countIn(directory: string): Promise<number | null> {
  const weights = await BundleWeights.open(directory).catch(() => null);
  if (!weights) return null;
  try {
    return weights
      .tensors()
      .reduce((sum, { shape }) => sum + shape.reduce((product, length) => product * length, 1), 0);
  } finally {
    await weights.close();
  }
}

/** Numbers of weights of model folders, each read again only when the folder's length changed. */
export class ParameterCounts {
  readonly #known = new Map<string, { bytes: number; count: number | null }>();

  /** @param bytes length of the model's files */
  async of(directory: string, bytes: number): Promise<number | null> {
    const known = this.#known.get(directory);
    if (known?.bytes === bytes) return known.count;
    const count = await countIn(directory);
    this.#known.set(directory, { bytes, count });
    return count;
  }
}
