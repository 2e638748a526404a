import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { encodePng } from '../../native/library/png.ts';
import { runIdAt } from '../../native/library/run-ids.ts';
import { plainImage, runPng } from '../support/gallery.ts';
import { toyRequest } from '../support/studio.ts';
import { Hands } from './support/hands.ts';
import { expect, ServedStudio, test as base } from './support/served-studio.ts';

const many = 10_000;
const colours = ['red', 'green', 'blue', 'yellow', 'black'];

/** A studio whose folder holds ten thousand pictures; every hundredth is a variation of the one before. */
const test = base.extend<object, { full: ServedStudio }>({
  full: [
    async ({}, use) => {
      const studio = await ServedStudio.start(async (home) => {
        const folder = join(home, 'outputs');
        await mkdir(folder, { recursive: true });
        for (let n = 0; n < many; n++) {
          const alike = n % 100 === 99 ? n - 1 : n;
          const seed = alike === n ? n : 1_000_000 + n;
          const prompt = `a ${colours[alike % 5] ?? ''} thing number ${String(alike)}`;
          // The name of a file is searched too: no random digits, or a number is found in some of them.
          const id = runIdAt(Date.UTC(2026, 0, 1) + n * 60_000).replace(/.{4}$/, 'abcd');
          await writeFile(
            join(folder, `${id}.png`),
            runPng(toyRequest(prompt, { seed }), plainImage(n * 7, 8)),
          );
        }
      });
      await use(studio);
      await studio.stop();
    },
    { scope: 'worker', timeout: 300_000 },
  ],
});

test.describe.configure({ mode: 'serial' });

async function openGallery(page: Page): Promise<void> {
  await page.keyboard.press('Control+g');
  await expect(page.getByRole('region', { name: 'Gallery' })).toBeVisible();
}

function count(page: Page, text: string) {
  return expect(page.getByRole('region', { name: 'Gallery' }).getByRole('status').first()).toHaveText(text, {
    timeout: 120_000,
  });
}

