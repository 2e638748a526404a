import { describe, expect, it } from 'vitest';
import { parseNumbers, parseWords } from '../../../renderer/features/sweep/values.ts';

describe('values of a sheet', () => {
  it('are numbers with commas, spaces, lines and ranges, in the order written, each once', () => {
    expect(parseNumbers('8, 16,32')).toEqual([8, 16, 32]);
    expect(parseNumbers('4 2\n1; 2')).toEqual([4, 2, 1]);
    expect(parseNumbers('1..4')).toEqual([1, 2, 3, 4]);
    expect(parseNumbers('0.5..0.8/0.1')).toEqual([0.5, 0.6, 0.7, 0.8]);
    expect(parseNumbers('4..1')).toEqual([4, 3, 2, 1]);
    expect(parseNumbers('10..20/5, 64')).toEqual([10, 15, 20, 64]);
    expect(parseNumbers('-1..1')).toEqual([-1, 0, 1]);
    expect(parseNumbers('')).toEqual([]);
  });

  it('that are no numbers are refused, and so are ranges without an end', () => {
    for (const text of ['many', '1, two', '1..4/0', '1...4', '0..1/-1', '0..1e9', '1..99999', '..', '3..'])
      expect(parseNumbers(text)).toBeNull();
  });

  it('are words one a line', () => {
    expect(parseWords('red car\n\n  blue dog \nred car')).toEqual(['red car', 'blue dog']);
  });
});
