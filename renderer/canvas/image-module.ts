import Konva from 'konva/lib/Core';
import type { CanvasManager, CanvasModule } from './canvas-manager.ts';
import { drawnShape } from './drawn-shape.ts';
import type { PixelRect } from './mask/mask.ts';
import type { Viewport } from './viewport-module.ts';

/** A picture in its place, pixels of the picture on the canvas. */
export interface PlacedPicture extends PixelRect {
  source: CanvasImageSource;
}

/** A page, and pictures on it, the lowest first. */
export interface Page {
  bounds: PixelRect;
  parts: readonly PlacedPicture[];
}

/** What lies on the picture layer. */
export interface PictureInput {
  picture: Page | null;
  /** What it was before, to compare with. */
  before: Page | null;
  /** What an edit is about to add around the picture: its outer border. */
  extended: PixelRect | null;
  /**
   * How the two are seen: only the picture, only the one before, the one before left of a line at a share of the width,
   * each in a pane of its own, or the picture laid over the one before.
   */
  compare:
    | { mode: 'off' | 'before' | 'side' }
    | { mode: 'slider'; split: number }
    | { mode: 'over'; opacity: number };
}

const pageColour = '#2b2d31';

/** The picture and what it is compared with, on a layer of their own. */
export class ImageModule implements CanvasModule {
  readonly manager: CanvasManager;
  readonly #layer: Konva.Layer;
  #input: PictureInput = { picture: null, before: null, extended: null, compare: { mode: 'off' } };
  #viewport: Viewport = { x: 0, y: 0, scale: 1 };
  #smooth = true;

  constructor(manager: CanvasManager) {
    this.manager = manager;
    this.#layer = new Konva.Layer({ listening: false });
    this.#layer.add(
      drawnShape((context) => {
        this.#draw(context);
      }),
    );
    manager.stage.add(this.#layer);
  }

  show(input: PictureInput): void {
    this.#input = input;
    this.#layer.batchDraw();
  }

  /** How visible the layer is, 0 to 1. */
  setOpacity(opacity: number): void {
    this.#layer.opacity(opacity);
    this.#layer.batchDraw();
  }

  /** Smooth enlarges by interpolation; otherwise every pixel stays a square. */
  setSmooth(smooth: boolean): void {
    this.#smooth = smooth;
    this.#layer.batchDraw();
  }

  setViewport(viewport: Viewport): void {
    this.#viewport = viewport;
    this.#layer.batchDraw();
  }

  destroy(): void {
    this.#layer.destroy();
  }

  #draw(context: CanvasRenderingContext2D): void {
    const { picture, before, extended, compare } = this.#input;
    if (!picture) return;
    context.imageSmoothingEnabled = this.#smooth;
    context.imageSmoothingQuality = 'high';
    const { x, y, scale } = this.#viewport;
    const area = ({ x0, y0, x1, y1 }: PixelRect, left: number): [number, number, number, number] => [
      left + x0 * scale,
      y + y0 * scale,
      (x1 - x0) * scale,
      (y1 - y0) * scale,
    ];
    const put = ({ bounds, parts }: Page, left: number): void => {
      context.save();
      context.beginPath();
      context.rect(...area(bounds, left));
      context.clip();
      if (!parts.some((part) => covers(part, bounds))) {
        context.fillStyle = pageColour;
        context.fillRect(...area(bounds, left));
      }
      for (const part of parts) context.drawImage(part.source, ...area(part, left));
      context.restore();
    };
    if (extended) drawAdded(context, area(extended, x), area(picture.bounds, x));
    if (!before || compare.mode === 'off') {
      put(picture, x);
    } else if (compare.mode === 'before') {
      put(before, x);
    } else if (compare.mode === 'over') {
      put(before, x);
      context.globalAlpha *= compare.opacity;
      put(picture, x);
    } else if (compare.mode === 'slider') {
      put(picture, x);
      const [left, top, width, height] = area(picture.bounds, x);
      clipped(context, left, top, width * compare.split, height, () => {
        put(before, x);
      });
    } else {
      const { clientWidth, clientHeight } = this.manager.container;
      const pane = clientWidth / 2;
      clipped(context, 0, 0, pane - 1, clientHeight, () => {
        put(before, x);
      });
      clipped(context, pane + 1, 0, pane - 1, clientHeight, () => {
        put(picture, x + pane);
      });
    }
  }
}

function clipped(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  width: number,
  height: number,
  draw: () => void,
): void {
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  draw();
  context.restore();
}

function covers(part: PixelRect, bounds: PixelRect): boolean {
  return part.x0 <= bounds.x0 && part.y0 <= bounds.y0 && part.x1 >= bounds.x1 && part.y1 >= bounds.y1;
}

type Area = [left: number, top: number, width: number, height: number];

/** The page that is to be painted around a picture: a ground, lines across it, and its border. */
function drawAdded(context: CanvasRenderingContext2D, outer: Area, inner: Area): void {
  const [left, top, width, height] = outer;
  context.save();
  context.fillStyle = pageColour;
  context.fillRect(...outer);
  context.beginPath();
  context.rect(...outer);
  context.rect(...inner);
  context.clip('evenodd');
  context.beginPath();
  for (let at = -height; at < width; at += 12) {
    context.moveTo(left + at, top + height);
    context.lineTo(left + at + height, top);
  }
  context.lineWidth = 1;
  context.strokeStyle = '#ffffff24';
  context.stroke();
  context.restore();
  context.lineWidth = 1.5;
  context.setLineDash([6, 4]);
  context.strokeStyle = '#ffffffb0';
  context.strokeRect(...outer);
  context.setLineDash([]);
}
