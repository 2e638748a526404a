import { expect, test } from 'vitest';
import type { TraceToken } from '../../electron/contract/traces.ts';
import { fillStart } from '../../renderer/features/playback/text-record.ts';

/** A block of tokens with these ids; a null is masked. */
const block = (...ids: (number | null)[]): (TraceToken | null)[] =>
  ids.map((id, position) =>
    id === null
      ? null
      : { position, id, token: `t${String(id)}`, step: 0, confidence: 1, entropy: null, candidates: [] },
  );

test('equal tokens that fill a block to its end are told as one, a few are not', () => {
  expect(fillStart(block(5, 7, 2, 2, 2))).toBe(2);
  expect(fillStart(block(2, 2, 2, 2))).toBe(0);
  expect(fillStart(block(5, 7, 9, 2, 2))).toBe(5);
  expect(fillStart(block(5, 2, null, 2, 2, 2))).toBe(3);
  expect(fillStart(block(2, 2, 2, null))).toBe(4);
  expect(fillStart([])).toBe(0);
});
