import { Soak } from '../soak/rounds.ts';
import { expect, test } from './support/served-studio.ts';

test('a dozen rounds of making, scrubbing and undoing leave memory where it was', async ({
  window,
  studio,
}) => {
  const soak = await Soak.open(window, studio.pid);
  for (let i = 1; i <= 4; i++) await soak.round(i);
  const before = await soak.footprint();
  for (let i = 5; i <= 12; i++) await soak.round(i);
  const after = await soak.footprint();
  expect(after.engine - before.engine).toBeLessThan(120);
  expect(after.serve - before.serve).toBeLessThan(96);
  expect(after.page - before.page).toBeLessThan(24);
});
