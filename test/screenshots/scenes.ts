import type { Page } from '@playwright/test';
import { Hands } from '../studio/support/hands.ts';

/** One part of the studio as the README shows it. */
interface Scene {
  name: string;
  /** Brings it onto the screen; false when the loaded model has no such part. */
  show(page: Page): Promise<boolean>;
}

async function chooseTheme(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Theme' }).click();
  await page.getByRole('menuitemradio', { name, exact: true }).click();
  await page.getByRole('menu').waitFor({ state: 'hidden' });
}

/** Brings the playhead to a share of the run on show. */
async function scrubTo(page: Page, share: number): Promise<void> {
  const { playhead, canvas } = new Hands(page);
  const most = Number(await playhead.getAttribute('aria-valuemax'));
  await canvas.focus();
  await page.keyboard.press('Home');
  for (let i = 0; i < Math.round(most * share); i++) await page.keyboard.press('ArrowRight');
  await page.waitForFunction(
    (at) => document.querySelector('[role="slider"][aria-valuenow="' + String(at) + '"]') !== null,
    Math.round(most * share),
  );
}

/** Opens a task, asks it for something, and waits until the queue is empty. False where the model cannot do it. */
async function useTask(page: Page, task: string, field: string, words: string): Promise<boolean> {
  const tab = page.getByRole('complementary').getByRole('tab', { name: task });
  if ((await tab.getAttribute('data-lacks')) !== null) return false;
  await tab.click();
  const box = page.getByRole('textbox', { name: field, exact: true });
  await box.fill(words);
  await box.press('Control+Enter');
  // A short run may be over before it is seen.
  await page
    .getByTestId('run-hud')
    .waitFor({ timeout: 3000 })
    .catch(() => undefined);
  await page.getByTestId('run-hud').waitFor({ state: 'hidden' });
  return true;
}

export const scenes: readonly Scene[] = [
  {
    name: 'empty',
    show: async (page) => {
      await page.getByRole('heading', { level: 1 }).waitFor();
      return true;
    },
  },
  {
    name: 'studio',
    show: async (page) => {
      const hands = new Hands(page);
      for (const [prompt, seed] of [
        ['three apples', '5'],
        ['a photo of a boat on the beach', '3'],
        ['a photo of a red car on grass', '7'],
      ] as const) {
        await hands.field('Seed').fill(seed);
        await hands.make(prompt);
      }
      await hands.canvas.focus();
      await page.keyboard.press('0');
      return true;
    },
  },
  {
    name: 'timeline',
    show: async (page) => {
      await scrubTo(page, 0.62);
      await page.keyboard.press('1');
      return true;
    },
  },
  { name: 'edit', show: (page) => useTask(page, 'Edit', 'Instruction', 'Make the car blue.') },
  {
    name: 'ask',
    show: async (page) => {
      const accept = page.getByRole('button', { name: 'Accept' });
      if (await accept.isVisible()) await accept.click();
      return useTask(page, 'Ask', 'Question', 'What color is the car?');
    },
  },
  { name: 'ground', show: (page) => useTask(page, 'Ground', 'Phrases', 'the car') },
  {
    name: 'gallery',
    show: async (page) => {
      await page.keyboard.press('Control+g');
      await page.locator('.app[data-gallery]').waitFor();
      await page.locator('img[loading="lazy"]').first().click();
      await page.waitForFunction(() => [...document.images].every(({ complete }) => complete));
      return true;
    },
  },
  {
    name: 'reflection',
    show: async (page) => {
      const hands = new Hands(page);
      await page.keyboard.press('Control+g');
      await page.getByRole('complementary').getByRole('tab', { name: 'Create' }).click();
      await page.getByRole('radio', { name: 'By the model' }).click();
      await page.getByRole('switch', { name: 'Reflection off' }).click();
      await hands.field('Seed').fill('21');
      await hands.make('a banana and a pink computer mouse');
      return true;
    },
  },
  {
    name: 'light',
    show: async (page) => {
      await chooseTheme(page, 'Light');
      return true;
    },
  },
  {
    name: 'contrast',
    show: async (page) => {
      await chooseTheme(page, 'High contrast');
      return true;
    },
  },
  {
    name: 'settings',
    show: async (page) => {
      await chooseTheme(page, 'Dark');
      await page.keyboard.press('Control+,');
      await page.getByRole('tab', { name: 'Shortcuts' }).click();
      return true;
    },
  },
  {
    name: 'commands',
    show: async (page) => {
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      await page.keyboard.press('Control+k');
      await page.getByRole('dialog', { name: 'Commands' }).waitFor();
      return true;
    },
  },
  {
    name: 'chinese',
    show: async (page) => {
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      await page.getByRole('button', { name: 'Language' }).click();
      await page.getByRole('menuitemradio', { name: '简体中文' }).click();
      await page.getByRole('button', { name: /^生成/ }).waitFor();
      await page.getByText('已保存').waitFor();
      return true;
    },
  },
];
