import { expect, test } from 'vitest';
import { runKills } from '../../kill/run-kills.ts';

test('whatever is killed at whatever moment, everything that was there or announced is there and whole', async () => {
  const { kills, interrupting } = await runKills(20, 7);
  expect(kills).toEqual({ serve: 6, engine: 4, app: 6, generate: 2, quantize: 2 });
  const hits = Object.values(interrupting).reduce((sum, count) => sum + count, 0);
  expect(hits, 'kills in the middle of a write').toBeGreaterThan(0);
});
