import type { orderNames } from '../../electron/contract/request.ts';
import { LavidaError } from '../errors.ts';
import { MersenneTwister } from './mersenne-twister.ts';
import { RandomStream } from './random.ts';

export type OrderName = (typeof orderNames)[number];

export interface CodeGrid {
  width: number;
  height: number;
}

/** Seed of the published stratified order; it never depends on the user's seed (PIPELINE §2.7). */
const publishedSeed = 42;

const cache = new Map<string, Uint16Array>();

/** Builds an order once a grid: orders without a user seed never change. */
function cached(key: string, build: () => number[]): Uint16Array {
  const known = cache.get(key);
  if (known) return known;
  const order = Uint16Array.from(build());
  cache.set(key, order);
  return order;
}

/**
 * Stratified random order of an n×n grid, n a power of two (PIPELINE §2.7, paper algorithm 2): the first 4^d positions
 * fall into the 2^d×2^d cells, one each.
 * @returns raster positions y·n+x, a permutation of 0…n²−1
 */
export function stratifiedSquare(n: number, seed = publishedSeed, shuffleBlocks = true): number[] {
  const random = new MersenneTwister(seed);
  const occupied = new Uint8Array(n * n);
  const order: number[] = n === 1 ? [0] : [];
  let blocks: [x: number, y: number][] = [[0, 0]];
  for (let half = n / 2; half >= 1; half /= 2) {
    const children = blocks.flatMap(([x, y]): [number, number][] => [
      [x, y],
      [x + half, y],
      [x, y + half],
      [x + half, y + half],
    ]);
    if (shuffleBlocks) random.shuffle(children);
    for (const [left, top] of children) {
      if (holdsOccupied(occupied, n, left, top, half)) continue;
      const x = random.range(left, left + half);
      const y = random.range(top, top + half);
      occupied[y * n + x] = 1;
      order.push(y * n + x);
    }
    blocks = children;
  }
  return order;
}

function holdsOccupied(occupied: Uint8Array, n: number, left: number, top: number, side: number): boolean {
  for (let y = top; y < top + side; y++) {
    for (let x = left; x < left + side; x++) if (occupied[y * n + x] === 1) return true;
  }
  return false;
}

/**
 * Stratified order of any grid. The published construction covers squares with a power-of-two side; for other grids
 * (an extension of ours) the order of the smallest enclosing such square is taken and cells outside the grid are left
 * out, so every stratum that reaches into the grid is still visited in stratified order.
 */
export function stratifiedOrder({ width, height }: CodeGrid): Uint16Array {
  return cached(`stratified ${width}x${height}`, () => {
    let n = 1;
    while (n < Math.max(width, height)) n *= 2;
    return stratifiedSquare(n)
      .map((position) => [position % n, Math.floor(position / n)] as const)
      .filter(([x, y]) => x < width && y < height)
      .map(([x, y]) => y * width + x);
  });
}

/** Uniformly random permutation of the grid, from the user's seed. */
export function uniformOrder({ width, height }: CodeGrid, seed: number): Uint16Array {
  const random = new RandomStream(seed, 'order');
  const order = Uint16Array.from({ length: width * height }, (_, position) => position);
  for (let i = order.length - 1; i >= 1; i--) {
    const j = random.below(i + 1);
    const held = order[i] as number;
    order[i] = order[j] as number;
    order[j] = held;
  }
  return order;
}

/** Van der Corput radical inverse of `index` in `base`, in [0,1). */
function radicalInverse(index: number, base: number): number {
  let numerator = 0;
  let denominator = 1;
  for (let rest = index; rest > 0; rest = Math.floor(rest / base)) {
    numerator = numerator * base + (rest % base);
    denominator *= base;
  }
  return numerator / denominator;
}

/**
 * Halton order: points (radical inverse base 2, base 3) from index 1 on, scaled to the grid; a cell is listed when a
 * point first falls into it. The published sampler names this order but does not hold it (Q9).
 */
export function haltonOrder({ width, height }: CodeGrid): Uint16Array {
  return cached(`halton ${width}x${height}`, () => {
    const seen = new Uint8Array(width * height);
    const order: number[] = [];
    for (let index = 1; order.length < seen.length; index++) {
      const x = Math.floor(radicalInverse(index, 2) * width);
      const y = Math.floor(radicalInverse(index, 3) * height);
      const position = y * width + x;
      if (seen[position] === 1) continue;
      seen[position] = 1;
      order.push(position);
    }
    return order;
  });
}

/** @throws LavidaError request.invalid when `order` does not list every position of the grid exactly once */
export function explicitOrder(
  { width, height }: CodeGrid,
  order: readonly number[] | undefined,
): Uint16Array {
  const size = width * height;
  if (!order) throw new LavidaError('request.invalid', 'The order "explicit" needs a list of positions.');
  const seen = new Uint8Array(size);
  for (const position of order) {
    if (!Number.isInteger(position) || position < 0 || position >= size) {
      throw new LavidaError(
        'request.invalid',
        `The explicit order names position ${position}; this grid has positions 0 to ${size - 1}.`,
      );
    }
    if (seen[position] === 1) {
      throw new LavidaError('request.invalid', `The explicit order names position ${position} twice.`);
    }
    seen[position] = 1;
  }
  if (order.length !== size) {
    throw new LavidaError(
      'request.invalid',
      `The explicit order has ${order.length} positions; this grid has ${size}.`,
    );
  }
  return Uint16Array.from(order);
}

/**
 * The fixed position order of a run, or null where confidence decides (PIPELINE §2.6).
 * @param explicit a permutation of the grid, read by the order `explicit` alone
 * @returns [width·height] raster positions
 * @throws LavidaError request.invalid
 */
export function positionOrder(
  name: OrderName,
  grid: CodeGrid,
  seed: number,
  explicit?: readonly number[],
): Uint16Array | null {
  switch (name) {
    case 'stratified':
      return stratifiedOrder(grid);
    case 'uniform':
      return uniformOrder(grid, seed);
    case 'halton':
      return haltonOrder(grid);
    case 'explicit':
      return explicitOrder(grid, explicit);
    case 'confidence':
    case 'mask_git':
      return null;
  }
}
