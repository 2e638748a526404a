import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Hands } from './support/hands.ts';
import { expect, test } from './support/served-studio.ts';

test.use({ firstVisit: true });

test('the tour makes a real picture, scrubs it, and never comes back unless asked', async ({
  window,
  studio,
}) => {
  const hands = new Hands(window);
  const tour = window.getByRole('dialog', { name: 'Tour' });
  await expect(tour).toContainText('Watch a picture come out of its mask');
  await tour.getByRole('button', { name: 'Start' }).click();
  await expect(hands.prompt).toHaveValue(/\S/);
  await tour.getByRole('button', { name: 'Next' }).click();
  await tour.getByRole('button', { name: 'Generate' }).click();
  await expect(tour).toContainText('Every step, live');
  await tour.getByRole('button', { name: 'Look back' }).click({ timeout: 60_000 });
  await expect(tour).toContainText('Scrub it like a film');
  await expect.poll(() => hands.position(), { timeout: 30_000 }).toBeGreaterThan(2);
  await tour.getByRole('button', { name: 'Next' }).click();
  await tour.getByRole('button', { name: 'Begin' }).click();
  await expect(tour).toBeHidden();
  expect(await studio.pictures()).toHaveLength(1);

  await expect
    .poll(
      async () =>
        JSON.parse(await readFile(join(studio.home, 'settings.json'), 'utf8').catch(() => '{}')) as unknown,
    )
    .toMatchObject({ tourSeen: true });
  await window.reload();
  await expect(hands.results).toHaveCount(1);
  await expect(tour).toBeHidden();
  await window.keyboard.press('Control+k');
  await window.getByRole('combobox', { name: 'Commands' }).fill('tour');
  await window.keyboard.press('Enter');
  await expect(tour).toBeVisible();
  await window.keyboard.press('Escape');
  await expect(tour).toBeHidden();
});
