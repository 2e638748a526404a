import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { Hands } from './support/hands.ts';
import { expect, test } from './support/served-studio.ts';

/** What axe finds, in words that lead to the place. */
async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')}: ${failureSummary ?? ''}`),
  );
}

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
