import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runIdAt } from '../../native/library/run-ids.ts';
import { runPng } from '../support/gallery.ts';
import { toyRequest } from '../support/studio.ts';
import { Hands } from './support/hands.ts';
import { countRenders } from './support/renders.ts';
import { expect, ServedStudio, test } from './support/served-studio.ts';

async function fillLibrary(home: string): Promise<void> {
  const outputs = join(home, 'outputs');
  await mkdir(outputs);
  for (let i = 0; i < 500; i++) {
    const id = runIdAt(Date.UTC(2026, 0, 1) + i * 60_000);
    await writeFile(join(outputs, `${id}.png`), runPng(toyRequest(`picture ${String(i)}`, { seed: i })));
  }
}

test('among 500 results only the new one is drawn, and its thread is there after a reload', async ({
  page,
}) => {
  test.slow();
  const studio = await ServedStudio.start(fillLibrary, { says: 'red car ' });
  try {
    const tiles = await countRenders(page, 'tabbable');
    const hands = new Hands(page);
    await page.goto(studio.url);
    await expect(page.getByText('Engine ready')).toBeVisible({ timeout: 90_000 });
    // The strip holds the newest 400; the gallery has them all.
    await expect(hands.results).toHaveCount(400);
    await expect(hands.results.first()).toHaveAccessibleName(/^picture 499/u);

    await tiles.reset();
    await hands.ask('a red car', 4);
    await expect(hands.results.first()).toHaveAccessibleName(/^a red car/u, { timeout: 60_000 });
    await expect(page.getByText('Saved', { exact: true })).toBeVisible();
    // The new tile as its picture comes, and the one that was shown before.
    expect(await tiles.drawn()).toBeLessThan(40);

    await page.keyboard.press('Alt+3');
    const question = page.getByLabel('Question', { exact: true });
    await question.fill('What is it?');
    await question.press('Enter');
    const thread = page.getByRole('list', { name: 'Thread of this picture' }).getByRole('listitem');
    await expect(thread.getByRole('button', { name: 'Copy this answer' })).toBeEnabled({ timeout: 60_000 });

    await page.reload();
    await expect(thread).toHaveCount(1);
    await expect(thread).toContainText('What is it?');
    await tiles.reset();
    await page.keyboard.press('Alt+1');
    await hands.ask('a boat', 4);
    await expect(hands.results.first()).toHaveAccessibleName(/^a boat/u, { timeout: 60_000 });
    await expect(page.getByText('Saved', { exact: true })).toBeVisible();
    expect(await tiles.drawn()).toBeLessThan(40);
    await hands.results.nth(1).click();
    await page.keyboard.press('Alt+3');
    await expect(thread).toHaveCount(1);
  } finally {
    await studio.stop();
  }
});
