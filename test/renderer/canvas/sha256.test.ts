import { createHash } from 'node:crypto';
import { afterEach, expect, test, vi } from 'vitest';
import { sha256Hex } from '../../../renderer/canvas/selection/sha256.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

test.each([true, false])(
  'the hash is the one everybody else computes (secure page: %s)',
  async (isSecureContext) => {
    vi.stubGlobal('window', { isSecureContext });
    for (const length of [0, 1, 55, 64, 70_000]) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 31 + length) & 0xff);
      expect(await sha256Hex(bytes), String(length)).toBe(createHash('sha256').update(bytes).digest('hex'));
    }
  },
);
