/**
 * `npm run screenshots`: pictures of every part of the real studio for the README, into docs/images. It serves the
 * studio on an empty data folder, makes pictures with the model that comes with the program, and looks at each part.
 */
import { parseArgs } from 'node:util';
import { join } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { writeFileSafely } from '../../native/library/safe-file.ts';
import playwrightConfig from '../../playwright.config.ts';
import { projectRoot } from '../support/cli.ts';
import { ServedStudio } from '../studio/support/served-studio.ts';
import { scenes } from './scenes.ts';

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: join(projectRoot, 'docs', 'images') },
    only: { type: 'string' },
    format: { type: 'string', default: 'webp' },
  },
});
const mostBytes = 300_000;

/** A WebP small enough for a README, or a PNG of whatever size. */
async function shoot(page: Page, path: string): Promise<number> {
  if (values.format === 'png') return (await page.screenshot({ path })).length;
  const session = await page.context().newCDPSession(page);
  for (let quality = 88; ; quality -= 12) {
    const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality });
    const bytes = Buffer.from(data, 'base64');
    if (bytes.length > mostBytes && quality > 30) continue;
    await writeFileSafely(path, bytes);
    await session.detach();
    return bytes.length;
  }
}

// The browser first: where there is none, no server is left behind.
const browser = await chromium.launch(playwrightConfig.use?.launchOptions);
const studio = await ServedStudio.start();
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
  await page.goto(studio.url);
  await page.getByText('Engine ready').waitFor();
  for (const { name, show } of scenes) {
    if (values.only !== undefined && !values.only.split(',').includes(name)) continue;
    const shown = await show(page);
    if (!shown) {
      console.log(`${name}: the model that is loaded cannot do this`);
      continue;
    }
    // Fonts and pictures of a part that has just opened.
    await page.evaluate(() => document.fonts.ready);
    const bytes = await shoot(page, join(values.out, `${name}.${values.format}`));
    console.log(`${name}.${values.format}  ${String(Math.round(bytes / 1000))} kB`);
  }
} finally {
  await browser.close();
  await studio.stop();
}