test('ten thousand pictures: searched, walked, marked, boarded, deleted and brought back', async ({
  page,
  full,
}) => {
  test.setTimeout(300_000);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(full.url);
  await expect(page.getByText('Engine ready')).toBeVisible({ timeout: 60_000 });
  await openGallery(page);
  await count(page, '10,000 pictures');
  const grid = page.getByRole('grid');
  const cells = page.getByRole('gridcell');
  await expect(cells.first()).toHaveAccessibleName('a yellow thing number 9998');
  expect(await cells.count()).toBeLessThan(200);
  await expect(grid.locator('img').first()).toHaveJSProperty('naturalWidth', 8);

  // The keyboard reaches the far end, and only what is in sight is in the page.
  await grid.press('End');
  await expect(page.getByRole('gridcell', { name: 'a red thing number 0' })).toBeVisible();
  await grid.press('Home');

  const search = page.getByRole('searchbox');
  await search.fill('blue num 42');
  await count(page, '23 pictures');
  await search.fill('nothing " OR like * this');
  await expect(page.getByText('Nothing fits')).toBeVisible();
  await search.fill('number 77');
  await count(page, '111 pictures');
  await search.press('ArrowDown');

  // A range with the keyboard, stars, a tag, a note.
  await grid.press('Home');
  await grid.press('Shift+ArrowRight');
  await grid.press('Shift+ArrowRight');
  await count(page, '3 of 111 selected');
  await page.keyboard.press('.');
  await page.keyboard.press('t');
  await page.getByLabel('Add a tag').fill('keep, lucky');
  await page.getByLabel('Add a tag').press('Enter');
  await expect(page.getByRole('button', { name: /^lucky 3/ })).toBeVisible();
  await search.fill('lucky');
  await count(page, '3 of 3 selected');
  await page.getByLabel('Note').fill('seventy-seven is special');
  await search.fill('special');
  await count(page, '1 of 1 selected');
  await expect(cells).toHaveAccessibleName('a blue thing number 7797');
  await page.getByRole('button', { name: /^Starred 3/ }).click();
  await search.fill('');
  await count(page, '3 pictures');

  // Onto a new board, in another order.
  await grid.focus();
  await page.keyboard.press('Control+a');
  await page.getByRole('button', { name: 'Board', exact: true }).click();
  await page.getByRole('menuitem', { name: 'New board' }).click();
  await page.getByRole('button', { name: /^Board 1/ }).click();
  await count(page, '3 pictures');
  const before = await cells.evaluateAll((tiles) => tiles.map((tile) => tile.id));
  await drag(page, cells.nth(2), cells.nth(0));
  await expect
    .poll(() => cells.evaluateAll((tiles) => tiles.map((tile) => tile.id)))
    .toEqual([before[2], before[0], before[1]]);
  await page.getByRole('button', { name: 'More about Board 1' }).click();
  await page.getByRole('menuitem', { name: 'Rename' }).click();
  await page.getByLabel('Name of the board').fill('Lucky ones');
  await page.getByLabel('Name of the board').press('Enter');
  await expect(page.getByRole('button', { name: /^Lucky ones/ })).toBeVisible();

  // Deleted, undone, deleted, restored from the bin: back on the board where it was.
  await cells.first().click();
  await page.keyboard.press('Delete');
  await count(page, '2 pictures');
  await page.getByRole('button', { name: 'Undo' }).last().click();
  await count(page, '3 pictures');
  expect(await cells.evaluateAll((tiles) => tiles.map((tile) => tile.id))).toEqual([
    before[2],
    before[0],
    before[1],
  ]);
  await cells.nth(1).click();
  await page.keyboard.press('Delete');
  await count(page, '2 pictures');
  await page.getByRole('button', { name: /^Recently deleted 1/ }).click();
  await expect(cells).toHaveCount(1);
  await page.getByRole('button', { name: 'Restore all' }).click();
  await page.getByRole('button', { name: /^Lucky ones 3/ }).click();
  await count(page, '3 pictures');

  // Everything said is in files: a studio without its index reads it all again.
  const index = join(full.home, 'cache');
  expect(await readdir(index)).not.toEqual([]);
  await full.restart(() => rm(index, { recursive: true }));
  await page.goto(full.url);
  await page.getByRole('button', { name: /^Lucky ones 3/ }).click();
  await count(page, '3 pictures');
  expect(await cells.evaluateAll((tiles) => tiles.map((tile) => tile.id))).toEqual([
    before[2],
    before[0],
    before[1],
  ]);
  await page.getByRole('button', { name: /^Starred 3/ }).click();
  await search.fill('special');
  await count(page, '1 picture');
  expect(errors).toEqual([]);
});

