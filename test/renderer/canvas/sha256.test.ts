import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { sha256 } from '../../../renderer/canvas/selection/sha256.ts';

test('the hash is the one everybody else computes, around every length of a block', () => {
  for (const length of [0, 1, 55, 56, 63, 64, 65, 119, 120, 1000, 70_000]) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 31 + length) & 0xff);
    expect(Buffer.from(sha256(bytes)).toString('hex'), String(length)).toBe(
      createHash('sha256').update(bytes).digest('hex'),
    );
  }
});
