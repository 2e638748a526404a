import Konva from 'konva/lib/Core';
import type { CanvasManager, CanvasModule } from './canvas-manager.ts';
import { drawnShape } from './drawn-shape.ts';
import type { Viewport } from './viewport-module.ts';

export interface DrawnPicture {
  source: CanvasImageSource;
  width: number;
  height: number;
}

/** What lies on the picture layer. */
export interface PictureInput {
  /** The picture itself, or an empty page of this size. */
  picture: DrawnPicture | { source: null; width: number; height: number } | null;
  /** What it was before, to compare with; drawn in the size of the picture. */
  before: DrawnPicture | null;
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
  #input: PictureInput = { picture: null, before: null, compare: { mode: 'off' } };
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
    const { picture, before, compare } = this.#input;
    if (!picture) return;
    context.imageSmoothingEnabled = this.#smooth;
    context.imageSmoothingQuality = 'high';
    const { x, y, scale } = this.#viewport;
    const width = picture.width * scale;
    const height = picture.height * scale;
    const put = (drawn: PictureInput['picture'], left: number): void => {
      if (drawn?.source) context.drawImage(drawn.source, left, y, width, height);
      else {
        context.fillStyle = pageColour;
        context.fillRect(left, y, width, height);
      }
    };
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
      clipped(context, x, y, width * compare.split, height, () => {
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
