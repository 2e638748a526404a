import type { Locator, Page } from '@playwright/test';
import { encodePng } from '../../../native/library/png.ts';

/** A colour, 0 to 255 a channel. */
export type Rgb = readonly [number, number, number];

/** A PNG of one colour, with a stripe of another down its right half if given. */
export function plainPng(width: number, height: number, left: Rgb, right: Rgb = left): Buffer {
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) rgb.set(i % width < width / 2 ? left : right, i * 3);
  return Buffer.from(encodePng({ width, height, rgb }, []));
}

/** What a user does on the canvas with the pointer, in shares of what is on it. */
export class CanvasHands {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  get canvas(): Locator {
    return this.page.getByRole('application');
  }

  /** How many tokens the mask covers. */
  async covered(): Promise<number> {
    const text = await this.page.getByTestId('mask-cover').innerText();
    return Number((/^([\d,]+)/.exec(text)?.[1] ?? '').replaceAll(',', ''));
  }

  /** Where the picture lies on the page; a fitted square picture is centred. */
  async place(): Promise<{ x: number; y: number; side: number }> {
    const box = await this.canvas.boundingBox();
    if (!box) throw new Error('The canvas is not on the page.');
    const side = Math.min(box.width - 56, box.height - 112);
    return { x: box.x + (box.width - side) / 2, y: box.y + (box.height - side) / 2, side };
  }

  /** Drags along points given as shares of the picture, in steps small enough to be a line. */
  async drag(points: readonly (readonly [number, number])[], modifier?: 'Alt' | 'Shift'): Promise<void> {
    const { x, y, side } = await this.place();
    const { mouse, keyboard } = this.page;
    const [first = [0, 0], ...rest] = points;
    if (modifier) await keyboard.down(modifier);
    await mouse.move(x + first[0] * side, y + first[1] * side);
    await mouse.down();
    for (const [px, py] of rest) await mouse.move(x + px * side, y + py * side, { steps: 8 });
    await mouse.up();
    if (modifier) await keyboard.up(modifier);
  }

  /** Drags a pen pressed with a force between 0 and 1. */
  async penDrag(points: readonly (readonly [number, number])[], force: number): Promise<void> {
    const { x, y, side } = await this.place();
    const cdp = await this.page.context().newCDPSession(this.page);
    const last = points.length - 1;
    const send = (
      type: 'mousePressed' | 'mouseMoved' | 'mouseReleased',
      [px, py]: readonly [number, number],
    ) =>
      cdp.send('Input.dispatchMouseEvent', {
        type,
        x: x + px * side,
        y: y + py * side,
        button: 'left',
        buttons: type === 'mouseReleased' ? 0 : 1,
        clickCount: 1,
        pointerType: 'pen',
        force: type === 'mouseReleased' ? 0 : force,
      });
    await send('mousePressed', points[0] ?? [0, 0]);
    for (const point of points) await send('mouseMoved', point);
    await send('mouseReleased', points[last] ?? [0, 0]);
    await cdp.detach();
  }

  /** Parts two fingers over the middle of the canvas, from one distance to another in CSS pixels. */
  async pinch(from: number, to: number): Promise<void> {
    const box = await this.canvas.boundingBox();
    if (!box) throw new Error('The canvas is not on the page.');
    const cdp = await this.page.context().newCDPSession(this.page);
    const fingers = (distance: number) =>
      [-0.5, 0.5].map((side, id) => ({
        x: box.x + box.width / 2 + side * distance,
        y: box.y + box.height / 2,
        id,
      }));
    const send = (type: 'touchStart' | 'touchMove' | 'touchEnd', touchPoints: ReturnType<typeof fingers>) =>
      cdp.send('Input.dispatchTouchEvent', { type, touchPoints });
    await send('touchStart', fingers(from).slice(0, 1));
    await send('touchStart', fingers(from));
    for (let i = 1; i <= 8; i++) await send('touchMove', fingers(from + ((to - from) * i) / 8));
    await send('touchEnd', []);
    await cdp.detach();
  }

  /** The colour of a layer at a share of the picture: 0 the picture, 2 the mask, 3 boxes. */
  async pixel(layer: number, px: number, py: number): Promise<[number, number, number, number]> {
    const { x, y, side } = await this.place();
    const box = await this.canvas.boundingBox();
    const at = { x: x + px * side - (box?.x ?? 0), y: y + py * side - (box?.y ?? 0) };
    return this.canvas.evaluate(
      (element, [index, left, top]) => {
        const canvas = element.querySelectorAll('canvas')[index];
        const ratio = (canvas?.width ?? 1) / element.clientWidth;
        const data = canvas?.getContext('2d')?.getImageData(left * ratio, top * ratio, 1, 1).data;
        return [...(data ?? [0, 0, 0, 0])] as [number, number, number, number];
      },
      [layer, at.x, at.y] as const,
    );
  }

  /** Drops a file on the window, as a file manager does. */
  async drop(name: string, type: string, bytes: Buffer): Promise<void> {
    await this.#hand('drop', name, type, bytes);
  }

  /** Pastes a file, as after copying a picture elsewhere. */
  async paste(name: string, type: string, bytes: Buffer): Promise<void> {
    await this.#hand('paste', name, type, bytes);
  }

  async #hand(how: 'drop' | 'paste', name: string, type: string, bytes: Buffer): Promise<void> {
    await this.page.evaluate(
      ([kind, fileName, fileType, base64]) => {
        const data = new DataTransfer();
        const content = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        data.items.add(new File([content], fileName, { type: fileType }));
        const options = { bubbles: true, cancelable: true };
        const target = document.body;
        if (kind === 'paste') {
          target.dispatchEvent(new ClipboardEvent('paste', { ...options, clipboardData: data }));
          return;
        }
        for (const step of ['dragenter', 'dragover', 'drop']) {
          target.dispatchEvent(new DragEvent(step, { ...options, dataTransfer: data }));
        }
      },
      [how, name, type, bytes.toString('base64')] as const,
    );
  }
}
