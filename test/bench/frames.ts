/** One event of a Chromium trace; times in microseconds. */
export interface TraceEvent {
  name: string;
  ph: string;
  ts: number;
  dur?: number;
  tdur?: number;
  pid: number;
  tid: number;
  args?: { name?: string };
}

export const traceCategories = [
  'toplevel',
  'devtools.timeline',
  'disabled-by-default-devtools.timeline',
  'disabled-by-default-devtools.timeline.frame',
] as const;

/** Times in milliseconds. */
interface FrameMeasures {
  framesPerSecond: number;
  /** Between one frame on the screen and the next. */
  median: number;
  p95: number;
  p99: number;
  /** Processor time of the page's main thread, drawing of canvases in software included. */
  mainPerFrame: number;
  /** The longest task of the main thread by the clock, waiting for a processor included, and by processor time. */
  longestTask: number;
  longestWork: number;
  /** Processor time of other threads that turn layers into pixels. */
  rasterPerFrame: number;
}

/** Frames and work of the page in a trace of a stretch of time in which something moved all the while. */
export function measuresOf(events: readonly TraceEvent[]): FrameMeasures {
  const drawn = events.filter(({ name }) => name === 'DrawFrame');
  // The window of the browser itself has frames too; the page is the process with the most.
  const pid = mostFrequent(drawn.map((event) => event.pid));
  const frames = drawn
    .filter((event) => event.pid === pid)
    .map(({ ts }) => ts)
    .sort((a, b) => a - b);
  const gaps = frames.slice(1).map((time, i) => (time - (frames[i] ?? time)) / 1000);
  const span = sum(gaps);
  const main = events.find(
    (event) => event.name === 'thread_name' && event.pid === pid && event.args?.name === 'CrRendererMain',
  )?.tid;
  const tasks = events.filter(
    ({ name, ph, pid: process, tid }) => name === 'RunTask' && ph === 'X' && process === pid && tid === main,
  );
  const raster = events.filter(({ name, pid: process }) => name === 'RasterTask' && process === pid);
  const each = Math.max(1, gaps.length);
  return {
    framesPerSecond: (gaps.length / Math.max(1, span)) * 1000,
    median: quantile(gaps, 0.5),
    p95: quantile(gaps, 0.95),
    p99: quantile(gaps, 0.99),
    mainPerFrame: sum(tasks.map(work)) / each,
    longestTask: longest(tasks.map(({ dur = 0 }) => dur / 1000)),
    longestWork: longest(tasks.map(work)),
    rasterPerFrame: sum(raster.map(work)) / each,
  };
}

/** Processor time of an event, milliseconds. */
function work({ tdur = 0 }: TraceEvent): number {
  return tdur / 1000;
}

function longest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

function mostFrequent(values: readonly number[]): number | undefined {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
