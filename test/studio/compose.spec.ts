import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { decode as decodePng } from 'fast-png';
import { findMetadata } from '../../native/library/picture-metadata.ts';
import { readPngHead } from '../../native/library/png.ts';
import { nanoImageSize } from '../support/nano.ts';
import { Hands } from './support/hands.ts';
import { expect, test } from './support/served-studio.ts';

test.describe.configure({ mode: 'serial' });

/** The line that says what the model will read. */
function words(window: Page, text: RegExp): Locator {
  return window.getByRole('paragraph').filter({ hasText: text });
}

test('a wildcard list made here is drawn from by the seed, in sight before and written down afterwards', async ({
  window,
  studio,
}) => {
  const hands = new Hands(window);
  await window.getByRole('button', { name: 'Wildcards', exact: true }).click();
  const dialog = window.getByRole('dialog', { name: 'Wildcards' });
  await dialog.getByRole('button', { name: 'New list' }).click();
  await dialog.getByLabel('Name').fill('animal');
  await dialog.getByLabel('Entries').fill('dog\ncat\nfish\n# owl\nhorse\n');
  await dialog.getByRole('button', { name: 'Put into the prompt' }).click();
  await expect(dialog).toBeHidden();
  await expect(hands.prompt).toHaveValue('__animal__');
  expect(await readFile(join(studio.home, 'wildcards', 'animal.txt'), 'utf8')).toContain('horse');

  await hands.prompt.fill('a {red|blue|green} __animal__ # any of them');
  await hands.field('Seed').fill('5');
  const preview = words(window, /^With seed 5:/);
  await expect(preview).toHaveText(/a (red|blue|green) (dog|cat|fish|horse)$/);
  const drawn = ((await preview.textContent()) ?? '').replace(/^With seed 5:\s*/, '');
  await hands.prompt.press('Control+Enter');
  await expect(window.getByRole('button', { name: `${drawn}, seed 5` })).toBeVisible({ timeout: 60_000 });
  const [name = ''] = await studio.pictures();
  const metadata = findMetadata(readPngHead(await readFile(join(studio.home, 'outputs', name)), name).texts);
  expect(metadata?.request.prompt).toBe(drawn);
  expect(metadata?.request).toMatchObject({
    origin: {
      template: 'a {red|blue|green} __animal__ # any of them',
      drawn: [{ from: '{red|blue|green}' }, { from: '__animal__' }],
    },
  });

  await window.getByRole('button', { name: 'Use these settings' }).click();
  await expect(hands.prompt).toHaveValue(drawn);
  await window.getByRole('button', { name: 'Use the prompt as it was written' }).click();
  await expect(hands.prompt).toHaveValue('a {red|blue|green} __animal__ # any of them');

  await hands.prompt.fill('a __dragon__');
  await expect(window.getByText('There is no list for __dragon__.')).toBeVisible();
  const before = await hands.results.count();
  await hands.prompt.press('Control+Enter');
  await expect(window.getByRole('alert').filter({ hasText: 'There is no list' })).toBeVisible();
  expect(await hands.results.count()).toBe(before);
});

test('a style goes around the prompt, can be changed, and stays changed', async ({ window }) => {
  const hands = new Hands(window);
  await hands.prompt.fill('a red car');
  await window.getByRole('combobox', { name: 'Style' }).click();
  await window.getByRole('option', { name: /^At night/ }).click();
  await expect(words(window, /^With seed \d+: a red car at night$/)).toBeVisible();
  await window.getByRole('button', { name: 'Edit the styles' }).click();
  const dialog = window.getByRole('dialog', { name: 'Styles' });
  await dialog.getByLabel('Words around the prompt').fill('{prompt} under the {moon|stars}');
  await dialog.getByRole('button', { name: 'Use this style' }).click();
  await expect(words(window, /^With seed \d+: a red car under the (moon|stars)$/)).toBeVisible();
  await expect(window.getByText('Saved', { exact: true })).toBeVisible();
  await window.reload();
  await expect(words(window, /^With seed \d+: a red car under the (moon|stars)$/)).toBeVisible();
  await window.getByRole('button', { name: 'Edit the styles' }).click();
  await dialog.getByRole('button', { name: 'Restore the originals' }).click();
  await dialog.getByRole('button', { name: 'At night' }).click();
  await expect(dialog.getByLabel('Words around the prompt')).toHaveValue('{prompt} at night');
  await window.keyboard.press('Escape');
  await window.getByRole('combobox', { name: 'Style' }).click();
  await window.getByRole('option', { name: 'No style' }).click();
  await expect(window.getByText(/^With seed/)).toBeHidden();
});

