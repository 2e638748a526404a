/**
 * How smoothly a mask is painted over a picture of 1024 × 1024 pixels, from a trace of Chromium's own timeline: brush,
 * eraser and lasso in turn, with a soft edge and the token cells shown, by pointer events of the devtools protocol. Prints
 * a table; nothing is asserted.
 *
 *     npm run build && node test/bench/painting.ts [--seconds 4] [--brush 128] [--trace trace.json]
 */
import { writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { chromium, type CDPSession, type Page } from '@playwright/test';
import playwrightConfig from '../../playwright.config.ts';
import { CanvasHands, plainPng } from '../studio/support/canvas-hands.ts';
import { Hands } from '../studio/support/hands.ts';
import { ServedStudio } from '../studio/support/served-studio.ts';
import { measuresOf, traceCategories, type TraceEvent } from './frames.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '4' },
    /** Of the brush, pixels of the picture: a large one, as it costs the most. */
    brush: { type: 'string', default: '128' },
    feather: { type: 'string', default: '24' },
    trace: { type: 'string' },
  },
});
const side = 1024;
const seconds = Number(values.seconds);
const tools = [
  ['brush', 'Brush: mask what may change'],
  ['eraser', 'Eraser: take out of the mask'],
  ['lasso', 'Lasso mask'],
] as const;

const studio = await ServedStudio.start();
const browser = await chromium.launch(playwrightConfig.use?.launchOptions);
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(studio.url);
  await page.getByText('Engine ready').waitFor();
  const hands = new CanvasHands(page);
  await hands.drop('field.png', 'image/png', plainPng(side, side, [90, 120, 150], [150, 120, 90]));
  await page.getByRole('application', { name: 'The picture field.png' }).waitFor();
  await page.getByRole('complementary').getByRole('tab', { name: 'Edit' }).click();
  await new Hands(page).tool(tools[0][1]).click();
  await setSlider(page, 'Size', Math.log2(Number(values.brush)));
  await setSlider(page, 'Feather', Number(values.feather));
  const cdp = await page.context().newCDPSession(page);
  const whole: TraceEvent[] = [];
  console.log(
    `${String(side)} x ${String(side)} px, brush ${values.brush} px, feather ${values.feather} px; load ${(loadavg()[0] ?? 0).toFixed(1)}`,
  );
  console.log(
    'tool     moves/s  frames/s  frame ms: 50 %  95 %  99 %   main thread, CPU ms: a frame  longest  by clock  raster CPU ms',
  );
  for (const [tool, label] of tools) {
    await new Hands(page).tool(label).click();
    const { x, y, side: width } = await hands.place();
    const at = (time: number): [number, number] => {
      const radius = 0.12 + 0.28 * (0.5 + 0.5 * Math.sin(time * 1.3));
      return [
        x + width * (0.5 + radius * Math.cos(time * 4)),
        y + width * (0.5 + radius * Math.sin(time * 4)),
      ];
    };
    const { events, moves, took } = await traced(cdp, () => strokes(cdp, at));
    whole.push(...events);
    const m = measuresOf(events);
    console.log(
      [
        tool.padEnd(8),
        (moves / took).toFixed(0).padStart(7),
        m.framesPerSecond.toFixed(1).padStart(9),
        m.median.toFixed(1).padStart(16),
        m.p95.toFixed(1).padStart(5),
        m.p99.toFixed(1).padStart(5),
        m.mainPerFrame.toFixed(1).padStart(25),
        m.longestWork.toFixed(0).padStart(8),
        m.longestTask.toFixed(0).padStart(9),
        m.rasterPerFrame.toFixed(1).padStart(16),
      ].join(' '),
    );
  }
  if (values.trace) await writeFile(values.trace, JSON.stringify(whole));
} finally {
  await browser.close();
  await studio.stop();
}

async function setSlider(page: Page, name: string, value: number): Promise<void> {
  const slider = page.getByRole('slider', { name, exact: true });
  await slider.focus();
  await page.keyboard.press('Home');
  while (Number(await slider.getAttribute('aria-valuenow')) < value) {
    const far = value - Number(await slider.getAttribute('aria-valuenow')) > 1;
    await page.keyboard.press(far ? 'PageUp' : 'ArrowRight');
  }
}

async function traced(
  cdp: CDPSession,
  work: () => Promise<number>,
): Promise<{ events: TraceEvent[]; moves: number; took: number }> {
  const events: TraceEvent[] = [];
  const gather = ({ value }: { value: object[] }): void => {
    events.push(...(value as TraceEvent[]));
  };
  cdp.on('Tracing.dataCollected', gather);
  await cdp.send('Tracing.start', { traceConfig: { includedCategories: [...traceCategories] } });
  const from = performance.now();
  const moves = await work();
  const took = (performance.now() - from) / 1000;
  const ended = new Promise((resolve) => cdp.once('Tracing.tracingComplete', resolve));
  await cdp.send('Tracing.end');
  await ended;
  cdp.off('Tracing.dataCollected', gather);
  return { events, moves, took };
}

/** Strokes of about a second that wind around the picture, with a move whenever the browser has taken the last one. */
async function strokes(cdp: CDPSession, at: (time: number) => [number, number]): Promise<number> {
  const send = (type: 'mousePressed' | 'mouseMoved' | 'mouseReleased', [x, y]: [number, number]) =>
    cdp.send('Input.dispatchMouseEvent', {
      type,
      x,
      y,
      button: 'left',
      buttons: type === 'mouseReleased' ? 0 : 1,
      clickCount: 1,
    });
  const start = performance.now();
  const now = (): number => (performance.now() - start) / 1000;
  let moves = 0;
  while (now() < seconds) {
    await send('mousePressed', at(now()));
    for (const until = Math.min(seconds, now() + 1); now() < until; moves++)
      await send('mouseMoved', at(now()));
    await send('mouseReleased', at(now()));
  }
  return moves;
}
