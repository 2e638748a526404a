import { describe, expect, it } from 'vitest';
import { filterRow } from '../../../native/sampler/filters.ts';
import { RandomStream } from '../../../native/sampler/random.ts';

const row = (seed: number, length: number, spread = 12) => {
  const random = new RandomStream(seed, 'draft');
  return Float32Array.from({ length }, () => (random.uniform() - 0.5) * spread);
};
const kept = (values: Float32Array) => Array.from(values.keys()).filter((v) => (values[v] ?? 0) > -Infinity);

/** The definition, by sorting everything. */
function nucleus(values: Float32Array, p: number): number[] {
  const max = Math.max(...values);
  const weights = Array.from(values, (value) => Math.exp(value - max));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const ranked = Array.from(weights.keys()).sort((a, b) => (weights[b] ?? 0) - (weights[a] ?? 0));
  const chosen: number[] = [];
  let held = 0;
  for (const id of ranked) {
    if (held > p) break;
    chosen.push(id);
    held += (weights[id] ?? 0) / sum;
  }
  return chosen.sort((a, b) => a - b);
}

describe('top-k', () => {
  it('keeps exactly the k largest, untouched', () => {
    for (let seed = 0; seed < 50; seed++) {
      const values = row(seed, 257);
      const before = Float32Array.from(values);
      const k = 1 + ((seed * 7) % 256);
      filterRow(values, k, 1);
      const expected = Array.from(before.keys())
        .sort((a, b) => (before[b] ?? 0) - (before[a] ?? 0))
        .slice(0, k)
        .sort((a, b) => a - b);
      expect(kept(values)).toEqual(expected);
      for (const id of expected) expect(values[id]).toBe(before[id]);
    }
  });

  it('keeps what ties with the last', () => {
    const values = Float32Array.of(3, 1, 3, 2, 3);
    filterRow(values, 2, 1);
    expect(kept(values)).toEqual([0, 2, 4]);
  });

  it('0 and a k as large as the row change nothing', () => {
    for (const k of [0, 64, 1000]) {
      const values = row(3, 64);
      filterRow(values, k, 1);
      expect(values).toEqual(row(3, 64));
    }
  });
});

describe('top-p', () => {
  it('keeps the smallest likeliest set above p, for flat and for peaked rows', () => {
    for (let seed = 0; seed < 60; seed++) {
      const spread = [0.01, 4, 12, 40][seed % 4] ?? 1;
      const p = [0.05, 0.5, 0.9, 0.999][Math.floor(seed / 4) % 4] ?? 1;
      const values = row(seed, 300, spread);
      const expected = nucleus(values, p);
      filterRow(values, 0, p);
      expect(kept(values)).toEqual(expected);
    }
  });

  it('never empties a row', () => {
    const values = Float32Array.of(100, 0, 0);
    filterRow(values, 0, 1e-9);
    expect(kept(values)).toEqual([0]);
  });

  it('after top-k counts only what top-k kept', () => {
    const values = Float32Array.of(2, 2, 2, 2, -9);
    filterRow(values, 4, 0.6);
    expect(kept(values)).toHaveLength(3);
  });
});
