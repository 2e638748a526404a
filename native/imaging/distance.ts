import { squaredDistances } from '../../electron/contract/distance.ts';

/**
 * Distance of every sample inside a mask to the nearest sample outside it, in samples between centres; 0 outside. What
 * lies beyond the edge of the picture counts as inside, so a mask that touches the edge has no border there.
 * @param mask [height·width], 1 inside
 */
export function distanceToOutside(mask: Uint8Array, width: number, height: number): Float32Array {
  const squared = Float64Array.from(mask, (inside) => (inside === 1 ? Infinity : 0));
  squaredDistances(squared, width, height);
  return Float32Array.from(squared, Math.sqrt);
}
