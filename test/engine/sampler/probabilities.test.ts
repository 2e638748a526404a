import { describe, expect, it } from 'vitest';
import { exponential } from '../../../native/sampler/exponential.ts';
import { inverseDraw } from '../../../native/sampler/noise.ts';
import { RowDistribution } from '../../../native/sampler/probabilities.ts';
import { gumbelOf, RandomStream } from '../../../native/sampler/random.ts';

const vocabulary = 257;

function logits(seed: number, rows: number, spread: number): Float32Array {
  const random = new RandomStream(seed, 'draft');
  return Float32Array.from({ length: rows * vocabulary }, () => (random.uniform() - 0.5) * spread);
}

/** Softmax by its definition. */
function softmax(row: Float32Array, temperature = 1): number[] {
  const max = Math.max(...row);
  const weights = Array.from(row, (value) => Math.exp((value - max) / temperature));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

describe('the fast exponential', () => {
  it('equals Math.exp to twelve digits over its whole range', () => {
    let worst = 0;
    for (let x = 0; x > -690; x -= 0.0137)
      worst = Math.max(worst, Math.abs(exponential(x) / Math.exp(x) - 1));
    expect(worst).toBeLessThan(1e-12);
  });

  it('knows its ends', () => {
    expect(exponential(0)).toBe(1);
    expect(exponential(-1000)).toBe(0);
    expect(exponential(-Infinity)).toBe(0);
    expect(exponential(NaN)).toBeNaN();
  });
});

describe('one row of logits', () => {
  it('gives probability, entropy and log-sum-exp of any row of a grid', () => {
    for (const spread of [0.1, 5, 60]) {
      const grid = logits(1, 4, spread);
      const row = new RowDistribution(vocabulary);
      for (let r = 0; r < 4; r++) {
        row.read(grid, r * vocabulary, 1);
        const p = softmax(grid.subarray(r * vocabulary, (r + 1) * vocabulary));
        const entropy = p.reduce((sum, q) => sum - (q > 0 ? q * Math.log(q) : 0), 0);
        expect(row.entropy).toBeCloseTo(entropy, 9);
        expect(row.best).toBe(p.indexOf(Math.max(...p)));
        for (const id of [0, 100, 256]) expect(row.probability(id)).toBeCloseTo(p[id] ?? 0, 9);
      }
    }
  });

  it('weighs ids by e^(ℓ/τ) while the probability stays that of temperature 1', () => {
    const grid = logits(2, 1, 8);
    const row = new RowDistribution(vocabulary).read(grid, 0, 0.5);
    const sharp = softmax(grid, 0.5);
    expect((row.weights[7] ?? 0) / row.weightSum).toBeCloseTo(sharp[7] ?? 0, 9);
    expect(row.probability(7)).toBeCloseTo(softmax(grid)[7] ?? 0, 9);
  });

  it('leaves filtered ids out', () => {
    const row = new RowDistribution(3).read(Float32Array.of(1, -Infinity, 1), 0, 0.8);
    expect(row.entropy).toBeCloseTo(Math.LN2, 12);
    expect(row.probability(1)).toBe(0);
  });
});

describe('drawing', () => {
  it('follows the probabilities', () => {
    const row = new RowDistribution(4).read(
      Float32Array.from([1, 2, 3, 0], (v) => Math.log(v || 1e-30)),
      0,
      1,
    );
    const random = new RandomStream(11, 'draft');
    const counts = [0, 0, 0, 0];
    const draws = 60_000;
    for (let i = 0; i < draws; i++) {
      const id = inverseDraw(row, random.uniform());
      counts[id] = (counts[id] ?? 0) + 1;
    }
    expect(counts[3]).toBe(0);
    [1 / 6, 2 / 6, 3 / 6].forEach((p, id) => expect((counts[id] ?? 0) / draws).toBeCloseTo(p, 2));
  });

  it('never draws a filtered id, not even at the ends', () => {
    const row = new RowDistribution(4).read(Float32Array.of(-Infinity, 0, 0, -Infinity), 0, 1);
    expect(inverseDraw(row, 1e-16)).toBe(1);
    expect(inverseDraw(row, 1 - 2 ** -53)).toBe(2);
  });
});

describe('random streams', () => {
  it('stay inside the open interval and fill it evenly', () => {
    const random = new RandomStream(3, 'selection', 9);
    const bins = new Array<number>(10).fill(0);
    let sum = 0;
    let outside = 0;
    for (let i = 0; i < 50_000; i++) {
      const u = random.uniform();
      if (!(u > 0 && u < 1)) outside++;
      const bin = Math.floor(u * 10);
      bins[bin] = (bins[bin] ?? 0) + 1;
      sum += u;
    }
    expect(outside).toBe(0);
    expect(sum / 50_000).toBeCloseTo(0.5, 2);
    for (const count of bins) expect(count / 5000).toBeCloseTo(1, 1);
  });

  it('differ by seed, purpose, step and position, and repeat when all are the same', () => {
    const first = (...[seed, purpose, ...at]: ConstructorParameters<typeof RandomStream>) =>
      new RandomStream(seed, purpose, ...at).next32();
    const values = [
      first(1, 'draft', 0),
      first(2, 'draft', 0),
      first(1, 'selection', 0),
      first(1, 'draft', 1),
      first(1, 'draft', 0, 0),
      first(1, 'draft', 0, 1),
      first(0, 'draft'),
      first(4294967295, 'draft'),
    ];
    expect(new Set(values).size).toBe(values.length);
    expect(first(1, 'draft', 0)).toBe(values[0]);
  });

  it('are pinned: a changed generator would change every picture ever made', () => {
    const random = new RandomStream(42, 'draft', 0);
    expect([random.next32(), random.next32(), random.next32()]).toMatchInlineSnapshot(`
      [
        2192041587,
        2184515954,
        689983415,
      ]
    `);
  });

  it('give Gumbel values of mean γ', () => {
    const random = new RandomStream(5, 'gumbel');
    let sum = 0;
    for (let i = 0; i < 50_000; i++) sum += gumbelOf(random.uniform());
    expect(sum / 50_000).toBeCloseTo(0.5772, 1);
  });
});
