import type { CanvasManager, CanvasModule } from './canvas-manager.ts';
import type { PixelRect } from './mask/mask.ts';

/** Where the picture lies: screen = picture · scale + (x, y), in CSS pixels. */
export interface Viewport {
  x: number;
  y: number;
  scale: number;
}

export interface ViewportListener {
  onViewport(viewport: Viewport, fitted: boolean): void;
}

const zoomStops = [0.125, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64];
const smallest = 0.05;
const largest = 96;
/** Room left around a fitted picture for what floats over the canvas, CSS pixels. */
const fitMargin = { side: 28, top: 56, bottom: 56 };

/** Pan and zoom. It owns the numbers and pushes them to the layers. */
export class ViewportModule implements CanvasModule {
  readonly manager: CanvasManager;
  readonly #listener: ViewportListener;
  #viewport: Viewport = { x: 0, y: 0, scale: 1 };
  #content: PixelRect = { x0: 0, y0: 0, x1: 1, y1: 1 };
  /** Panes side by side that show the same picture. */
  #panes: 1 | 2 = 1;
  /** Follows the window's size until the user zooms or pans. */
  #fitted = true;

  constructor(manager: CanvasManager, listener: ViewportListener) {
    this.manager = manager;
    this.#listener = listener;
  }

  get current(): Viewport {
    return this.#viewport;
  }

  /** What is shown, in picture pixels; it may begin beside the picture that places are counted from. */
  setContent(content: PixelRect): void {
    const { x0, y0, x1, y1 } = this.#content;
    if (content.x0 === x0 && content.y0 === y0 && content.x1 === x1 && content.y1 === y1) return;
    this.#content = content;
    this.fit();
  }

  /** One picture in the whole canvas, or two side by side in step. */
  setPanes(panes: 1 | 2): void {
    if (panes === this.#panes) return;
    this.#panes = panes;
    this.fit();
  }

  resized(): void {
    if (this.#fitted) this.fit();
    else this.#apply(this.#viewport);
  }

  fit(): void {
    const { clientWidth, clientHeight } = this.#pane;
    const width = Math.max(40, clientWidth - 2 * fitMargin.side);
    const height = Math.max(40, clientHeight - fitMargin.top - fitMargin.bottom);
    const scale = clampScale(Math.min(width / this.#width, height / this.#height));
    this.#fitted = true;
    this.#apply(this.#centred(scale));
  }

  /** Shows `scale` CSS pixels a picture pixel around the middle of the canvas. */
  zoomTo(scale: number): void {
    const { clientWidth, clientHeight } = this.#pane;
    this.#zoomAbout(clientWidth / 2, clientHeight / 2, scale);
  }

  /** One stop in (1) or out (-1). */
  zoomStep(direction: 1 | -1): void {
    const { scale } = this.#viewport;
    const next =
      direction > 0
        ? zoomStops.find((stop) => stop > scale * 1.01)
        : zoomStops.findLast((stop) => stop < scale * 0.99);
    this.zoomTo(next ?? scale);
  }

  /** Zooms about a point of the container. */
  zoomBy(factor: number, at: { x: number; y: number }): void {
    this.#zoomAbout(this.#inPane(at.x), at.y, this.#viewport.scale * factor);
  }

  panBy(dx: number, dy: number): void {
    this.#fitted = false;
    this.#apply({ ...this.#viewport, x: this.#viewport.x + dx, y: this.#viewport.y + dy });
  }

  /** Picture coordinates of a point of the container. */
  toPicture(point: { x: number; y: number }): { x: number; y: number } {
    const { x, y, scale } = this.#viewport;
    return { x: (this.#inPane(point.x) - x) / scale, y: (point.y - y) / scale };
  }

  destroy(): void {
    this.#fitted = false;
  }

  get #width(): number {
    return this.#content.x1 - this.#content.x0;
  }

  get #height(): number {
    return this.#content.y1 - this.#content.y0;
  }

  get #pane(): { clientWidth: number; clientHeight: number } {
    const { clientWidth, clientHeight } = this.manager.container;
    return { clientWidth: clientWidth / this.#panes, clientHeight };
  }

  /** A place in the second pane, as the place in the first that shows the same. */
  #inPane(x: number): number {
    const { clientWidth } = this.#pane;
    return this.#panes === 2 && x >= clientWidth ? x - clientWidth : x;
  }

  #centred(scale: number): Viewport {
    const { clientWidth, clientHeight } = this.#pane;
    return {
      scale,
      x: Math.round((clientWidth - this.#width * scale) / 2 - this.#content.x0 * scale),
      y: Math.round((clientHeight - this.#height * scale) / 2 - this.#content.y0 * scale),
    };
  }

  #zoomAbout(px: number, py: number, wanted: number): void {
    const scale = clampScale(wanted);
    const { x, y, scale: before } = this.#viewport;
    const factor = scale / before;
    this.#fitted = false;
    this.#apply({ scale, x: px - (px - x) * factor, y: py - (py - y) * factor });
  }

  /** Keeps a corner of the picture in sight, so that nobody gets lost in the dark. */
  #apply(wanted: Viewport): void {
    const { clientWidth, clientHeight } = this.#pane;
    const keep = 48;
    const { scale } = wanted;
    const { x0, y0, x1, y1 } = this.#content;
    this.#viewport = {
      scale,
      x: Math.min(clientWidth - keep - x0 * scale, Math.max(keep - x1 * scale, wanted.x)),
      y: Math.min(clientHeight - keep - y0 * scale, Math.max(keep - y1 * scale, wanted.y)),
    };
    this.manager.image.setViewport(this.#viewport);
    this.manager.tokens.setViewport(this.#viewport);
    this.manager.mask.setViewport(this.#viewport);
    this.manager.boxes.setViewport(this.#viewport);
    this.#listener.onViewport(this.#viewport, this.#fitted);
  }
}

function clampScale(scale: number): number {
  return Math.min(largest, Math.max(smallest, scale));
}
