import { Hands } from './support/hands.ts';
import { expect, test } from './support/served-studio.ts';

test.describe.configure({ mode: 'serial' });

test('after a reload prompt, settings and result are there, with their steps', async ({ window }) => {
  const hands = new Hands(window);
  await hands.field('Seed').fill('11');
  await hands.make('a blue fish', 16);
  await hands.make('a green tree on grass', 16);
  await window.getByRole('button', { name: 'a blue fish, seed 11' }).click();
  await hands.field('Guidance').fill('3.5');
  await hands.prompt.fill('something not asked for yet');
  await expect(window.getByText(/^≈ /)).toBeVisible();
  await expect(window.getByText('Saved', { exact: true })).toBeVisible();

  await window.reload();
  await expect(window.getByText(/^≈ /)).toBeVisible();
  await expect(hands.prompt).toHaveValue('something not asked for yet');
  await expect(hands.field('Guidance')).toHaveValue('3.5');
  await expect(hands.field('Steps')).toHaveValue('16');
  await expect(hands.results).toHaveCount(2);
  await expect(window.getByRole('button', { name: 'a blue fish, seed 11' })).toHaveAttribute(
    'aria-current',
    'true',
  );
  await expect(hands.playhead).toHaveAttribute('aria-valuetext', 'Step 16 of 16');
  await expect.poll(async () => (await hands.layer(0)).colours).toBeGreaterThan(4);
  await hands.playhead.press('ArrowLeft');
  await expect(hands.playhead).toHaveAttribute('aria-valuetext', 'Step 15 of 16');
});

test('a window that reloads in mid-run finds the run again', async ({ window, studio }) => {
  const hands = new Hands(window);
  const before = (await studio.pictures()).length;
  await hands.ask('a red ball on a beach', 200);
  await hands.watchSteps((seen) => (seen.at(-1) ?? 0) >= 4);
  // Frames as late as on a busy machine: what is told in the meantime must be right too.
  await window.addInitScript(() => {
    const soon = globalThis.requestAnimationFrame.bind(globalThis);
    globalThis.requestAnimationFrame = (draw) => Number(setTimeout(() => soon(draw), 300));
  });
  await window.reload();
  const steps = await hands.watchSteps((seen) => seen.length >= 2);
  expect(steps[0]).toBeGreaterThanOrEqual(4);
  await expect.poll(() => hands.position()).toBeGreaterThan(4);
  await hands.playhead.press('Home');
  await hands.playhead.press('ArrowRight');
  await expect(hands.playhead).toHaveAttribute('aria-valuenow', '1');
  await expect.poll(async () => (await studio.pictures()).length, { timeout: 90_000 }).toBe(before + 1);
  await expect(window.getByRole('button', { name: /^a red ball on a beach, seed/ })).toBeVisible();
});

test('a result gives its prompt and settings back, and undo returns the draft', async ({ window }) => {
  const hands = new Hands(window);
  await window.getByRole('button', { name: 'a blue fish, seed 11' }).click();
  await hands.prompt.fill('my half-written prompt');
  await hands.field('Steps').fill('99');
  await window.getByRole('button', { name: 'Use these settings' }).click();
  await expect(hands.prompt).toHaveValue('a blue fish');
  await expect(hands.field('Steps')).toHaveValue('16');
  await expect(hands.field('Seed')).toHaveValue('11');
  await window.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(hands.prompt).toHaveValue('my half-written prompt');
  await expect(hands.field('Steps')).toHaveValue('99');
  await window.getByRole('button', { name: 'Redo', exact: true }).click();
  await expect(hands.prompt).toHaveValue('a blue fish');
});

test('the same request gives the same picture again', async ({ window }) => {
  const hands = new Hands(window);
  await window.getByRole('button', { name: 'a blue fish, seed 11' }).first().click();
  await hands.canvas.focus();
  await window.keyboard.press('0');
  await expect.poll(async () => (await hands.layer(0)).colours).toBeGreaterThan(4);
  const first = await hands.layer(0);
  await window.getByRole('button', { name: 'Use these settings' }).click();
  const count = await hands.results.count();
  await window.keyboard.press('Control+Enter');
  await expect(hands.results).toHaveCount(count + 1, { timeout: 60_000 });
  await expect(window.getByTestId('step-readout')).toContainText('Step 16 / 16');
  await expect.poll(async () => (await hands.layer(0)).hash).toBe(first.hash);
});

test('layout, theme and title are kept', async ({ window }) => {
  const timeline = window.getByRole('separator', { name: 'Height of the timeline' });
  const before = Number(await timeline.getAttribute('aria-valuenow'));
  await timeline.press('ArrowUp');
  await timeline.press('ArrowUp');
  await window.getByRole('button', { name: 'Theme' }).click();
  await window.getByRole('menuitemradio', { name: 'High contrast' }).click();
  await window.getByLabel('Name of the document').fill('Fish studies');
  await expect(window.getByText('Saved', { exact: true })).toBeVisible();
  await window.reload();
  await expect(window.getByLabel('Name of the document')).toHaveValue('Fish studies');
  await expect(timeline).toHaveAttribute('aria-valuenow', String(before + 32));
  await expect(window.locator('html')).toHaveAttribute('data-theme', 'contrast');
  await window.getByRole('button', { name: 'Theme' }).click();
  await window.getByRole('menuitemradio', { name: 'Dark' }).click();
  await expect(window.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expect(window.getByText('Saved', { exact: true })).toBeVisible();
});
