import { Hands } from './support/hands.ts';
import { expect, test } from './support/served-studio.ts';

test('the window speaks Chinese at a click, keeps it, and comes back to English', async ({ window }) => {
  const hands = new Hands(window);
  await hands.make('a red car', 4);
  await window.getByRole('button', { name: 'Language' }).click();
  await window.getByRole('menuitemradio', { name: '简体中文' }).click();
  await expect(window.locator('html')).toHaveAttribute('lang', 'zh-CN');
  await expect(window.getByRole('button', { name: /^生成/ })).toBeVisible();
  await expect(window.getByLabel('提示词', { exact: true })).toHaveValue('a red car');
  await expect(window.getByText('已保存')).toBeVisible();
  // The canvas is a new one, with the picture on it.
  await expect(hands.canvas).toHaveAccessibleName('“a red car”，第 4 步，共 4 步');
  await expect.poll(async () => (await hands.layer(0)).colours).toBeGreaterThan(4);
  await window.reload();
  await expect(window.getByRole('button', { name: /^生成/ })).toBeVisible();

  await window.keyboard.press('Control+k');
  await window.getByRole('dialog', { name: '命令' }).getByRole('combobox').fill('English');
  await window.keyboard.press('Enter');
  await expect(window.locator('html')).toHaveAttribute('lang', 'en');
  await expect(window.getByRole('button', { name: /^Generate/ })).toBeVisible();
});
