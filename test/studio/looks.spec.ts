import type { Page } from '@playwright/test';
import { decode } from 'fast-png';
import { Hands } from './support/hands.ts';
import { expect, test } from './support/served-studio.ts';

test.describe.configure({ mode: 'serial' });

/** Mean luma of what is on the screen, 0 to 255. */
async function brightness(page: Page): Promise<number> {
  const { data, channels } = decode(await page.screenshot({ animations: 'disabled' }));
  let sum = 0;
  for (let i = 0; i < data.length; i += channels)
    sum += 0.299 * Number(data[i]) + 0.587 * Number(data[i + 1]) + 0.114 * Number(data[i + 2]);
  return sum / (data.length / channels);
}

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
    for (const part of document.querySelectorAll(
      '.gallery-side, .gallery-main, .gallery-details, .transport, .prompt-head',
    )) {
      if (part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).overflowX !== 'auto')
        found.push(`${nameOf(part)} runs over its edge`);
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
  for (const [width, height] of [
    // 1440 × 900 at 200 % zoom.
    [720, 450],
    [1024, 700],
    [1920, 1080],
    [1440, 900],
  ] as const) {
    await window.setViewportSize({ width, height });
    expect(await flaws(window), `${width} × ${height}`).toEqual([]);
    await window.keyboard.press('Control+g');
    await expect(window.locator('.app[data-gallery]')).toBeVisible();
    expect(await flaws(window), `the gallery, ${width} × ${height}`).toEqual([]);
    await window.keyboard.press('Control+g');
    await expect(window.locator('.app[data-gallery]')).toHaveCount(0);
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
  await hands.prompt.fill('a photo of a car on grass and a boat, '.repeat(60));
  await expect(window.getByText(/^This model reads at most/u)).toBeVisible();
  expect(await flaws(window), 'a prompt that is too long').toEqual([]);
  for (const [theme, name] of [
    ['Light', 'light'],
    ['High contrast', 'contrast'],
    ['Dark', 'dark'],
  ] as const) {
    await window.getByRole('button', { name: 'Theme' }).click();
    await window.getByRole('menuitemradio', { name: theme, exact: true }).click();
    await expect(window.locator('html')).toHaveAttribute('data-theme', name);
    await expect(window.getByRole('menu')).toBeHidden();
    const luma = await brightness(window);
    if (name === 'light') expect(luma).toBeGreaterThan(150);
    else expect(luma).toBeLessThan(90);
    expect(await flaws(window), name).toEqual([]);
  }
  await window.keyboard.press('Control+,');
  await expect(window.getByRole('dialog')).toBeVisible();
  expect(await flaws(window), 'settings').toEqual([]);
});
