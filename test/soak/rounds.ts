import { readFile } from 'node:fs/promises';
import type { CDPSession, Page } from '@playwright/test';
import { expect } from '@playwright/test';
import { Hands } from '../studio/support/hands.ts';
import type { LiveHeap } from './live-heap.ts';

/** Memory of the three processes, MiB. */
export interface Footprint {
  engine: number;
  /** All that the server's process holds, what V8 keeps for later with it. */
  serve: number;
  /** Live objects and buffers of the server, 0 where nothing looks into its heap. */
  live: number;
  page: number;
}

const things = ['a red car', 'two dogs', 'a yellow star at night', 'a blue fish', 'a green tree on grass'];
const steps = 4;

async function residentMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${String(pid)}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/u.exec(status)?.[1] ?? NaN) / 1024;
}

/** What the page's own objects take once the collector has run. */
async function pageMiB(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  return (metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? NaN) / 2 ** 20;
}

/** A window that is used over and over, and the memory of everything behind it. */
export class Soak {
  readonly #page: Page;
  readonly #hands: Hands;
  readonly #servePid: number;
  readonly #session: CDPSession;
  readonly #serveHeap: LiveHeap | null;

  private constructor(page: Page, servePid: number, session: CDPSession, serveHeap: LiveHeap | null) {
    this.#page = page;
    this.#hands = new Hands(page);
    this.#servePid = servePid;
    this.#session = session;
    this.#serveHeap = serveHeap;
  }

  /** @param serveHeap looks into the server's heap, where that is wanted */
  static async open(page: Page, servePid: number, serveHeap: LiveHeap | null = null): Promise<Soak> {
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable');
    await session.send('HeapProfiler.enable');
    return new Soak(page, servePid, session, serveHeap);
  }

  /** Makes a picture, scrubs it to its start and back, changes settings, undoes the changes, looks at an overlay. */
  async round(index: number): Promise<void> {
    const { playhead, canvas, prompt } = this.#hands;
    const words = things[index % things.length] ?? '';
    await this.#hands.field('Seed').fill(String(index));
    await this.#hands.ask(words, steps);
    await expect(
      this.#page.getByRole('button', { name: `${words}, seed ${String(index)}`, exact: true }),
    ).toBeVisible({ timeout: 60_000 });
    await expect(playhead).toHaveAttribute('aria-valuenow', String(steps), { timeout: 60_000 });

    await canvas.focus();
    await this.#page.keyboard.press('Home');
    for (let step = 0; step < steps; step++) await this.#page.keyboard.press('ArrowRight');
    await expect(playhead).toHaveAttribute('aria-valuenow', String(steps));
    await this.#page.keyboard.press(String(1 + (index % 4)));

    await prompt.fill(`${words} again`);
    await this.#hands.field('Guidance').fill(String(1 + (index % 5)));
    await this.#page.getByRole('button', { name: 'Undo', exact: true }).click();
    await this.#page.getByRole('button', { name: 'Undo', exact: true }).click();
    await this.#page.getByRole('button', { name: 'Redo', exact: true }).click();
  }

  async footprint(): Promise<Footprint> {
    const pid = Number(/\d+/u.exec(await this.#page.getByText(/^pid \d+$/u).innerText())?.[0]);
    return {
      engine: await residentMiB(pid),
      serve: await residentMiB(this.#servePid),
      live: (await this.#serveHeap?.mib()) ?? 0,
      page: await pageMiB(this.#session),
    };
  }
}
