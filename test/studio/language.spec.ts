import { expect, test } from './support/served-studio.ts';

test('the window speaks Chinese at a click, keeps it, and comes back to English', async ({ window }) => {
  await window.getByLabel('Prompt', { exact: true }).fill('a red car');
  await window.getByRole('button', { name: 'Language' }).click();
  await window.getByRole('menuitemradio', { name: '简体中文' }).click();
  await expect(window.locator('html')).toHaveAttribute('lang', 'zh-CN');
  await expect(window.getByRole('button', { name: /^生成/ })).toBeVisible();
  await expect(window.getByLabel('提示词', { exact: true })).toHaveValue('a red car');
  await expect(window.getByText('已保存')).toBeVisible();
  await window.reload();
  await expect(window.getByRole('button', { name: /^生成/ })).toBeVisible();

  await window.keyboard.press('Control+k');
  await window.getByRole('dialog', { name: '命令' }).getByRole('combobox').fill('English');
  await window.keyboard.press('Enter');
  await expect(window.locator('html')).toHaveAttribute('lang', 'en');
  await expect(window.getByRole('button', { name: /^Generate/ })).toBeVisible();
});
