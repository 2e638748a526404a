import { describe, expect, it } from 'vitest';
import { guidanceIsOn, threeRowWeights, type EditMode } from '../../../native/sampler/guidance.ts';
import { branchWeights } from '../../../native/tasks/canvas.ts';

const modes: readonly EditMode[] = [0, 1, 2, 3];

describe('two rows', () => {
  it('w = 4 means five conditional minus four unconditional', () => {
    expect(branchWeights({ scale: 4, source: null })).toEqual({
      conditional: 5,
      sourceOnly: 0,
      unconditional: -4,
      promptOnly: 0,
    });
  });

  it('a weight of the layout divides the conditional share', () => {
    expect(branchWeights({ scale: 4, source: null }, 0.25)).toEqual({
      conditional: 1.25,
      sourceOnly: 0,
      unconditional: -4,
      promptOnly: 3.75,
    });
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
  });

  it('modes 1 and 2 average full and source-only rows when w is 0', () => {
    for (const mode of [1, 2] as const) {
      const { conditional, sourceOnly, unconditional } = threeRowWeights(0, 1, mode);
      expect([conditional, sourceOnly]).toEqual([0.5, 0.5]);
      expect(unconditional).toBeCloseTo(0, 12);
    }
  });

  it('without image guidance, modes 0 and 3 are two-row guidance', () => {
    const two = branchWeights({ scale: 1.2, source: null });
    for (const mode of [0, 3] as const) {
      const three = threeRowWeights(1.2, 0, mode);
      expect(three.conditional).toBeCloseTo(two.conditional, 12);
      expect(three.sourceOnly).toBeCloseTo(0, 12);
      expect(three.unconditional).toBeCloseTo(two.unconditional, 12);
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
