import { describe, expect, test } from 'vitest';
import { flip, maskDelta } from '../../../renderer/canvas/mask/delta.ts';
import { Mask } from '../../../renderer/canvas/mask/mask.ts';
import { featheredAlpha, grow, invert, shrink } from '../../../renderer/canvas/mask/morphology.ts';
import { packMask, unpackMask } from '../../../renderer/canvas/mask/runs.ts';
import { CellCover, frameRect, modelSquare } from '../../../renderer/canvas/mask/token-cells.ts';
import { RegionLock } from '../../../native/tasks/region.ts';
import { encodePng } from '../../../native/library/png.ts';
import { pictureSource } from '../../../native/tasks/picture-source.ts';

/** Draws the mask as rows of characters, # inside. */
function look(mask: Mask): string[] {
  return Array.from({ length: mask.height }, (_, y) =>
    Array.from(mask.data.subarray(y * mask.width, (y + 1) * mask.width), (value) => (value ? '#' : '.')).join(
      '',
    ),
  );
}

function same(one: ArrayLike<number> = [], other: ArrayLike<number> = []): boolean {
  return one.length === other.length && Array.from(one).every((value, i) => value === other[i]);
}

/** A number between 0 and 1 that depends on nothing but the order of the calls. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('painting', () => {
  test('a dab of the brush is round, and an eraser of the same size takes it away', () => {
    const mask = new Mask(7, 7);
    mask.strokeLine({ x: 3.5, y: 3.5 }, { x: 3.5, y: 3.5 }, [2.5, 2.5], 1);
    expect(look(mask)).toEqual(['.......', '..###..', '.#####.', '.#####.', '.#####.', '..###..', '.......']);
    mask.strokeLine({ x: 3.5, y: 3.5 }, { x: 3.5, y: 3.5 }, [2.5, 2.5], 0);
    expect(mask.count()).toBe(0);
  });

  test('the thinnest brush still paints one pixel, and nothing beside the picture', () => {
    const mask = new Mask(4, 3);
    mask.strokeLine({ x: -3, y: 1.2 }, { x: 9, y: 1.2 }, [0.3, 0.3], 1);
    expect(look(mask)).toEqual(['....', '####', '....']);
  });

  test('a stroke has no gaps however fast the hand was, and thins with the pressure', () => {
    const mask = new Mask(200, 40);
    const touched = mask.strokeLine({ x: 20, y: 20 }, { x: 180, y: 20 }, [15, 3], 1);
    for (let x = 20; x < 180; x++) expect(mask.data[20 * 200 + x]).toBe(1);
    const heightAt = (x: number): number =>
      Array.from({ length: 40 }, (_, y) => mask.data[y * 200 + x] as number).reduce((a, b) => a + b);
    expect(heightAt(30)).toBeGreaterThan(heightAt(100));
    expect(heightAt(100)).toBeGreaterThan(heightAt(175));
    const bounds = mask.bounds();
    expect(touched).not.toBeNull();
    expect(bounds?.x0).toBeGreaterThanOrEqual(touched?.x0 ?? 999);
    expect(bounds?.y1).toBeLessThanOrEqual(touched?.y1 ?? 0);
  });

  test('an oval touches the sides of its rectangle, and a part beside the picture is left away', () => {
    const mask = new Mask(8, 6);
    expect(mask.fillEllipse({ x0: 1, y0: 1, x1: 7, y1: 5 }, 1)).toEqual({ x0: 1, y0: 1, x1: 7, y1: 5 });
    expect(look(mask)).toEqual(['........', '..####..', '.######.', '.######.', '..####..', '........']);
    mask.fillEllipse({ x0: 3, y0: 2, x1: 5, y1: 4 }, 0);
    expect(look(mask)[2]).toBe('.##..##.');
    mask.fillEllipse({ x0: -6, y0: -6, x1: 3, y1: 3 }, 1);
    expect(mask.data[0]).toBe(1);
    expect(mask.fillEllipse({ x0: 20, y0: 20, x1: 30, y1: 30 }, 1)).toBeNull();
    const circle = new Mask(200, 200);
    circle.fillEllipse({ x0: 0, y0: 0, x1: 200, y1: 200 }, 1);
    expect(circle.count() / (Math.PI * 100 ** 2)).toBeCloseTo(1, 2);
  });

  test('a lasso fills what lies inside its outline; where it crosses itself there is a hole', () => {
    const mask = new Mask(6, 6);
    mask.fillPolygon(
      [
        { x: 1, y: 1 },
        { x: 5, y: 1 },
        { x: 5, y: 5 },
        { x: 1, y: 5 },
      ],
      1,
    );
    expect(mask.count()).toBe(16);
    expect(mask.bounds()).toEqual({ x0: 1, y0: 1, x1: 5, y1: 5 });
    const star = new Mask(101, 101);
    const corners = Array.from({ length: 5 }, (_, i) => {
      const angle = (i * 4 * Math.PI) / 5 - Math.PI / 2;
      return { x: 50.5 + 48 * Math.cos(angle), y: 50.5 + 48 * Math.sin(angle) };
    });
    star.fillPolygon(corners, 1);
    expect(star.data[50 * 101 + 50]).toBe(0);
    expect(star.data[12 * 101 + 50]).toBe(1);
  });
});

describe('undo', () => {
  test('flipping a delta twice gives the mask back, for a hundred random strokes', () => {
    const random = numbers(5);
    const mask = new Mask(96, 64);
    const states: Uint8Array[] = [];
    const deltas = [];
    for (let i = 0; i < 100; i++) {
      const before = mask.data.slice();
      const point = () => ({ x: random() * 120 - 12, y: random() * 88 - 12 });
      const radius = random() * 20;
      const rect = mask.strokeLine(point(), point(), [radius, radius * random()], random() < 0.6 ? 1 : 0);
      const delta = rect && maskDelta(before, mask, rect);
      // What the stroke says it touched has to hold everything it changed.
      expect(same(delta?.runs, maskDelta(before, mask, mask.whole)?.runs)).toBe(true);
      if (!delta) continue;
      states.push(before);
      deltas.push(delta);
    }
    const end = mask.data.slice();
    expect(deltas.length).toBeGreaterThan(60);
    for (let i = deltas.length - 1; i >= 0; i--) {
      flip(mask, deltas[i] as (typeof deltas)[number]);
      expect(same(mask.data, states[i])).toBe(true);
    }
    for (const delta of deltas) flip(mask, delta);
    expect(same(mask.data, end)).toBe(true);
  });

  test('a whole inverted picture is remembered in a few bytes', () => {
    const mask = new Mask(1024, 1024);
    const before = mask.data.slice();
    invert(mask);
    expect(maskDelta(before, mask, mask.whole)?.runs.length).toBe(2);
  });
});

describe('keeping', () => {
  test('a mask is kept as the lengths of its runs and comes back pixel by pixel', () => {
    const random = numbers(3);
    const mask = new Mask(90, 60);
    expect(packMask(mask).runs).toEqual([5400]);
    for (let i = 0; i < 12; i++) {
      const at = { x: random() * 90, y: random() * 60 };
      mask.strokeLine(at, at, [6, 6], 1);
      const packed = packMask(mask);
      expect(packed.runs.reduce((a, b) => a + b)).toBe(5400);
      expect(same(unpackMask(packed)?.data, mask.data)).toBe(true);
    }
    invert(mask);
    expect(same(unpackMask(packMask(mask))?.data, mask.data)).toBe(true);
  });

  test('runs that do not fill the mask are no mask', () => {
    expect(unpackMask({ width: 4, height: 4, runs: [3, 5] })).toBeNull();
    expect(unpackMask({ width: 4, height: 4, runs: [3, 5, 90] })).toBeNull();
  });
});

describe('growing, shrinking and feathering', () => {
  test('grow takes in everything within a distance, shrink gives up as much of the rim', () => {
    const mask = new Mask(41, 41);
    mask.fillRect({ x0: 20, y0: 20, x1: 21, y1: 21 }, 1);
    grow(mask, 7);
    for (let y = 0; y < 41; y++) {
      for (let x = 0; x < 41; x++) {
        expect(mask.data[y * 41 + x]).toBe(Math.hypot(x - 20, y - 20) <= 7 ? 1 : 0);
      }
    }
    const square = new Mask(20, 20);
    square.fillRect({ x0: 4, y0: 4, x1: 16, y1: 16 }, 1);
    shrink(square, 2);
    expect(square.bounds()).toEqual({ x0: 6, y0: 6, x1: 14, y1: 14 });
    expect(square.count()).toBe(64);
  });

  test('a mask at the edge of the picture does not shrink away from it', () => {
    const mask = new Mask(10, 10);
    mask.fillRect({ x0: 0, y0: 0, x1: 5, y1: 10 }, 1);
    shrink(mask, 2);
    expect(mask.bounds()).toEqual({ x0: 0, y0: 0, x1: 3, y1: 10 });
  });

  test('an empty and a full mask stay what they are', () => {
    const empty = new Mask(5, 5);
    grow(empty, 3);
    expect(empty.count()).toBe(0);
    const full = new Mask(5, 5);
    invert(full);
    shrink(full, 3);
    expect(full.count()).toBe(25);
  });

  test('a feather fades in from the border and leaves the outside alone', () => {
    const mask = new Mask(30, 3);
    mask.fillRect({ x0: 10, y0: 0, x1: 30, y1: 3 }, 1);
    const alpha = featheredAlpha(mask, 4);
    expect([...alpha.subarray(30 + 8, 30 + 16)]).toEqual([0, 0, 51, 102, 153, 204, 255, 255]);
    expect(new Set(featheredAlpha(mask, 0))).toEqual(new Set([0, 255]));
  });
});

describe('token cells', () => {
  test('the cells shown are exactly those the engine opens, for any shape of picture', () => {
    const random = numbers(11);
    const grid = { width: 8, height: 8 };
    for (const [width, height] of [
      [128, 128],
      [150, 96],
      [77, 131],
      [20, 20],
    ] as const) {
      for (const fit of ['crop', 'pad', { left: 3, top: -5, side: 41 }] as const) {
        const square = typeof fit === 'object' ? frameRect(fit) : modelSquare({ width, height }, 128, fit);
        const mask = new Mask(width, height);
        const cover = new CellCover(grid, square, mask);
        for (let i = 0; i < 4; i++) {
          const inset = (low: number, high: number) => low + random() * (high - low);
          const x = inset(Math.max(0, square.x0) + 4, Math.min(width, square.x1) - 4);
          const y = inset(Math.max(0, square.y0) + 4, Math.min(height, square.y1) - 4);
          const rect = mask.strokeLine({ x, y }, { x, y }, [2, 2], i === 2 ? 0 : 1);
          if (rect) cover.update(mask, rect);
        }
        const rgb = new Uint8Array(width * height * 3);
        const white = Uint8Array.from({ length: width * height * 3 }, (_, i) =>
          mask.data[Math.floor(i / 3)] ? 255 : 0,
        );
        const region = {
          kind: 'mask' as const,
          mask: pictureSource('mask.png', encodePng({ width, height, rgb: white }, [])),
          feather: 0,
        };
        const lock = new RegionLock(region, { width, height, rgb }, 128, fit);
        expect(cover.covered, `${String(width)} x ${String(height)} ${JSON.stringify(fit)}`).toEqual(
          lock.openCells(grid),
        );
      }
    }
  });

  test('a rectangle snaps to the cells it touches', () => {
    const mask = new Mask(64, 64);
    const cover = new CellCover({ width: 4, height: 4 }, { x0: 0, y0: 0, x1: 64, y1: 64 }, mask);
    expect(cover.snap({ x0: 17, y0: 3, x1: 33, y1: 16 })).toEqual({ x0: 16, y0: 0, x1: 48, y1: 16 });
    expect(cover.cellPixels(5)).toEqual({ x0: 16, y0: 16, x1: 32, y1: 32 });
    expect(cover.count).toBe(0);
  });
});
