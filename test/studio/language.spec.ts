import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../support/cli.ts';
import { Hands } from './support/hands.ts';
import { expect, test } from './support/served-studio.ts';

test('the window speaks Chinese at a click, keeps it, also for what goes wrong, and comes back to English', async ({
  window,
  studio,
}) => {
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

  // A folder with nothing but a config: what is wrong with it is said in Chinese, down to the causes.
  const folder = join(studio.home, 'half');
  await mkdir(folder);
  await copyFile(join(projectRoot, 'models', 'nano', 'config.json'), join(folder, 'config.json'));
  await window.keyboard.press('Control+Shift+M');
  const models = window.getByRole('dialog', { name: '模型' });
  await models.getByRole('button', { name: '导入…' }).click();
  await models.getByRole('textbox', { name: '文件夹的完整路径' }).fill(folder);
  await models.getByRole('button', { name: '导入', exact: true }).click();
  const problem = models.getByRole('alert');
  await expect(problem).toContainText(`${folder} 中的模型无法完成任何任务。`);
  await expect(problem).toContainText(`${folder} 中没有权重文件。`);
  await expect(problem).toContainText('tokenizer.json。');
  await expect(problem).not.toContainText(/[a-z]{3,} [a-z]{3,}/);
  await window.keyboard.press('Escape');

  await window.keyboard.press('Control+k');
  await window.getByRole('dialog', { name: '命令' }).getByRole('combobox').fill('English');
  await window.keyboard.press('Enter');
  await expect(window.locator('html')).toHaveAttribute('lang', 'en');
  await expect(window.getByRole('button', { name: /^Generate/ })).toBeVisible();
});
