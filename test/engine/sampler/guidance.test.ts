import { describe, expect, it } from 'vitest';
import {
  combineThreeRows,
  combineTwoRows,
  guidanceIsOn,
  threeRowWeights,
  type EditMode,
} from '../../../native/sampler/guidance.ts';
import { RandomStream } from '../../../native/sampler/random.ts';

const modes: readonly EditMode[] = [0, 1, 2, 3];

function logits(seed: number, length = 64): Float32Array {
  const random = new RandomStream(seed, 'draft');
  return Float32Array.from({ length }, () => random.uniform() * 20 - 10);
}

describe('two rows', () => {
  it('w = 4 means five conditional minus four unconditional', () => {
    const [c, u] = [logits(1), logits(2)];
    combineTwoRows(c, u, 4).forEach((value, i) => {
      expect(value).toBeCloseTo(5 * (c[i] ?? 0) - 4 * (u[i] ?? 0), 4);
    });
  });

  it('equal rows stay as they are, whatever w', () => {
    const row = logits(3);
    for (const w of [0, 0.5, 4, 50]) {
      combineTwoRows(row, row, w).forEach((value, i) => expect(value).toBeCloseTo(row[i] ?? 0, 4));
    }
  });

  it('may write over one of its inputs', () => {
    const [c, u] = [logits(4), logits(5)];
    const expected = combineTwoRows(c, u, 2);
    expect(combineTwoRows(c, u, 2, c)).toEqual(expected);
  });
});

describe('three rows', () => {
  it('the shipped edit settings weigh 5.28, −3.08, −1.2', () => {
    const { conditional, sourceOnly, unconditional } = threeRowWeights(1.2, 1.4, 0);
    expect(conditional).toBeCloseTo(5.28, 10);
    expect(sourceOnly).toBeCloseTo(-3.08, 10);
    expect(unconditional).toBeCloseTo(-1.2, 10);
  });

  it.each(modes)('mode %i: weights sum to 1, so equal rows stay as they are', (mode) => {
    for (const [w, image] of [
      [0, 0],
      [1.2, 1.4],
      [5, 0.3],
    ] as const) {
      const weights = threeRowWeights(w, image, mode);
      expect(weights.conditional + weights.sourceOnly + weights.unconditional).toBeCloseTo(1, 10);
    }
    const row = logits(6);
    const rows = { conditional: row, sourceOnly: row, unconditional: row };
    combineThreeRows(rows, 1.2, 1.4, mode).forEach((value, i) => expect(value).toBeCloseTo(row[i] ?? 0, 4));
  });

  it('modes 1 and 2 average full and source-only rows when w is 0', () => {
    const rows = { conditional: logits(7), sourceOnly: logits(8), unconditional: logits(9) };
    for (const mode of [1, 2] as const) {
      combineThreeRows(rows, 0, 1, mode).forEach((value, i) => {
        expect(value).toBeCloseTo(((rows.conditional[i] ?? 0) + (rows.sourceOnly[i] ?? 0)) / 2, 4);
      });
    }
  });

  it('without image guidance, modes 0 and 3 are two-row guidance', () => {
    const rows = { conditional: logits(10), sourceOnly: logits(11), unconditional: logits(12) };
    const two = combineTwoRows(rows.conditional, rows.unconditional, 1.2);
    for (const mode of [0, 3] as const) {
      combineThreeRows(rows, 1.2, 0, mode).forEach((value, i) => expect(value).toBeCloseTo(two[i] ?? 0, 3));
    }
  });
});

describe('guidance interval', () => {
  const on = (steps: number, interval: readonly [number, number]) =>
    Array.from({ length: steps }, (_, step) => step).filter((step) => guidanceIsOn(step, steps, interval));

  it('[0,1] is always', () => {
    expect(on(8, [0, 1])).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('counts steps from 1: the first half of 8 steps is steps 1 to 4', () => {
    expect(on(8, [0, 0.5])).toEqual([0, 1, 2, 3]);
    expect(on(8, [0.5, 1])).toEqual([3, 4, 5, 6, 7]);
  });

  it('[0,0] is never', () => {
    expect(on(20, [0, 0])).toEqual([]);
  });
});
