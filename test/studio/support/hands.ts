import { expect, type Locator, type Page } from '@playwright/test';

/** What a user of the window does and sees, by the names on the screen. */
export class Hands {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  get prompt(): Locator {
    return this.page.getByLabel('Prompt', { exact: true });
  }

  get generate(): Locator {
    return this.page.getByRole('button', { name: /^Generate/ });
  }

  get cancel(): Locator {
    return this.page.getByRole('complementary').getByRole('button', { name: /^Cancel/ });
  }

  get progress(): Locator {
    return this.page.getByTestId('run-hud');
  }

  /** The finished pictures of the strip. */
  get results(): Locator {
    return this.page.getByRole('region', { name: 'Results' }).getByRole('button', { name: /, seed \d+$/ });
  }

  get playhead(): Locator {
    return this.page.getByRole('slider', { name: 'Playhead' });
  }

  get canvas(): Locator {
    return this.page.getByRole('application');
  }

  field(name: string): Locator {
    return this.page.getByRole('textbox', { name, exact: true });
  }

  tool(name: string): Locator {
    return this.page.getByRole('navigation', { name: 'Tools' }).getByRole('button', { name, exact: true });
  }

  async position(): Promise<number> {
    return Number(await this.playhead.getAttribute('aria-valuenow'));
  }

  /** Asks for a picture; with `steps`, in so many. */
  async ask(prompt: string, steps?: number): Promise<void> {
    if (steps !== undefined) await this.field('Steps').fill(String(steps));
    await this.prompt.fill(prompt);
    await this.prompt.press('Control+Enter');
  }

  /** Asks and waits until the picture lies in the strip. */
  async make(prompt: string, steps?: number): Promise<void> {
    const before = await this.results.count();
    await this.ask(prompt, steps);
    await expect(this.results).toHaveCount(before + 1, { timeout: 60_000 });
    await expect(this.generate).toBeVisible();
  }

  /** Steps the progress chip has shown until `enough` says so. */
  async watchSteps(enough: (steps: number[]) => boolean): Promise<number[]> {
    const steps: number[] = [];
    await expect(async () => {
      const text = await this.progress.innerText({ timeout: 1000 });
      const step = /(\d+) \/ \d+/.exec(text)?.[1];
      if (step !== undefined && Number(step) !== steps.at(-1)) steps.push(Number(step));
      expect(enough(steps), `the chip says "${text}" and has shown ${steps.join(', ') || 'no step'}`).toBe(
        true,
      );
    }).toPass({ intervals: [20], timeout: 60_000 });
    return steps;
  }

  /** What a layer of the canvas shows: layer 0 is the picture, 1 what lies over it. */
  async layer(index: number): Promise<LayerLook> {
    return this.canvas.evaluate((element, at) => {
      const canvas = element.querySelectorAll('canvas')[at];
      const context = canvas?.getContext('2d');
      if (!canvas || !context) throw new Error('There is no such layer.');
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
      let hash = 0;
      let painted = 0;
      const colours = new Set<number>();
      for (let i = 0; i < data.length; i += 4) {
        const [r = 0, g = 0, b = 0, a = 0] = data.subarray(i, i + 4);
        if (a > 0) painted += 1;
        const colour = ((r >> 4) << 8) | ((g >> 4) << 4) | (b >> 4);
        if (a > 0) colours.add(colour);
        hash = (Math.imul(hash, 31) + colour * (a > 0 ? 1 : 0)) | 0;
      }
      return { hash, painted, colours: colours.size };
    }, index);
  }
}

export interface LayerLook {
  hash: number;
  /** Pixels with any colour. */
  painted: number;
  /** How many clearly different colours there are. */
  colours: number;
}
