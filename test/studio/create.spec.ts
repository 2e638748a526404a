import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Hands } from './support/hands.ts';
import { expect, test } from './support/served-studio.ts';

test.describe.configure({ mode: 'serial' });

test('a first visit teaches: an example becomes the prompt, counted by the model', async ({ window }) => {
  const hands = new Hands(window);
  await expect(window.getByRole('heading', { name: 'From noise to picture, token by token' })).toBeVisible();
  await expect(window.getByText('The steps of a run appear here')).toBeVisible();
  await window.getByRole('button', { name: 'a photo of a red car on grass' }).click();
  await expect(hands.prompt).toHaveValue('a photo of a red car on grass');
  await expect(hands.prompt).toBeFocused();
  await expect(window.getByText(/^\d+ tokens · 29 \/ \d+$/)).toBeVisible();
});

test('words that the model has not learnt are told, and what it knows is a click away', async ({
  window,
}) => {
  const hands = new Hands(window);
  await hands.prompt.fill('a photo of a castle beside a ');
  const note = window.getByText('Nano has not learnt “castle” and “beside”');
  await expect(note).toBeVisible();
  await window.getByRole('button', { name: 'What it knows' }).click();
  const known = window.getByRole('dialog', { name: 'What Nano knows' });
  await known.getByRole('button', { name: 'giraffe', exact: true }).click();
  await expect(hands.prompt).toHaveValue('a photo of a castle beside a giraffe');
  await window.keyboard.press('Escape');
  await expect(known).toBeHidden();
  await hands.prompt.fill('a photo of an elephant left of a gir');
  await expect(note).toBeHidden();
  await expect(window.getByText('has not learnt')).toBeHidden();
});

test('a prompt becomes a picture, step by step, and lies on the disk', async ({ window, studio }) => {
  const hands = new Hands(window);
  await hands.ask('a photo of a red car on grass', 96);
  await expect(hands.progress).toContainText('Unmasking');
  const steps = await hands.watchSteps((seen) => seen.length >= 4);
  expect(steps).toEqual([...steps].sort((a, b) => a - b));
  await expect(hands.progress).toContainText('% of tokens');
  await expect(hands.progress).toContainText('left');
  expect((await hands.layer(0)).colours).toBeGreaterThan(4);

  await expect(hands.results).toHaveCount(1, { timeout: 60_000 });
  await expect(hands.playhead).toHaveAttribute('aria-valuetext', 'Step 96 of 96');
  const [name = ''] = await studio.pictures();
  const png = await readFile(join(studio.home, 'outputs', name));
  expect(png.subarray(1, 4).toString('latin1')).toBe('PNG');
  expect(png.includes('a photo of a red car on grass')).toBe(true);
  expect((await hands.layer(0)).colours).toBeGreaterThan(8);
});

test('a cancelled run stops, is told so, and leaves no file', async ({ window, studio }) => {
  const hands = new Hands(window);
  const before = await studio.outputs();
  await hands.ask('two dogs', 256);
  await hands.watchSteps((seen) => seen.length >= 2);
  await hands.cancel.click();
  await expect(window.getByText('Cancelled')).toBeVisible();
  await expect(window.getByText(/after step \d+ of 256, not saved/)).toBeVisible();
  await expect(hands.generate).toBeVisible();
  expect(await studio.outputs()).toEqual(before);
});

test('variations are queued with seeds in a row and may be cancelled one by one', async ({ window }) => {
  const hands = new Hands(window);
  const before = await hands.results.count();
  await hands.field('Seed').fill('100');
  for (let i = 0; i < 3; i++) await window.getByRole('button', { name: 'More variations' }).click();
  await expect(window.getByRole('button', { name: 'Generate 4' })).toBeVisible();
  await hands.ask('a yellow sun on a blue background', 64);
  await window.getByRole('button', { name: /^Queue/ }).click();
  const queue = window.getByRole('dialog', { name: 'Queue of runs' });
  await expect(queue.getByText('seed 103')).toBeVisible();
  await queue
    .getByRole('listitem')
    .filter({ hasText: 'seed 103' })
    .getByRole('button', { name: 'Cancel this run' })
    .click();
  await expect(queue.getByText('seed 103')).toBeHidden();
  await window.keyboard.press('Escape');
  await expect(hands.results).toHaveCount(before + 3, { timeout: 90_000 });
  for (const seed of [100, 101, 102])
    await expect(
      window.getByRole('button', { name: `a yellow sun on a blue background, seed ${seed}` }),
    ).toBeVisible();
  await expect(hands.generate).toBeVisible();
  expect(await hands.results.count()).toBe(before + 3);
  for (let i = 0; i < 3; i++) await window.getByRole('button', { name: 'Fewer variations' }).click();
});

test('settings that cannot work are explained beside them, and nothing is run', async ({ window }) => {
  const hands = new Hands(window);
  const before = await hands.results.count();
  await hands.field('Steps').fill('0');
  await expect(window.getByText(/^A whole number from 1 to \d+\.$/)).toBeVisible();
  await hands.field('Steps').fill('5000');
  await expect(
    window.getByText(/^A whole number from 1 to \d+\.$|each step reveals at least one/),
  ).toBeVisible();
  await hands.field('Guidance').fill('many');
  await expect(window.getByText('A number from 0 to 50.')).toBeVisible();
  await hands.prompt.fill('');
  await hands.generate.click();
  await expect(window.getByText('Describe the picture in a few words.')).toBeVisible();
  await expect(hands.prompt).toBeFocused();
  await hands.prompt.fill('word '.repeat(400));
  await expect(window.getByText(/This model reads at most \d+ characters/)).toBeVisible();
  await hands.generate.click();
  await expect(hands.progress).toBeHidden();
  expect(await hands.results.count()).toBe(before);

  await window.getByRole('button', { name: 'Reset to model defaults' }).click();
  await expect(window.getByText('A number from 0 to 50.')).toBeHidden();
  await expect(hands.field('Guidance')).not.toHaveValue('many');
});

test('selection temperature says why it is out of use, and works where it is used', async ({ window }) => {
  const hands = new Hands(window);
  const advanced = window.getByRole('button', { name: 'Advanced' });
  if ((await advanced.getAttribute('aria-expanded')) === 'false') await advanced.click();
  await expect(window.getByText(/does not choose by confidence/)).toBeVisible();
  await window.getByRole('combobox', { name: 'Order' }).click();
  await window.getByRole('option', { name: /^Confidence/ }).click();
  await expect(window.getByText(/does not choose by confidence/)).toBeHidden();
  await hands.field('Strength').fill('0.5');
  await window.getByRole('switch', { name: 'Falls over the steps' }).click();
  await hands.make('a green apple', 12);
  await expect(hands.playhead).toHaveAttribute('aria-valuetext', 'Step 12 of 12');
  await window.getByRole('button', { name: 'Reset to model defaults' }).click();
});

test('the seed can be locked, drawn anew and counted on', async ({ window }) => {
  const hands = new Hands(window);
  await hands.field('Seed').fill('7');
  await expect(window.getByRole('button', { name: /^Seed stays/ })).toBeVisible();
  await window.getByRole('button', { name: 'Next seed' }).click();
  await expect(hands.field('Seed')).toHaveValue('8');
  await hands.make('a red heart', 6);
  await expect(hands.field('Seed')).toHaveValue('8');
  await expect(window.getByRole('button', { name: 'a red heart, seed 8' })).toBeVisible();
  await window.getByRole('button', { name: 'Random seed' }).click();
  await expect(hands.field('Seed')).not.toHaveValue('8');
});
