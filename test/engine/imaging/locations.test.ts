import { describe, expect, it } from 'vitest';
import { intersectionOverUnion } from '../../../electron/contract/boxes.ts';
import {
  binsToPixelBox,
  isLocBin,
  maxLocBin,
  pixelBoxToBins,
  type BinBox,
  type PixelBox,
} from '../../../native/imaging/locations.ts';

const pixels = (...box: [number, number, number, number]): PixelBox => box as unknown as PixelBox;
const bins = (...box: [number, number, number, number]): BinBox => box as unknown as BinBox;

/** Numbers in [0, 1) that are the same at every run. */
function* fractions(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

describe('coordinate bins', () => {
  it('are pixels on a 1024 square', () => {
    expect(pixelBoxToBins(pixels(568, 240, 1024, 1008), { width: 1024, height: 1024 })).toEqual([
      568, 240, 1024, 1008,
    ]);
    expect(binsToPixelBox(bins(448, 0, 864, 352), { width: 1024, height: 1024 })).toEqual([448, 0, 864, 352]);
  });

  it('count the padding of a letter-boxed picture', () => {
    const image = { width: 200, height: 100 };
    expect(pixelBoxToBins(pixels(0, 0, 200, 100), image)).toEqual([0, 256, 1024, 768]);
    expect(binsToPixelBox(bins(0, 256, 1024, 768), image)).toEqual([0, 0, 200, 100]);
    expect(binsToPixelBox(bins(512, 512, 512, 512), image)).toEqual([100, 50, 100, 50]);
  });

  it('come back within half a bin for any size', () => {
    const random = fractions(7);
    for (let i = 0; i < 500; i++) {
      const image = {
        width: 1 + Math.floor(random.next().value * 4000),
        height: 1 + Math.floor(random.next().value * 4000),
      };
      const x = [random.next().value, random.next().value].map((v) => v * image.width).sort((a, b) => a - b);
      const y = [random.next().value, random.next().value].map((v) => v * image.height).sort((a, b) => a - b);
      const box = [x[0], y[0], x[1], y[1]] as [number, number, number, number];
      const back = binsToPixelBox(pixelBoxToBins(pixels(...box), image), image);
      const tolerance = Math.max(image.width, image.height) / 2048 + 1e-9;
      for (let side = 0; side < 4; side++) {
        expect(Math.abs((back[side] as number) - (box[side] as number))).toBeLessThanOrEqual(tolerance);
      }
    }
  });

  it('are clamped to the picture when they lie in its padding', () => {
    expect(binsToPixelBox(bins(0, 0, 1024, 1024), { width: 50, height: 100 })).toEqual([0, 0, 50, 100]);
  });

  it('are whole numbers from 0 to 1024', () => {
    expect([0, 1024, 512].every(isLocBin)).toBe(true);
    expect([-1, 1025, 0.5, Number.NaN].some(isLocBin)).toBe(false);
    expect(maxLocBin).toBe(1024);
  });
});

describe('intersection over union', () => {
  it('is 1 for equal boxes, 0 for apart and touching ones', () => {
    expect(intersectionOverUnion([1, 2, 5, 9], [1, 2, 5, 9])).toBe(1);
    expect(intersectionOverUnion([0, 0, 1, 1], [2, 2, 3, 3])).toBe(0);
    expect(intersectionOverUnion([0, 0, 2, 2], [2, 0, 4, 2])).toBe(0);
  });

  it('counts overlap over both areas', () => {
    expect(intersectionOverUnion([0, 0, 2, 2], [1, 0, 3, 2])).toBeCloseTo(1 / 3, 12);
  });

  it('is 0 for empty and inverted boxes', () => {
    expect(intersectionOverUnion([1, 1, 1, 1], [1, 1, 1, 1])).toBe(0);
    expect(intersectionOverUnion([3, 3, 1, 1], [0, 0, 4, 4])).toBe(0);
  });
});
