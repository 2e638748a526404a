import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { LavidaError } from '../../../native/errors.ts';
import { MersenneTwister } from '../../../native/sampler/mersenne-twister.ts';
import {
  explicitOrder,
  haltonOrder,
  positionOrder,
  stratifiedOrder,
  uniformOrder,
} from '../../../native/sampler/orders.ts';

const square = (side: number) => ({ width: side, height: side });
const sha256 = (order: ArrayLike<number>) =>
  createHash('sha256')
    .update(JSON.stringify(Array.from(order)))
    .digest('hex');

function expectPermutation(order: ArrayLike<number>, size: number): void {
  expect([...Array.from(order)].sort((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, i) => i));
}

describe('Mersenne twister', () => {
  it("gives CPython's first words for seed 42", () => {
    const random = new MersenneTwister(42);
    expect([random.next32(), random.next32(), random.next32(), random.next32()]).toEqual([
      2746317213, 478163327, 107420369, 3184935163,
    ]);
  });

  it('draws below every bound it is given', () => {
    const random = new MersenneTwister(1);
    for (const bound of [1, 2, 3, 7, 64, 1000, 0xffffffff]) {
      for (let i = 0; i < 200; i++) expect(random.below(bound)).toBeLessThan(bound);
    }
  });
});

describe('stratified order', () => {
  it.each([
    [16, '3fdaacf3f13ceb4e535110fb3ca518e1ebbf0f0f51ebe0ad102063897f0431b7'],
    [32, '2fcd181fdbc2dcc39a05889cb5a3db8ef14ec441c12bdda289afe9c2edda7daa'],
    [64, 'b2507fc5937e655b07bf56ad36ec364d2355535fe0a0ee8b6daeae82f58d6ca1'],
  ])('%i×%i is the published one', (side, hash) => {
    expect(sha256(stratifiedOrder(square(side)))).toBe(hash);
  });

  it('of 64×64 begins in the four quadrants and ends as published', () => {
    const order = stratifiedOrder(square(64));
    expect(Array.from(order.slice(0, 12))).toEqual([
      2959, 424, 3813, 66, 1725, 312, 1686, 3251, 2268, 1771, 88, 2302,
    ]);
    expect(Array.from(order.slice(-5))).toEqual([4087, 2666, 1719, 151, 3964]);
  });

  it.each([2, 4, 8, 16, 32, 64])(
    'of %i×%i visits each of the 2^d×2^d cells once in its first 4^d picks',
    (side) => {
      const order = stratifiedOrder(square(side));
      expectPermutation(order, side * side);
      for (let cells = 1; cells <= side; cells *= 2) {
        const cell = side / cells;
        const seen = Array.from(order.slice(0, cells * cells), (p) => {
          const [x, y] = [p % side, Math.floor(p / side)];
          return Math.floor(y / cell) * cells + Math.floor(x / cell);
        });
        expectPermutation(seen, cells * cells);
      }
    },
  );

  it.each([
    [1, 1],
    [3, 5],
    [40, 24],
    [64, 1],
    [30, 30],
  ])('covers a grid of %i×%i once', (width, height) => {
    expectPermutation(stratifiedOrder({ width, height }), width * height);
  });

  it('of a wide grid still spreads: its first quarter reaches every quadrant', () => {
    const [width, height] = [48, 24];
    const early = Array.from(stratifiedOrder({ width, height }).slice(0, (width * height) / 4));
    const quadrants = new Set(
      early.map((p) => `${Math.floor((p % width) / (width / 2))},${Math.floor(p / width / (height / 2))}`),
    );
    expect(quadrants.size).toBe(4);
  });
});

describe('the other orders', () => {
  it.each([
    [8, 8],
    [64, 64],
    [5, 9],
    [1, 7],
  ])('Halton covers a grid of %i×%i once, the same every time', (width, height) => {
    const order = haltonOrder({ width, height });
    expectPermutation(order, width * height);
    expect(haltonOrder({ width, height })).toEqual(order);
  });

  it('Halton alternates halves from the first pick', () => {
    const columns = Array.from(haltonOrder(square(64)).slice(0, 8), (p) => p % 64);
    columns.forEach((x, i) => {
      if (i > 0) expect(x < 32).not.toBe((columns[i - 1] ?? 0) < 32);
    });
  });

  it('uniform depends on the seed alone', () => {
    const grid = square(32);
    expectPermutation(uniformOrder(grid, 5), 1024);
    expect(uniformOrder(grid, 5)).toEqual(uniformOrder(grid, 5));
    expect(uniformOrder(grid, 6)).not.toEqual(uniformOrder(grid, 5));
  });

  it('an explicit order is taken as it is', () => {
    expect(Array.from(explicitOrder(square(2), [3, 1, 0, 2]))).toEqual([3, 1, 0, 2]);
  });

  it.each([
    ['missing', undefined],
    ['short', [0, 1, 2]],
    ['with a position twice', [0, 1, 1, 3]],
    ['with a position outside', [0, 1, 2, 4]],
    ['with a fraction', [0, 1, 2, 2.5]],
  ])('an explicit order that is %s is refused', (_, order) => {
    expect(() => positionOrder('explicit', square(2), 1, order)).toThrow(LavidaError);
  });

  it('confidence and mask_git have no fixed order', () => {
    expect(positionOrder('confidence', square(4), 1)).toBeNull();
    expect(positionOrder('mask_git', square(4), 1)).toBeNull();
  });
});
