import { describe, expect, it } from 'vitest';
import { LavidaError } from '../../../native/errors.ts';
import {
  assertFiniteLogits,
  assertVariedCodes,
  assertVariedPicture,
} from '../../../native/sampler/checks.ts';

const caught = (work: () => void): LavidaError => {
  try {
    work();
  } catch (error) {
    if (error instanceof LavidaError) return error;
  }
  throw new Error('nothing was refused');
};

describe('logits', () => {
  it.each([NaN, Infinity, -Infinity])('%s anywhere is refused with the step, counted from 1', (bad) => {
    for (const at of [0, 500, 999]) {
      const logits = new Float32Array(1000).fill(1);
      logits[at] = bad;
      const error = caught(() => assertFiniteLogits(logits, 11));
      expect(error.code).toBe('model.numerics');
      expect(error.message).toContain('step 12');
    }
  });

  it('large but finite ones pass, also in a part of a larger buffer', () => {
    const whole = Float32Array.of(NaN, 3e38, -3e38, 0, 1e-40, NaN);
    expect(() => assertFiniteLogits(whole.subarray(1, 5), 0)).not.toThrow();
  });
});

describe('flat results', () => {
  it('all codes the same names where', () => {
    const error = caught(() => assertVariedCodes(new Uint16Array(64).fill(9), 'step 8'));
    expect([error.code, error.message.includes('step 8')]).toEqual(['model.numerics', true]);
    expect(() => assertVariedCodes(Uint16Array.of(9, 9, 9, 8), 'step 8')).not.toThrow();
  });

  it('one flat colour is refused, also with a level of noise here and there', () => {
    const flat = Uint8Array.from({ length: 3 * 400 }, (_, i) => [200, 30, 90][i % 3] ?? 0);
    flat[30] = 201;
    expect(caught(() => assertVariedPicture(flat, 'the result')).message).toContain('the result');
  });

  it('a plain wall passes: what is said to be empty looks like that', () => {
    const wall = Uint8Array.from({ length: 3 * 400 }, (_, i) => 200 + Number(i % 4 === 0));
    expect(() => assertVariedPicture(wall, 'the result')).not.toThrow();
  });

  it('a picture passes, also a faint one', () => {
    const faint = Uint8Array.from({ length: 3 * 400 }, (_, i) => 100 + (Math.floor(i / 3) % 4));
    expect(() => assertVariedPicture(faint, 'the result')).not.toThrow();
  });
});