test('prompts asked for are found again, by search and by keys, after a reload too', async ({ window }) => {
  const hands = new Hands(window);
  await hands.make('a yellow star at night', 4);
  await hands.make('two green apples', 4);
  await expect(window.getByText('Saved', { exact: true })).toBeVisible();
  await window.reload();
  await expect(hands.prompt).toHaveValue('two green apples');
  await window.getByRole('button', { name: 'Prompts asked for' }).click();
  const history = window.getByRole('dialog', { name: 'Prompts asked for' });
  await history.getByLabel('Search the prompts').fill('star yellow');
  await expect(history.getByRole('listitem')).toHaveCount(1);
  await history.getByRole('button', { name: 'Keep at the top' }).click();
  await expect(history.getByRole('button', { name: 'No longer at the top' })).toBeVisible();
  await history.getByLabel('Search the prompts').press('ArrowDown');
  await window.keyboard.press('Enter');
  await expect(hands.prompt).toHaveValue('a yellow star at night');
  await hands.prompt.fill('something new');
  await hands.prompt.press('Alt+ArrowUp');
  await expect(hands.prompt).toHaveValue('two green apples');
  await hands.prompt.press('Alt+ArrowDown');
  await expect(hands.prompt).toHaveValue('something new');
});

test('a sheet varies two settings, shows every picture in its place, and is saved as one labelled picture', async ({
  window,
}) => {
  const hands = new Hands(window);
  await hands.prompt.fill('a red car on grass');
  await hands.field('Seed').fill('3');
  await window.getByRole('button', { name: 'Vary settings in a sheet' }).click();
  const dialog = window.getByRole('dialog', { name: 'Sheet of variations' });
  await dialog.getByLabel('Across: Values').fill('2, 4, 9999');
  await expect(dialog.getByRole('alert')).toHaveText(/each step reveals at least one|A whole number/);
  await expect(dialog.getByRole('button', { name: /^Generate/ })).toBeDisabled();
  await dialog.getByLabel('Across: Values').fill('2..6/2');
  await dialog.getByRole('combobox', { name: 'Down' }).click();
  await window.getByRole('option', { name: 'Words of the prompt' }).click();
  await dialog.getByLabel('Down: Values').fill('red car\nblue dog');
  await expect(dialog.getByText('3 × 2 = 6 pictures')).toBeVisible();
  await dialog.getByRole('button', { name: 'Generate 6' }).click();
  await expect(dialog.getByText('6 of 6')).toBeVisible({ timeout: 90_000 });
  await expect(dialog.getByRole('columnheader', { name: 'Steps 4' })).toBeVisible();
  await expect(dialog.getByRole('rowheader')).toHaveText(['red car', 'blue dog']);

  const saving = window.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Save as PNG' }).click();
  const download = await saving;
  expect(download.suggestedFilename()).toBe('a-red-car-on-grass-sheet.png');
  const sheet = decodePng(await readFile(await download.path()));
  const side = await nanoImageSize();
  expect(sheet.width).toBeGreaterThan(3 * side);
  expect(sheet.height).toBeGreaterThan(2 * side);

  await dialog.getByRole('button', { name: '6 · blue dog: show' }).click();
  await expect(dialog).toBeHidden();
  await expect(hands.playhead).toHaveAttribute('aria-valuetext', 'Step 6 of 6');
  await window.getByRole('button', { name: 'Show the sheet it belongs to' }).click();
  await expect(dialog.getByText('6 of 6')).toBeVisible();
});

test('the queue is paused, put in order by keys, and goes on in that order', async ({ window, studio }) => {
  const hands = new Hands(window);
  // The time left goes by the steps this window has seen.
  await hands.make('a red car', 8);
  const before = (await studio.pictures()).length;
  await window.getByRole('button', { name: /^Queue/ }).click();
  const queue = window.getByRole('dialog', { name: 'Queue of runs' });
  await queue.getByRole('button', { name: 'Pause the queue' }).click();
  await expect(queue.getByText('Paused: nothing new is started.')).toBeVisible();
  await window.keyboard.press('Escape');
  for (const prompt of ['a first car', 'a second dog', 'a third cat']) await hands.ask(prompt, 4);
  await window.getByRole('button', { name: /^Queue/ }).click();
  await expect(queue.getByRole('listitem')).toHaveText([/first/, /second/, /third/]);
  await expect(queue.getByText(/left$/)).toBeVisible();
  await queue.getByRole('button', { name: /^Move a third cat/ }).press('ArrowUp');
  await expect(queue.getByRole('listitem')).toHaveText([/first/, /third/, /second/]);
  await queue.getByRole('button', { name: /^Move a third cat/ }).press('Home');
  await expect(queue.getByRole('listitem')).toHaveText([/third/, /first/, /second/]);
  await queue
    .getByRole('listitem')
    .filter({ hasText: 'first' })
    .getByRole('button', { name: 'Cancel this run' })
    .click();
  await expect(window.getByText('Saved', { exact: true })).toBeVisible();
  await window.reload();
  await window.getByRole('button', { name: /^Queue/ }).click();
  await expect(queue.getByRole('listitem')).toHaveText([/third/, /second/]);
  await queue.getByRole('button', { name: 'Go on with the queue' }).click();
  await expect(queue.getByText('Nothing is waiting.')).toBeVisible({ timeout: 60_000 });
  const made = (await studio.pictures()).slice(before);
  const prompts = await Promise.all(
    made.map(async (name) => {
      const png = await readFile(join(studio.home, 'outputs', name));
      return findMetadata(readPngHead(png, name).texts)?.request.prompt;
    }),
  );
  expect(prompts.sort()).toEqual(['a second dog', 'a third cat']);
});