test('two are compared, a family is shown, requests are taken over by key and by drag', async ({
  page,
  full,
}) => {
  await page.goto(full.url);
  await expect(page.getByText('Engine ready')).toBeVisible({ timeout: 60_000 });
  const hands = new Hands(page);
  await openGalleryUnlessOpen(page);
  await page.getByRole('searchbox').fill('"number 198"');
  await count(page, '2 pictures');
  await page.getByRole('searchbox').press('ArrowDown');
  await page.keyboard.press('Control+a');
  await page.keyboard.press('c');
  const compare = page.getByRole('dialog', { name: 'Two pictures' });
  await expect(compare.getByRole('row', { name: /Seed/ })).toContainText('1000199');
  await compare.getByRole('radio', { name: 'Slider' }).click();
  await compare.getByRole('slider').press('ArrowRight');
  await page.keyboard.press('Escape');
  await expect(compare).toBeHidden();

  await page.keyboard.press('Home');
  await page.keyboard.press('l');
  const family = page.getByRole('dialog', { name: /Where it came from/ });
  await expect(family.getByRole('button', { name: /a variation/ })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(family).toBeHidden();

  await page.keyboard.press('p');
  await expect(hands.prompt).toHaveValue(/number 198/);
  await page.keyboard.press('s');
  await expect(hands.field('Seed')).toHaveValue('1000199');
  await drag(page, page.getByRole('gridcell').nth(1), hands.prompt);
  await expect(hands.field('Steps')).toHaveValue('8');

  // A file from outside says how it was made, or that it does not.
  const png = runPng(toyRequest('a file from a friend', { seed: 4711, steps: 12 }));
  await dropFile(page, 'recall-prompt', 'friend.png', png);
  await expect(hands.prompt).toHaveValue('a file from a friend');
  await dropFile(page, 'recall-all', 'friend.png', png);
  await expect(hands.field('Seed')).toHaveValue('4711');
  await expect(hands.field('Steps')).toHaveValue('12');
  await dropFile(page, 'recall-seed', 'plain.png', encodePng(plainImage(3), []));
  await expect(page.getByText('There is no seed in the file.', { exact: true })).toBeVisible();
});

test('a folder of pictures is brought in, once', async ({ page, full }) => {
  await page.goto(full.url);
  await openGalleryUnlessOpen(page);
  const folder = await mkdtemp(join(tmpdir(), 'lavida-import-'));
  await writeFile(join(folder, 'holiday.png'), encodePng(plainImage(200, 300), []));
  await writeFile(join(folder, 'ours.png'), runPng(toyRequest('made on another machine')));
  await writeFile(join(folder, 'notes.txt'), 'no picture');
  await writeFile(join(folder, 'broken.jpg'), 'no picture either');
  for (const expected of ['2 brought in', '0 brought in']) {
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('menuitem', { name: 'Import a folder…' }).click();
    await (await chooser).setFiles(folder);
    await expect(page.getByText(expected, { exact: true })).toBeVisible({ timeout: 60_000 });
  }
  await page.getByRole('button', { name: /^Imported 1/ }).click();
  await count(page, '1 picture');
  const [cell] = await page.getByRole('gridcell').all();
  await cell?.click();
  await expect(page.getByRole('complementary', { name: 'About the picture' })).toContainText('holiday.png');
  await page.getByRole('button', { name: /^All pictures/ }).click();
  await page.getByRole('searchbox').fill('another machine');
  await count(page, '1 picture');
  const outputs = await readdir(join(full.home, 'outputs'));
  expect(outputs.filter((name) => name.includes('.imported.')).length).toBe(1);
  const thumbnails = await readdir(join(full.home, 'cache'), { recursive: true });
  expect(thumbnails.some((name) => name.includes('thumbnails'))).toBe(true);
  await rm(folder, { recursive: true });
});

/** Drags in many small moves, as a hand does: places that take what is dragged appear only under way. */
async function drag(page: Page, from: Locator, to: Locator): Promise<void> {
  await from.hover();
  const box = await to.boundingBox();
  if (!box) throw new Error('There is nothing to drag to.');
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 12 });
  await page.mouse.move(box.x + 40, box.y + 40, { steps: 4 });
  await page.mouse.up();
}

async function openGalleryUnlessOpen(page: Page): Promise<void> {
  await expect(page.getByText('Engine ready')).toBeVisible({ timeout: 60_000 });
  const gallery = page.getByRole('region', { name: 'Gallery' });
  if (!(await gallery.isVisible())) await page.keyboard.press('Control+g');
  await expect(gallery).toBeVisible();
  await page.getByRole('button', { name: /^All pictures/ }).click();
}

/** Drops a file from outside on one of the zones that appear over the task panel. */
async function dropFile(page: Page, zone: string, name: string, bytes: Uint8Array): Promise<void> {
  const transfer = await page.evaluateHandle(
    ([file, base64]) => {
      const data = Uint8Array.from(atob(base64 ?? ''), (character) => character.charCodeAt(0));
      const made = new DataTransfer();
      made.items.add(new File([data], file ?? '', { type: 'image/png' }));
      return made;
    },
    [name, Buffer.from(bytes).toString('base64')],
  );
  await page.dispatchEvent('body', 'dragenter', { dataTransfer: transfer });
  await page.getByTestId(zone).dispatchEvent('dragover', { dataTransfer: transfer });
  await page.getByTestId(zone).dispatchEvent('drop', { dataTransfer: transfer });
  await expect(page.getByTestId(zone)).toBeHidden();
}
