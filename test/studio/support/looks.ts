import { join } from 'node:path';
import { expect, type Locator, type Page } from '@playwright/test';

/** What differs from run to run: process, memory, times, and names made of the clock. */
function volatile(page: Page): Locator[] {
  return [
    page.locator('footer.status'),
    page.locator('.settings-foot .mono'),
    page.getByText(/^(≈|about|at most)? ?[\d.]+ (ms|s|min)( left)?$/),
    page.getByText(/\d{8}-\d{6}-\d{3}/),
    page.locator('time'),
  ];
}

interface Look {
  /** The part to look at; the whole window when absent. */
  part?: Locator;
  /** Leaves out what depends on the model and the machine: what is painted and measured, how long it takes. */
  unpainted?: boolean;
}

/** Compares the window, or a part of it, with how it looked when it was last looked at and found good. */
export async function looks(page: Page, name: string, { part, unpainted = false }: Look = {}): Promise<void> {
  await page.mouse.move(640, 2);
  await page.evaluate(async () => {
    await document.fonts.ready;
    // A caret blinks and a focus ring depends on what was pressed last.
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  });
  const options = {
    // Over hidden parts a mask would change its width with their words.
    mask: unpainted ? [page.locator('footer.status')] : volatile(page),
    animations: 'disabled' as const,
    // Another build of the browser smooths letters otherwise; a moved or missing part is far more than this.
    threshold: 0.1,
    maxDiffPixelRatio: 0.0015,
    ...(unpainted ? { stylePath: join(import.meta.dirname, 'unpainted.css') } : {}),
  };
  await (part
    ? expect(part).toHaveScreenshot(`${name}.png`, options)
    : expect(page).toHaveScreenshot(`${name}.png`, options));
}
