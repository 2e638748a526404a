import { Hands } from './support/hands.ts';
import { expect, test } from './support/served-studio.ts';

test.describe.configure({ mode: 'serial' });

test('a killed engine is told calmly, Retry works, and earlier results stay', async ({ window }) => {
  const hands = new Hands(window);
  await hands.make('a red car', 12);
  await hands.ask('a blue car', 96);
  await hands.watchSteps((seen) => seen.length >= 3);
  const pid = Number(/\d+/.exec(await window.getByText(/^pid \d+$/).innerText())?.[0]);
  process.kill(pid, 'SIGKILL');

  const banner = window.getByRole('alert').filter({ hasText: 'The engine died' });
  await expect(banner).toBeVisible();
  await expect(banner).toContainText(/It happened at step \d+/);
  await expect(banner).toContainText('Press Retry');
  await banner.getByRole('button', { name: 'Details' }).click();
  await expect(banner).toContainText('SIGKILL');
  await expect(hands.results).toHaveCount(1);
  await expect(window.getByText('Engine ready')).toBeVisible();
  expect(Number(/\d+/.exec(await window.getByText(/^pid \d+$/).innerText())?.[0])).not.toBe(pid);

  await window.getByRole('button', { name: 'a red car', exact: false }).first().click();
  await expect(hands.playhead).toHaveAttribute('aria-valuetext', 'Step 12 of 12');
  await hands.playhead.press('ArrowLeft');
  await expect(hands.playhead).toHaveAttribute('aria-valuetext', 'Step 11 of 12');

  await banner.getByRole('button', { name: 'Retry' }).click();
  await expect(banner).toBeHidden();
  await hands.watchSteps((seen) => seen.length >= 2);
  await expect(hands.results).toHaveCount(2, { timeout: 90_000 });
  await expect(window.getByRole('button', { name: /^a blue car, seed/ })).toBeVisible();
});

test('an engine killed while idle comes back by itself', async ({ window }) => {
  const hands = new Hands(window);
  const pid = Number(/\d+/.exec(await window.getByText(/^pid \d+$/).innerText())?.[0]);
  process.kill(pid, 'SIGKILL');
  await expect(window.getByText(`pid ${pid}`)).toBeHidden();
  await expect(window.getByText('Engine ready')).toBeVisible();
  const before = await hands.results.count();
  await hands.make('a green car', 8);
  expect(await hands.results.count()).toBe(before + 1);
});

test('the engine can be restarted from its own panel', async ({ window }) => {
  const pid = await window.getByText(/^pid \d+$/).innerText();
  await window.getByRole('button', { name: /cpu/ }).click();
  const panel = window.getByRole('dialog', { name: 'Engine' });
  await expect(panel.getByText('ready', { exact: true })).toBeVisible();
  await expect(panel.getByText(/tokens$/)).toBeVisible();
  await panel.getByRole('button', { name: 'Restart engine' }).click();
  await expect(window.getByText(pid, { exact: true })).toBeHidden();
  await window.keyboard.press('Escape');
  await expect(window.getByText('Engine ready')).toBeVisible();
});
