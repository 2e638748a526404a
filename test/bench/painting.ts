/**
 * How smoothly a mask is painted over a picture of 1024 × 1024 pixels, from a trace of Chromium's own timeline: frames
 * shown a second while a brush goes round, how far apart they are, and the main thread's work for each. It reports and
 * judges nothing.
 *
 *     npm run build && node test/bench/painting.ts [seconds] [trace.json]
 */
import { writeFile } from 'node:fs/promises';
import { chromium } from '@playwright/test';
import { CanvasHands, plainPng } from '../studio/support/canvas-hands.ts';
import { ServedStudio } from '../studio/support/served-studio.ts';

/** One event of a Chromium trace; times in microseconds. */
interface TraceEvent {
  name: string;
  ts: number;
  dur?: number;
  tdur?: number;
  pid: number;
  tid: number;
}

const side = 1024;
/** Of the brush, pixels of the picture: a large one, as it costs the most. */
const brush = 128;
const categories = ['devtools.timeline', 'disabled-by-default-devtools.timeline.frame', 'toplevel'];

const seconds = Number(process.argv[2] ?? 6);
const file = process.argv[3];

const studio = await ServedStudio.start();
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
});
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(studio.url);
  const hands = new CanvasHands(page);
  await page.getByText('Engine ready').waitFor();
  await hands.drop('field.png', 'image/png', plainPng(side, side, [90, 120, 150], [150, 120, 90]));
  await page.getByRole('application', { name: 'The picture field.png' }).waitFor();
  await page.keyboard.press('b');
  const size = page.getByRole('slider', { name: 'Size', exact: true });
  while (Number(await size.getAttribute('aria-valuenow')) < Math.log2(brush)) await page.keyboard.press(']');
  const cdp = await page.context().newCDPSession(page);
  const events: TraceEvent[] = [];
  cdp.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  await cdp.send('Tracing.start', { traceConfig: { includedCategories: categories } });
  await paint(page.mouse, await hands.place());
  const ended = new Promise((resolve) => cdp.once('Tracing.tracingComplete', resolve));
  await cdp.send('Tracing.end');
  await ended;
  if (file) await writeFile(file, JSON.stringify(events));
  report(events);
} finally {
  await browser.close();
  await studio.stop();
}

/** One stroke that winds around the picture for as long as asked, as fast as the browser takes the moves. */
async function paint(
  mouse: { move(x: number, y: number): Promise<void>; down(): Promise<void>; up(): Promise<void> },
  place: { x: number; y: number; side: number },
): Promise<void> {
  const at = (time: number): [number, number] => {
    const radius = 0.12 + 0.28 * (0.5 + 0.5 * Math.sin(time * 1.3));
    return [
      place.x + place.side * (0.5 + radius * Math.cos(time * 4)),
      place.y + place.side * (0.5 + radius * Math.sin(time * 4)),
    ];
  };
  await mouse.move(...at(0));
  await mouse.down();
  const start = performance.now();
  for (let time = 0; time < seconds; time = (performance.now() - start) / 1000) await mouse.move(...at(time));
  await mouse.up();
}

function report(all: readonly TraceEvent[]): void {
  const moves = all.filter(({ name }) => name === 'EventDispatch' || name === 'HandleInputEvent');
  const frames = all
    .filter(({ name }) => name === 'DrawFrame')
    .map(({ ts }) => ts)
    .sort((a, b) => a - b);
  const gaps = frames.slice(1).map((time, i) => (time - (frames[i] as number)) / 1000);
  const span = ((frames.at(-1) ?? 0) - (frames[0] ?? 0)) / 1e6;
  const dropped = all.filter(({ name }) => name === 'DroppedFrame').length;
  const work = new Map<string, number>();
  for (const name of ['FireAnimationFrame', 'EventDispatch', 'Paint', 'Commit', 'RasterTask', 'PrePaint']) {
    work.set(
      name,
      sum(all.filter((event) => event.name === name).map(({ tdur, dur }) => tdur ?? dur ?? 0)) / 1000,
    );
  }
  const lines = [
    `painted ${span.toFixed(1)} s, brush ${String(brush)} px on ${String(side)} x ${String(side)} px, ${String(moves.length)} input events`,
    `frames shown: ${String(frames.length)}, ${(gaps.length / span).toFixed(1)} a second, dropped ${String(dropped)}`,
    `between frames: median ${quantile(gaps, 0.5).toFixed(1)} ms, 95 % under ${quantile(gaps, 0.95).toFixed(1)} ms, longest ${Math.max(...gaps).toFixed(1)} ms`,
    ...[...work].map(([name, ms]) => `${name}: ${(ms / Math.max(1, frames.length)).toFixed(2)} ms a frame`),
  ];
  console.log(lines.join('\n'));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
