import { expect, test } from 'vitest';
import { shorten } from '../../../renderer/features/runs/request-words.ts';

test('a long prompt is cut between words, one without words where it has to be, and short ones stay', () => {
  expect(shorten('a red car\non  grass')).toBe('a red car on grass');
  expect(shorten('a photo of a red car on grass under a blue sky', 20)).toBe('a photo of a red…');
  expect(shorten('x'.repeat(100), 20)).toBe(`${'x'.repeat(19)}…`);
  // A character of two code units is never torn apart.
  expect(shorten('🚗'.repeat(30), 10)).toBe(`${'🚗'.repeat(9)}…`);
  expect(shorten('一辆红色的汽车停在草地上', 8)).toBe('一辆红色的汽车…');
});
