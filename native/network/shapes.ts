import { LavidaError } from '../errors.ts';
import type { BundleWeights } from '../tensor/bundle-weights.ts';

/** A tensor by official name and the shape the config demands. */
export type ExpectedShape = readonly [name: string, shape: readonly number[]];

/** @throws LavidaError model.incomplete for a missing tensor, model.shape naming tensor, expected and found shape */
export function checkShapes(weights: BundleWeights, expected: Iterable<ExpectedShape>): void {
  for (const [name, shape] of expected) {
    const found = weights.entry(name).shape;
    if (found.length !== shape.length || found.some((length, axis) => length !== shape[axis])) {
      throw new LavidaError(
        'model.shape',
        `The tensor "${name}" has shape [${found.join(', ')}] where config.json asks for [${shape.join(', ')}].`,
      );
    }
  }
}
