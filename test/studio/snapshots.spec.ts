import type { Locator } from '@playwright/test';
import { Hands } from './support/hands.ts';
import { looks } from './support/looks.ts';
import { expect, test } from './support/served-studio.ts';

test('every part of the window looks as it did when it was found good', async ({ window }) => {
  const hands = new Hands(window);
  const task = (name: string): Locator => window.getByRole('complementary').getByRole('tab', { name });
  await window.setViewportSize({ width: 1280, height: 800 });
  await window.emulateMedia({ reducedMotion: 'reduce' });
  await window.reload();
  await expect(window.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(window.getByText('Engine ready')).toBeVisible();
  await hands.field('Seed').fill('7');
  await looks(window, 'empty');

  await hands.make('a photo of a red car on grass');
  await hands.canvas.focus();
  await window.keyboard.press('0');
  await window.keyboard.press('Home');
  for (let step = 0; step < 15; step++) await window.keyboard.press('ArrowRight');
  await expect.poll(() => hands.position()).toBe(15);
  await expect(window.getByText('Saved', { exact: true })).toBeVisible();
  await looks(window, 'create');

  for (const [name, file] of [
    ['Edit', 'edit'],
    ['Ask', 'ask'],
    ['Ground', 'ground'],
  ] as const) {
    await task(name).click();
    await expect(window.getByRole('tabpanel', { name })).toBeVisible();
    await looks(window, file);
  }
  await task('Create').click();

  for (const theme of ['Light', 'High contrast', 'Dark']) {
    await window.getByRole('button', { name: 'Theme' }).click();
    await window.getByRole('menuitemradio', { name: theme, exact: true }).click();
    await expect(window.getByRole('menu')).toBeHidden();
    if (theme !== 'Dark') await looks(window, theme.toLowerCase().replace(' ', '-'));
  }

  await window.keyboard.press('Control+g');
  await expect(window.locator('img[loading="lazy"]').first()).toBeVisible();
  await looks(window, 'gallery');
  await window.keyboard.press('Control+g');

  await window.keyboard.press('Control+,');
  await expect(window.getByRole('dialog')).toBeVisible();
  await looks(window, 'settings');
  await window.keyboard.press('Escape');
  await expect(window.getByRole('dialog')).toBeHidden();

  await window.getByRole('button', { name: 'Language' }).click();
  await window.getByRole('menuitemradio', { name: '简体中文' }).click();
  await expect(window.getByRole('button', { name: /^生成/ })).toBeVisible();
  await looks(window, 'chinese');
});
