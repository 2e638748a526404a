import type { Page } from '@playwright/test';
import { Hands } from './support/hands.ts';
import { expect, test } from './support/served-studio.ts';

/** What differs from machine to machine or run to run, covered before two looks are compared. */
function changing(page: Page) {
  return [page.locator('canvas, img, .status, .engine-pill, .saved, .settings-file, .empty-facts')];
}

const tolerant = { maxDiffPixelRatio: 0.06, threshold: 0.35, animations: 'disabled' } as const;

/** Parts of the layout that break rules a designer would see at once. */
async function flaws(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const nameOf = (element: Element): string =>
      `${element.tagName.toLowerCase()}.${element.className.toString().split(' ').join('.')} “${element.textContent.slice(0, 30)}”`;
    const { scrollWidth, scrollHeight, clientWidth, clientHeight } = document.documentElement;
    if (scrollWidth > clientWidth || scrollHeight > clientHeight) found.push('the page scrolls');
    const inView = (box: DOMRect): boolean =>
      box.left >= -1 && box.top >= -1 && box.right <= innerWidth + 1 && box.bottom <= innerHeight + 1;
    for (const part of document.querySelectorAll('header, nav, main, aside, footer, .results, .bottom')) {
      if (!inView(part.getBoundingClientRect())) found.push(`${nameOf(part)} leaves the window`);
    }
    for (const control of document.querySelectorAll('button, input, select, textarea')) {
      const style = getComputedStyle(control);
      if (style.appearance !== 'none' && control.tagName === 'BUTTON')
        found.push(`${nameOf(control)} looks like the browser’s`);
      if (control.tagName === 'SELECT') found.push(`${nameOf(control)} is the browser’s own`);
      const { width, height } = control.getBoundingClientRect();
      if (control.tagName === 'BUTTON' && width > 0 && Math.min(width, height) < 18)
        found.push(`${nameOf(control)} is too small to hit`);
    }
    for (const label of document.querySelectorAll('button, label, h1, h2, h3, .field-label')) {
      const style = getComputedStyle(label);
      if (style.textOverflow === 'ellipsis' || label.clientWidth === 0 || style.clipPath !== 'none') continue;
      if (label.scrollWidth > label.clientWidth + 2 && style.overflow === 'hidden')
        found.push(`${nameOf(label)} is cut off`);
    }
    return found;
  });
}

test('the empty studio looks as designed, at any size, in either language', async ({ window }) => {
  await expect(window.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(window).toHaveScreenshot('empty.png', { ...tolerant, mask: changing(window) });
  for (const [width, height] of [
    [1024, 700],
    [1920, 1080],
    [1440, 900],
  ] as const) {
    await window.setViewportSize({ width, height });
    expect(await flaws(window), `${width} × ${height}`).toEqual([]);
  }
  await window.getByRole('button', { name: 'Language' }).click();
  await window.getByRole('menuitemradio', { name: '简体中文' }).click();
  await expect(window.getByRole('button', { name: /^生成/ })).toBeVisible();
  expect(await flaws(window), 'in Chinese').toEqual([]);
  await window.getByRole('button', { name: '语言' }).click();
  await window.getByRole('menuitemradio', { name: 'English' }).click();
});

test('nothing jumps while a picture is made, and the result looks as designed', async ({ window }) => {
  const hands = new Hands(window);
  const parts = ['header', 'nav', 'main', 'aside', 'footer', '.bottom'];
  const boxes = (): Promise<unknown> =>
    window.evaluate(
      (selectors) =>
        selectors.map(
          (selector) => document.querySelector(selector)?.getBoundingClientRect().toJSON() as unknown,
        ),
      parts,
    );
  const before = await boxes();
  await hands.ask('a red car on grass', 24);
  await hands.watchSteps((seen) => seen.length >= 2);
  expect(await boxes()).toEqual(before);
  await expect(hands.results).toHaveCount(1, { timeout: 60_000 });
  expect(await boxes()).toEqual(before);
  expect(await flaws(window)).toEqual([]);
  await expect(window).toHaveScreenshot('result.png', { ...tolerant, mask: changing(window) });
  for (const [theme, name] of [
    ['Light', 'light'],
    ['High contrast', 'contrast'],
    ['Dark', 'dark'],
  ] as const) {
    await window.getByRole('button', { name: 'Theme' }).click();
    await window.getByRole('menuitemradio', { name: theme, exact: true }).click();
    await expect(window.locator('html')).toHaveAttribute('data-theme', name);
    await expect(window.getByRole('menu')).toBeHidden();
    if (name !== 'dark')
      await expect(window).toHaveScreenshot(`${name}.png`, { ...tolerant, mask: changing(window) });
  }
  await window.keyboard.press('Control+,');
  await expect(window.getByRole('dialog')).toHaveScreenshot('settings.png', {
    ...tolerant,
    mask: changing(window),
  });
});
