import { describe, expect, it } from 'vitest';
import { GroundPasses, type PassSettings } from '../../../native/tasks/ground-passes.ts';

const vocabulary = 1100;
const firstBinId = 60;
const maskId = 2;

function passes(change: Partial<PassSettings> = {}): GroundPasses {
  return new GroundPasses({
    objects: 1,
    vocabulary,
    maskId,
    firstBinId,
    steps: 1,
    restrictToBins: false,
    loop: 'fixed',
    ...change,
  });
}

/** Logits [rows, V], zero but for the given id and value of each row. */
function logits(...peaks: [id: number, value: number][]): Float32Array {
  const all = new Float32Array(peaks.length * vocabulary);
  peaks.forEach(([id, value], row) => (all[row * vocabulary + id] = value));
  return all;
}

const bin = (value: number): number => firstBinId + value;

describe('one pass', () => {
  it('takes the likeliest token of every coordinate', () => {
    const one = passes();
    const [box] = one.commit(logits([bin(0), 9], [bin(100), 9], [bin(512), 9], [bin(1024), 9]));
    expect(box?.map((c) => c.bin)).toEqual([0, 100, 512, 1024]);
    expect(box?.every((c) => c.committed)).toBe(true);
    expect(one.done).toBe(true);
    expect([...one.tokens]).toEqual([bin(0), bin(100), bin(512), bin(1024)]);
  });

  it('tells the probability over all tokens and the distribution over coordinates alone', () => {
    const all = logits([bin(7), 5], [bin(7), 5], [bin(7), 5], [3, 8]);
    const [box] = passes().commit(all);
    const [left, , , bottom] = box ?? [];
    expect(left?.probability).toBeCloseTo(Math.exp(5) / (Math.exp(5) + vocabulary - 1), 6);
    expect(left?.distribution).toHaveLength(1025);
    expect(left?.distribution[7]).toBeCloseTo(Math.exp(5) / (Math.exp(5) + 1024), 6);
    expect(bottom).toMatchObject({ id: 3, bin: null });
    expect(bottom?.distribution.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
  });

  it('chooses among coordinates alone when told to', () => {
    const all = logits([3, 9], [3, 9], [3, 9], [3, 9]);
    for (let row = 0; row < 4; row++) all[row * vocabulary + bin(row * 10)] = 1;
    expect(
      passes()
        .commit(all)[0]
        ?.map((c) => c.bin),
    ).toEqual([null, null, null, null]);
    const [box] = passes({ restrictToBins: true }).commit(all);
    expect(box?.map((c) => c.bin)).toEqual([0, 10, 20, 30]);
    expect(box?.[0]?.probability).toBeLessThan(0.01);
  });

  it('keeps the boxes of several objects apart', () => {
    const peaks = Array.from({ length: 12 }, (_, i): [number, number] => [bin(i), 5]);
    const boxes = passes({ objects: 3 }).commit(logits(...peaks));
    expect(boxes.map((box) => box.map((c) => c.bin))).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9, 10, 11],
    ]);
  });

  it('refuses logits of another size', () => {
    expect(() => passes().commit(new Float32Array(10))).toThrow(RangeError);
  });
});

describe('several passes', () => {
  it('commit the surest coordinates first and keep what is committed', () => {
    const two = passes({ steps: 2 });
    const [first] = two.commit(logits([bin(1), 3], [bin(2), 9], [bin(3), 1], [bin(4), 6]));
    expect(first?.map((c) => c.committed)).toEqual([false, true, false, true]);
    expect([...two.tokens]).toEqual([maskId, bin(2), maskId, bin(4)]);
    expect(two.done).toBe(false);
    const [second] = two.commit(logits([bin(11), 2], [bin(12), 9], [bin(13), 2], [bin(14), 9]));
    expect(second?.map((c) => c.bin)).toEqual([11, 2, 13, 4]);
    expect(second?.every((c) => c.committed)).toBe(true);
    expect(two.done).toBe(true);
  });

  it('commit one a pass in four', () => {
    const four = passes({ steps: 4 });
    const seen: number[][] = [];
    for (let pass = 0; pass < 4; pass++) {
      four.commit(logits([bin(pass), 4], [bin(pass), 3], [bin(pass), 2], [bin(pass), 1]));
      seen.push([...four.tokens].map((id) => (id === maskId ? -1 : id - firstBinId)));
    }
    expect(seen).toEqual([
      [0, -1, -1, -1],
      [0, 1, -1, -1],
      [0, 1, 2, -1],
      [0, 1, 2, 3],
    ]);
  });

  it('rank by probability, not by the raw logit', () => {
    const two = passes({ steps: 4 });
    const all = logits([bin(1), 20], [bin(2), 6], [bin(3), 0.1], [bin(4), 0.1]);
    // A row whose every logit is high is not a sure one.
    for (let id = 0; id < vocabulary; id++) all[id] = 20;
    two.commit(all);
    expect(two.tokens[1]).toBe(bin(2));
    expect(two.tokens[0]).toBe(maskId);
  });
});

describe('the published loop', () => {
  it('commits two a pass and ends with the choices of the last pass', () => {
    const four = passes({ steps: 4, loop: 'published' });
    four.commit(logits([bin(1), 3], [bin(2), 9], [bin(3), 1], [bin(4), 6]));
    expect([...four.tokens]).toEqual([maskId, bin(2), maskId, bin(4)]);
    four.commit(logits([bin(11), 3], [bin(12), 9], [bin(13), 1], [bin(14), 6]));
    expect([...four.tokens]).toEqual([bin(11), bin(2), bin(13), bin(4)]);
    const [third] = four.commit(logits([bin(21), 3], [bin(22), 9], [bin(23), 1], [bin(24), 6]));
    expect(third?.map((c) => c.bin)).toEqual([21, 22, 23, 24]);
    expect([...four.tokens]).toEqual([bin(11), bin(2), bin(23), bin(24)]);
  });
});
