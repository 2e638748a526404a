import type { CanvasManager, CanvasModule } from './canvas-manager.ts';
import type { ToolName } from '../state/session.ts';
import type { Grid } from './token-overlay-module.ts';

export interface PointerListener {
  /** Raster index of the code under the pointer, or null. */
  onHover(cell: number | null): void;
  /** A click without a drag on a code, or beside the picture. */
  onPick(cell: number | null): void;
}

/** Movement in CSS pixels from which a press is a drag. */
const dragFrom = 4;

/** Mouse, pen, wheel and touch over the canvas: pan, zoom about the pointer, point at codes. */
export class PointerModule implements CanvasModule {
  readonly manager: CanvasManager;
  readonly #listener: PointerListener;
  readonly #stop = new AbortController();
  #tool: ToolName = 'move';
  #space = false;
  #content: { grid: Grid; image: { width: number; height: number } } | null = null;
  #press: { id: number; x: number; y: number; lastX: number; lastY: number; dragged: boolean } | null = null;

  constructor(manager: CanvasManager, listener: PointerListener) {
    this.manager = manager;
    this.#listener = listener;
    const { container } = manager;
    const { signal } = this.#stop;
    container.addEventListener('pointerdown', this.#down, { signal });
    container.addEventListener('pointermove', this.#move, { signal });
    container.addEventListener('pointerup', this.#up, { signal });
    container.addEventListener('pointercancel', this.#up, { signal });
    container.addEventListener('pointerleave', this.#leave, { signal });
    container.addEventListener('wheel', this.#wheel, { signal, passive: false });
    this.#showCursor();
  }

  setTool(tool: ToolName): void {
    this.#tool = tool;
    this.#showCursor();
  }

  /** While the space bar is down every drag pans. */
  setSpace(down: boolean): void {
    this.#space = down;
    this.#showCursor();
  }

  get dragging(): boolean {
    return this.#press?.dragged ?? false;
  }

  setContent(content: { grid: Grid; image: { width: number; height: number } } | null): void {
    this.#content = content;
  }

  destroy(): void {
    this.#stop.abort();
  }

  readonly #down = (event: PointerEvent): void => {
    if (event.button === 2) return;
    this.manager.container.setPointerCapture(event.pointerId);
    const { clientX: x, clientY: y, pointerId: id } = event;
    this.#press = { id, x, y, lastX: x, lastY: y, dragged: false };
  };

  readonly #move = (event: PointerEvent): void => {
    const press = this.#press;
    if (!press || press.id !== event.pointerId) {
      this.#listener.onHover(this.#cellAt(event));
      return;
    }
    if (!press.dragged)
      press.dragged = Math.hypot(event.clientX - press.x, event.clientY - press.y) >= dragFrom;
    if (!press.dragged) return;
    if (this.#tool === 'inspect' && !this.#space && event.buttons === 1) {
      const cell = this.#cellAt(event);
      if (cell !== null) this.#listener.onPick(cell);
    } else {
      this.manager.viewport.panBy(event.clientX - press.lastX, event.clientY - press.lastY);
    }
    press.lastX = event.clientX;
    press.lastY = event.clientY;
    this.#showCursor();
  };

  readonly #up = (event: PointerEvent): void => {
    const press = this.#press;
    this.#press = null;
    this.#showCursor();
    if (event.type === 'pointerup' && press && !press.dragged && event.button === 0 && !this.#space) {
      this.#listener.onPick(this.#cellAt(event));
    }
  };

  readonly #leave = (): void => {
    this.#listener.onHover(null);
  };

  readonly #wheel = (event: WheelEvent): void => {
    event.preventDefault();
    const box = this.manager.container.getBoundingClientRect();
    if (event.shiftKey) {
      this.manager.viewport.panBy(-event.deltaY - event.deltaX, 0);
      return;
    }
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    // A trackpad's pinch arrives as a wheel with Ctrl and small deltas.
    const speed = event.ctrlKey ? 0.01 : 0.0016;
    this.manager.viewport.zoomBy(Math.exp(-event.deltaY * unit * speed), {
      x: event.clientX - box.left,
      y: event.clientY - box.top,
    });
  };

  #cellAt(event: PointerEvent): number | null {
    if (!this.#content) return null;
    const { grid, image } = this.#content;
    const box = this.manager.container.getBoundingClientRect();
    const point = this.manager.viewport.toPicture({
      x: event.clientX - box.left,
      y: event.clientY - box.top,
    });
    const column = Math.floor((point.x / image.width) * grid.width);
    const row = Math.floor((point.y / image.height) * grid.height);
    const inside = column >= 0 && row >= 0 && column < grid.width && row < grid.height;
    return inside ? row * grid.width + column : null;
  }

  #showCursor(): void {
    const pans = this.#tool === 'move' || this.#space;
    this.manager.container.style.cursor = pans ? (this.dragging ? 'grabbing' : 'grab') : 'crosshair';
  }
}
