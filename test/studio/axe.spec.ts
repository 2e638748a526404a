import type { Locator } from '@playwright/test';
import { Hands } from './support/hands.ts';
import { expect, test } from './support/served-studio.ts';
import { violations } from './support/violations.ts';

test.describe.configure({ mode: 'serial' });

test('axe finds nothing, in any theme, in any part of the window', async ({ window }) => {
  test.slow();
  expect(await violations(window), 'empty').toEqual([]);
  const hands = new Hands(window);
  await hands.make('a red car on grass', 8);
  for (const theme of ['Light', 'High contrast', 'Dark']) {
    await window.getByRole('button', { name: 'Theme' }).click();
    expect(await violations(window), `the theme menu before ${theme}`).toEqual([]);
    await window.getByRole('menuitemradio', { name: theme, exact: true }).click();
    await expect(window.getByRole('menu')).toBeHidden();
    const tasks = window.getByRole('complementary').getByRole('tab');
    for (const task of await tasks.allInnerTexts()) {
      await tasks.filter({ hasText: task }).click();
      expect(await violations(window), `${theme}, ${task}`).toEqual([]);
    }
    await tasks.first().click();
    await window.keyboard.press('Control+g');
    await expect(window.locator('.app')).toHaveAttribute('data-gallery', 'true');
    expect(await violations(window), `${theme}, gallery`).toEqual([]);
    await window.keyboard.press('Control+g');
    await window.keyboard.press('Control+,');
    const tabs = window.getByRole('dialog').getByRole('tab');
    for (const page of await tabs.allInnerTexts()) {
      await tabs.filter({ hasText: page }).click();
      expect(await violations(window), `${theme}, settings, ${page}`).toEqual([]);
    }
    await window.keyboard.press('Escape');
  }
  await window.keyboard.press('Control+k');
  expect(await violations(window), 'palette').toEqual([]);
  await window.keyboard.press('Escape');
  await window.keyboard.press('?');
  expect(await violations(window), 'shortcuts').toEqual([]);
});

test('axe finds nothing while a menu is open, and the page behind it can still be read', async ({
  window,
}) => {
  test.slow();
  const hands = new Hands(window);
  await hands.make('a yellow star', 8);
  const open = async (button: Locator, item: string): Promise<void> => {
    await button.click();
    await expect(window.getByRole('menu').getByText(item)).toBeVisible();
    expect(await violations(window), item).toEqual([]);
    await expect(window.getByRole('tab', { name: 'Create' }), item).toHaveCount(1);
    await window.keyboard.press('Escape');
    await expect(window.getByRole('menu')).toBeHidden();
  };
  await open(window.getByRole('button', { name: /^Project/ }), 'Save the project as…');
  await open(window.getByRole('button', { name: 'Language' }), '简体中文');
  await open(window.getByRole('button', { name: 'Export this run' }), 'Film (GIF)');

  await window.getByRole('tab', { name: 'Ground' }).click();
  await window.keyboard.press('Shift+X');
  await open(window.getByRole('button', { name: 'Export', exact: true }), 'Copy CSV');
  await window.getByRole('tab', { name: 'Create' }).click();

  await window.keyboard.press('Control+g');
  await open(window.getByRole('button', { name: 'Import' }), 'Import a folder…');
  await window.getByRole('gridcell').first().click();
  await open(window.getByRole('button', { name: 'Board', exact: true }), 'New board');
  await window.getByRole('button', { name: 'New board' }).click();
  await open(window.getByRole('button', { name: /^More about/ }), 'Rename');
  // The next window opens as this one was left.
  await window.keyboard.press('Control+g');
  await expect(window.getByRole('region', { name: 'Results' })).toBeVisible();
  await expect(window.getByRole('status').getByText('Saved', { exact: true })).toBeVisible();
});

test('axe finds nothing while a list to choose from is open, over the page and over a dialog', async ({
  window,
}) => {
  test.slow();
  await window.getByRole('combobox', { name: 'Order' }).click();
  await expect(window.getByRole('listbox', { name: 'Order' })).toBeVisible();
  expect(await violations(window), 'over the page').toEqual([]);
  await expect(window.getByRole('tab', { name: 'Create' })).toHaveCount(1);
  await window.keyboard.press('Escape');
  await window.keyboard.press('Control+,');
  await window.getByRole('dialog').getByRole('combobox', { name: 'Density' }).click();
  await expect(window.getByRole('listbox', { name: 'Density' })).toBeVisible();
  expect(await violations(window), 'over a dialog').toEqual([]);
});
