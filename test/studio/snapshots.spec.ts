import type { Locator, Page } from '@playwright/test';
import { Hands } from './support/hands.ts';
import { expect, test } from './support/served-studio.ts';

/** What differs from run to run: process, memory, times, names made of the clock, and pictures' last bits. */
function volatile(page: Page): Locator[] {
  return [
    page.locator('footer'),
    page.getByText(/^≈? ?[\d.]+ (ms|s|min)$/),
    page.getByText(/\d{8}-\d{6}-\d{3}/),
    page.locator('time'),
  ];
}

/** Compares the window with how it looked when it was last looked at and found good. */
async function looks(page: Page, name: string): Promise<void> {
  await page.mouse.move(640, 2);
  await page.evaluate(async () => {
    await document.fonts.ready;
    // A caret blinks and a focus ring depends on what was pressed last.
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  });
  await expect(page).toHaveScreenshot(`${name}.png`, {
    mask: volatile(page),
    animations: 'disabled',
    // Another build of the browser smooths letters otherwise; a moved or missing part is far more than this.
    threshold: 0.1,
    maxDiffPixelRatio: 0.0015,
  });
}

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
