import { expect, it } from 'vitest';
import { toBins, toPixels } from '../../../renderer/features/plan/geometry.ts';

it('boxes of a layout survive the way to pixels and back, on pictures of any shape and size', () => {
  const box = [100, 0, 1024, 613] as [number, number, number, number];
  for (const size of [
    { width: 128, height: 128 },
    { width: 1024, height: 1024 },
    { width: 300, height: 200 },
    { width: 33, height: 700 },
  ])
    expect(toBins(toPixels(box, size), size)).toEqual(box);
});

it('a wide picture lies in the middle of its square', () => {
  const size = { width: 200, height: 100 };
  expect(toPixels([0, 256, 1024, 768], size)).toEqual({ x0: 0, y0: 0, x1: 200, y1: 100 });
  expect(toBins({ x0: -50, y0: -500, x1: 500, y1: 50 }, size)).toEqual([0, 0, 1024, 512]);
});
