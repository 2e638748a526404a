import { describe, expect, it } from 'vitest';
import { scheduleNames } from '../../../electron/contract/request.ts';
import {
  countsOfCurve,
  sigma,
  transferCounts,
  uniformTransferCounts,
} from '../../../native/sampler/schedule.ts';
import { temperatureFactors } from '../../../native/sampler/temperature.ts';
import { RandomStream } from '../../../native/sampler/random.ts';

const shift = (value: number) => ({ name: 'shift', shift: value }) as const;
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe('published transfer counts', () => {
  it('4096 codes in 64 steps at shift 5: every count, and what is revealed on the way', () => {
    const counts = transferCounts(4096, 64, shift(5));
    expect(counts).toEqual([
      13, 14, 13, 14, 15, 15, 15, 15, 16, 17, 17, 17, 18, 19, 19, 19, 21, 21, 21, 23, 23, 24, 25, 25, 27, 28,
      28, 30, 31, 32, 33, 35, 36, 38, 40, 41, 44, 45, 48, 49, 53, 55, 59, 61, 65, 69, 73, 77, 83, 88, 94, 101,
      109, 116, 126, 137, 148, 162, 177, 195, 216, 240, 267, 301,
    ]);
    expect([8, 16, 24, 32, 40, 48, 56, 64].map((step) => sum(counts.slice(0, step)))).toEqual([
      114, 256, 439, 683, 1024, 1536, 2390, 4096,
    ]);
  });

  it('the other sequences of the recipe', () => {
    expect(transferCounts(4096, 16, shift(5))).toEqual([
      54, 60, 67, 75, 86, 97, 113, 131, 155, 186, 228, 284, 366, 488, 682, 1024,
    ]);
    expect(transferCounts(1024, 20, shift(3))).toEqual([
      18, 19, 20, 22, 24, 26, 27, 31, 33, 36, 41, 45, 50, 56, 64, 74, 84, 98, 117, 139,
    ]);
    expect(transferCounts(256, 20, shift(5))).toEqual([
      3, 3, 3, 4, 3, 5, 4, 6, 5, 7, 8, 9, 10, 12, 14, 18, 22, 29, 38, 53,
    ]);
    const wide = transferCounts(4096, 32, shift(5));
    expect([wide.slice(0, 5), wide.slice(-5)]).toEqual([
      [27, 27, 30, 30, 33],
      [263, 310, 372, 456, 568],
    ]);
    const steep = transferCounts(4096, 64, shift(7));
    expect([steep.slice(0, 6), steep.slice(-4)]).toEqual([
      [10, 9, 10, 10, 10, 11],
      [255, 294, 345, 409],
    ]);
  });

  it('even counts give the rest to the first steps', () => {
    expect(uniformTransferCounts(10, 4)).toEqual([3, 3, 2, 2]);
    expect(uniformTransferCounts(3, 5)).toEqual([1, 1, 1, 0, 0]);
  });
});

describe('any schedule', () => {
  const random = new RandomStream(7, 'order');

  it.each(scheduleNames)(
    '%s: counts sum to the masks, are at least 1, and are as many as asked for',
    (name) => {
      for (let trial = 0; trial < 300; trial++) {
        const masked = 1 + random.below(trial % 3 === 0 ? 4096 : 300);
        const steps = 1 + random.below(trial % 2 === 0 ? 128 : 400);
        const schedule = { name, shift: 0.1 + random.uniform() * 20 };
        const counts = transferCounts(masked, steps, schedule);
        const where = JSON.stringify({ masked, steps, schedule });
        expect(sum(counts), where).toBe(masked);
        expect(Math.min(...counts), where).toBeGreaterThanOrEqual(1);
        expect(counts.length, where).toBe(Math.min(steps, masked));
      }
    },
  );

  it.each(scheduleNames)('%s: σ rises from 0 to 1', (name) => {
    const values = Array.from({ length: 101 }, (_, i) => sigma({ name, shift: 3 }, Math.fround(i / 100)));
    expect(values[0]).toBeLessThanOrEqual(1e-4);
    expect(values[100]).toBeCloseTo(1, 6);
    values.forEach((value, i) => {
      if (i > 0) expect(value).toBeGreaterThanOrEqual(values[i - 1] ?? 0);
    });
  });

  it('a shift above 1 reveals little first, and the more so the larger it is', () => {
    const early = [2, 5, 9].map((value) => transferCounts(4096, 64, shift(value))[0] ?? 0);
    expect(early).toEqual([...early].sort((a, b) => b - a));
    expect(new Set(early).size).toBe(3);
  });

  it('nothing masked needs no step', () => {
    expect(transferCounts(0, 8, shift(3))).toEqual([]);
  });

  it('a curve that stops short leaves the remainder to the last step', () => {
    expect(countsOfCurve(Float32Array.of(0, 0.25, 0.5), 8)).toEqual([2, 6]);
  });
});

describe('selection-temperature curves', () => {
  it('cosine2 with floor 0.5 over 64 steps', () => {
    const factors = temperatureFactors(64, { curve: 'cosine2', min: 0.5, shift: 5 });
    const after = [8, 16, 32, 64].map((step) => Number((factors[step - 1] ?? 0).toFixed(3)));
    expect(after).toEqual([0.992, 0.965, 0.858, 0.5]);
  });

  it.each(['linear', 'cosine2', 'shift', 'exp'] as const)('%s falls from 1 to its floor', (curve) => {
    const factors = temperatureFactors(40, { curve, min: 0.3, shift: 5 });
    expect(factors[0]).toBeCloseTo(1, 6);
    expect(factors[39]).toBeCloseTo(0.3, 3);
    factors.forEach((factor, i) => {
      if (i > 0) expect(factor).toBeLessThanOrEqual(factors[i - 1] ?? 1);
    });
  });

  it('a single step keeps the full temperature', () => {
    expect(temperatureFactors(1, { curve: 'linear', min: 0.1, shift: 5 })).toEqual([1]);
  });
});
