import { describe, expect, it } from 'vitest';
import type { RgbImage } from '../../../electron/contract/events.ts';
import { distanceToOutside } from '../../../native/imaging/distance.ts';
import { resizeAndCenterCrop } from '../../../native/imaging/geometry.ts';
import { RegionLock, squarePlacement } from '../../../native/tasks/region.ts';
import { randomArray } from '../network/random-bundle.ts';
import { testPicture } from '../../support/engine-runs.ts';

describe('the distance to what lies outside a mask', () => {
  it('is the smallest over all samples outside', () => {
    for (const [width, height, share] of [
      [13, 9, 0.3],
      [7, 16, -0.8],
      [1, 5, 0],
    ] as const) {
      const mask = Uint8Array.from(randomArray(width * height, width), (value) => (value > share ? 1 : 0));
      mask[0] = 0;
      const expected = Float32Array.from(mask, (inside, i) => {
        if (inside === 0) return 0;
        let least = Infinity;
        mask.forEach((other, j) => {
          if (other === 1) return;
          const distance = Math.hypot(
            (i % width) - (j % width),
            Math.floor(i / width) - Math.floor(j / width),
          );
          least = Math.min(least, distance);
        });
        return least;
      });
      expect(distanceToOutside(mask, width, height)).toEqual(expected);
    }
  });

  it('is infinite where nothing lies outside', () => {
    expect(distanceToOutside(Uint8Array.of(1, 1, 1, 1), 2, 2)).toEqual(new Float32Array(4).fill(Infinity));
  });
});

describe('the place of the square on the picture', () => {
  it('is where the picture was cropped from', () => {
    // A dot that survives resizing tells where a pixel of the square comes from.
    for (const [width, height] of [
      [200, 120],
      [120, 200],
      [121, 77],
      [90, 90],
    ] as const) {
      const source: RgbImage = { width, height, rgb: new Uint8Array(width * height * 3) };
      const [x, y] = [Math.floor(width * 0.52), Math.floor(height * 0.44)];
      for (let dy = -3; dy <= 3; dy++)
        source.rgb.fill(255, ((y + dy) * width + x - 3) * 3, ((y + dy) * width + x + 4) * 3);
      const square = resizeAndCenterCrop(source, 64);
      let [sum, sumX, sumY] = [0, 0, 0];
      for (let i = 0; i < 64 * 64; i++) {
        const value = square.rgb[i * 3] as number;
        sum += value;
        sumX += value * ((i % 64) + 0.5);
        sumY += value * (Math.floor(i / 64) + 0.5);
      }
      const { scaleX, scaleY, left, top } = squarePlacement(source, 64, 'crop');
      expect((sumX / sum) * scaleX + left).toBeCloseTo(x + 0.5, 0);
      expect((sumY / sum) * scaleY + top).toBeCloseTo(y + 0.5, 0);
    }
  });
});

describe('a region lock', () => {
  const grid = { width: 8, height: 8 };
  const white = (side: number): RgbImage => ({
    width: side,
    height: side,
    rgb: new Uint8Array(side * side * 3).fill(255),
  });

  it('opens the cells that a pixel of the region touches, whatever the scale', () => {
    const openOf = (
      width: number,
      height: number,
      box: [number, number, number, number],
      fit: 'crop' | 'pad',
    ) => {
      const lock = new RegionLock({ kind: 'box', box, feather: 0 }, testPicture(width, height), 64, fit);
      return [...lock.openCells(grid)].flatMap((open, p) => (open === 1 ? [p] : []));
    };
    expect(openOf(64, 64, [0, 0, 8, 8], 'crop')).toEqual([0]);
    expect(openOf(64, 64, [7, 0, 9, 8], 'crop')).toEqual([0, 1]);
    expect(openOf(128, 128, [0, 0, 16, 16], 'crop')).toEqual([0]);
    expect(openOf(128, 128, [15, 15, 17, 17], 'crop')).toEqual([0, 1, 8, 9]);
    expect(openOf(16, 16, [0, 0, 1, 1], 'crop')).toEqual([0]);
    expect(openOf(4, 4, [0, 0, 1, 1], 'crop')).toEqual([0, 1, 8, 9]);
    // The middle square of 128 × 64 begins at pixel 32; with margins its rows begin at cell 2.
    expect(openOf(128, 64, [32, 0, 40, 8], 'crop')).toEqual([0]);
    expect(openOf(128, 64, [0, 0, 16, 16], 'pad')).toEqual([16]);
    expect(openOf(64, 64, [0.5, 0.5, 1.5, 1.5], 'crop')).toEqual([0]);
  });

  it('is byte for byte the source outside and the result inside, fading in over the feather', () => {
    const source = testPicture(64, 64);
    const region = { kind: 'box', box: [10, 0, 30, 64], feather: 3 } as const;
    const lock = new RegionLock({ ...region, box: [...region.box] }, source, 64, 'crop');
    const { rgb } = lock.composite(white(64));
    const row = (x: number): number => rgb[(32 * 64 + x) * 3] as number;
    const own = (x: number): number => source.rgb[(32 * 64 + x) * 3] as number;
    expect([0, 5, 9, 30, 63].map(row)).toEqual([0, 5, 9, 30, 63].map(own));
    const shares = [10, 11, 12, 13, 14].map((x) => (row(x) - own(x)) / (255 - own(x)));
    [0.25, 0.5, 0.75, 1, 1].forEach((share, i) => expect(shares[i]).toBeCloseTo(share, 1));
    // The region reaches the upper edge, so it has no border there.
    expect(rgb[20 * 3]).toBe(255);
  });

  it('lays a square of another scale over exactly the pixels it shows', () => {
    const source = testPicture(101, 67);
    const lock = new RegionLock({ kind: 'box', box: [18, 0, 83, 67], feather: 0 }, source, 64, 'crop');
    const { rgb } = lock.composite(white(64));
    for (let x = 0; x < source.width; x++) {
      const at = (33 * 101 + x) * 3;
      const changed = rgb[at] === 255 && rgb[at + 1] === 255;
      expect(changed).toBe(x >= 18 && x < 83);
    }
    expect(
      () => new RegionLock({ kind: 'box', box: [13, 0, 40, 9], feather: 0 }, source, 64, 'crop'),
    ).toThrow('middle square');
  });
});
