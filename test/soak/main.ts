/**
 * `npm run soak -- --rounds 300`: uses the studio over and over in a real Chromium against the real engine, and fails
 * when memory keeps growing or anything writes an error to the console.
 */
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import playwrightConfig from '../../playwright.config.ts';
import { ServedStudio } from '../studio/support/served-studio.ts';
import { LiveHeap } from './live-heap.ts';
import { Soak, type Footprint } from './rounds.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '300' } } });
const rounds = Number(values.rounds);
/** Rounds after which caches are full and memory should stand. */
const warm = Math.min(40, Math.ceil(rounds / 3));
/**
 * What may come on top of the warm footprint by the end, MiB. Of the server V8 keeps pages that a busy moment filled, so
 * what is alive tells whether it forgets; its 32 MiB of pictures of steps may still be filling.
 */
const allowed: Footprint = { engine: 160, serve: 128, live: 48, page: 24 };

const studio = await ServedStudio.start();
const browser = await chromium.launch(playwrightConfig.use?.launchOptions);
const errors: string[] = [];
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  // A long use says nothing about speed: on a busy machine a step may take minutes.
  page.setDefaultTimeout(600_000);
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(studio.url);
  await page.getByText('Engine ready').waitFor();
  const heap = await LiveHeap.of(studio.pid);
  const soak = await Soak.open(page, studio.pid, heap);
  let before: Footprint | null = null;
  for (let i = 1; i <= rounds; i++) {
    await soak.round(i);
    if (i !== warm && i % 25 !== 0 && i !== rounds) continue;
    const now = await soak.footprint();
    before ??= i >= warm ? now : null;
    console.log(
      `round ${String(i)}: engine ${now.engine.toFixed(0)} MiB, serve ${now.serve.toFixed(0)} MiB, ${now.live.toFixed(1)} of it live, page ${now.page.toFixed(1)} MiB`,
    );
  }
  const after = await soak.footprint();
  heap.close();
  for (const part of ['engine', 'serve', 'live', 'page'] as const) {
    const grown = after[part] - (before?.[part] ?? after[part]);
    if (grown > allowed[part])
      errors.push(`The memory of ${part} grew by ${grown.toFixed(0)} MiB after round ${String(warm)}.`);
  }
} finally {
  await browser.close();
  await studio.stop();
}
for (const error of errors) console.error(error);
console.log(
  errors.length === 0 ? `${String(rounds)} rounds, nothing went wrong` : `${String(errors.length)} problems`,
);
process.exitCode = errors.length === 0 ? 0 : 1;
