import type { ToolName } from '../state/session.ts';
import type { CanvasManager, CanvasModule } from './canvas-manager.ts';
import { FrameTool } from './frame/frame-tool.ts';
import type { PixelRect } from './mask/mask.ts';
import type { Grid } from './token-overlay-module.ts';
import { KeyPointer } from './key-pointer.ts';
import { Pinch } from './pinch.ts';
import { BoxTool } from './tools/box-tool.ts';
import { BrushTool } from './tools/brush-tool.ts';
import { onPictureChanged } from './selection/picture-store.ts';
import { PolygonTool } from './tools/polygon-tool.ts';
import { LassoTool, SpanTool } from './tools/shape-tools.ts';
import type { OpenShapeTool, Tool, ToolPoint, ToolSurface } from './tools/tool.ts';

export interface PointerListener {
  /** Raster index of the code under the pointer, or null. */
  onHover(cell: number | null): void;
  /** A click without a drag on a code, or beside the picture. */
  onPick(cell: number | null): void;
}

/** Movement in CSS pixels from which a press is a drag. */
const dragFrom = 4;

/** Button and its bit that a pen's eraser end presses (Pointer Events 3, §4.1.3). */
const eraserEnd = 5;
const eraserHeld = 32;

type Press = { id: number; x: number; y: number; lastX: number; lastY: number; dragged: boolean } & (
  { does: 'pan' | 'inspect' } | { does: 'tool'; tool: Tool }
);

/** Mouse, pen, wheel and touch over the canvas: pan, zoom about the pointer, point at codes, and feed the tool in hand. */
export class PointerModule implements CanvasModule {
  readonly manager: CanvasManager;
  readonly #listener: PointerListener;
  readonly #stop = new AbortController();
  readonly #tools: Partial<Record<ToolName, Tool>>;
  readonly #polygon: PolygonTool;
  /** The pointer of those who draw by the keyboard. */
  readonly keys: KeyPointer;
  #tool: ToolName = 'move';
  #space = false;
  /** Whether there is a picture that tools may work on. */
  #workable = false;
  /** The grid of codes and where it lies, pixels of the picture. */
  #content: { grid: Grid; square: PixelRect } | null = null;
  #press: Press | null = null;
  /** Where the pointer was last seen, unpressed. */
  #hovered: ToolPoint | null = null;
  readonly #pinch: Pinch;

  constructor(manager: CanvasManager, listener: PointerListener) {
    this.manager = manager;
    this.#listener = listener;
    this.#pinch = new Pinch(manager.viewport);
    const { container } = manager;
    const surface: ToolSurface = {
      get scale() {
        return manager.viewport.current.scale;
      },
      sketch: (sketch) => {
        manager.boxes.setSketch(sketch);
      },
      setCursor: (cursor) => {
        container.style.cursor = cursor;
      },
    };
    this.#polygon = new PolygonTool(surface);
    this.#tools = {
      brush: new BrushTool(surface, false),
      eraser: new BrushTool(surface, true),
      rectangle: new SpanTool(surface, 'rectangle'),
      oval: new SpanTool(surface, 'oval'),
      polygon: this.#polygon,
      lasso: new LassoTool(surface),
      box: new BoxTool(surface),
      frame: new FrameTool(surface),
    };
    this.keys = new KeyPointer(manager, () => this.#active());
    const { signal } = this.#stop;
    container.addEventListener('pointerdown', this.#down, { signal });
    container.addEventListener('pointermove', this.#move, { signal });
    container.addEventListener('pointerup', this.#up, { signal });
    container.addEventListener('pointercancel', this.#up, { signal });
    container.addEventListener('pointerleave', this.#leave, { signal });
    container.addEventListener('wheel', this.#wheel, { signal, passive: false });
    signal.addEventListener(
      'abort',
      onPictureChanged(() => {
        this.#polygon.abandon();
        this.keys.leave();
      }),
    );
    this.#showCursor();
  }

  setTool(tool: ToolName): void {
    if (tool !== this.#tool) {
      this.keys.cancel();
      this.#tools[this.#tool]?.hover(null);
      this.#polygon.abandon();
    }
    this.#tool = tool;
    if (!this.#active()) this.keys.leave();
    this.#showCursor();
  }

  setWorkable(workable: boolean): void {
    this.#workable = workable;
    if (!workable) {
      this.cancel();
      this.#polygon.abandon();
      this.keys.leave();
    }
    this.#showCursor();
  }

  /** While the space bar is down every drag pans. */
  setSpace(down: boolean): void {
    this.#space = down;
    this.#showCursor();
  }

  /** Takes back what a tool has begun; true when there was something. */
  cancel(): boolean {
    if (this.keys.cancel()) return true;
    if (this.#press?.does !== 'tool') return false;
    this.#press.tool.cancel();
    this.#press = null;
    return true;
  }

  /** Whether the tool in hand draws, and has something to draw on. */
  get draws(): boolean {
    return this.#active() !== null;
  }

  /** The shape that waits for its next corner, if any. */
  get openShape(): OpenShapeTool | null {
    return this.#polygon.isOpen ? this.#polygon : null;
  }

  /** Sketches the tool in hand anew, as after its size changed. */
  refresh(): void {
    if (this.#hovered && !this.#press) this.#active()?.hover(this.#hovered);
  }

  /** True while a tool draws. */
  get working(): boolean {
    return this.#press?.does === 'tool' || this.keys.pressed;
  }

  get dragging(): boolean {
    return this.#press?.dragged ?? false;
  }

  setContent(content: { grid: Grid; square: PixelRect } | null): void {
    this.#content = content;
  }

  destroy(): void {
    this.#stop.abort();
  }

  /** The tool in hand, unless the canvas is to be moved or there is nothing to work on. */
  #active(): Tool | null {
    return this.#space || !this.#workable ? null : (this.#tools[this.#tool] ?? null);
  }

  readonly #down = (event: PointerEvent): void => {
    if (event.pointerType === 'touch') {
      this.#pinch.down(event.pointerId, this.#place(event));
      if (this.#pinch.active) {
        this.cancel();
        this.#press = null;
      }
    }
    if (event.button === 2 || this.#press || this.#pinch.active) return;
    this.keys.leave();
    this.manager.container.setPointerCapture(event.pointerId);
    const { clientX: x, clientY: y, pointerId: id } = event;
    const place = { id, x, y, lastX: x, lastY: y, dragged: false };
    const tool = event.button === 0 || event.button === eraserEnd ? this.#active() : null;
    if (tool) {
      this.#press = { ...place, does: 'tool', tool };
      tool.press(this.#toolPoint(event));
      return;
    }
    const inspects = this.#tool === 'inspect' && !this.#space && event.button === 0;
    this.#press = { ...place, does: inspects ? 'inspect' : 'pan' };
  };

  readonly #move = (event: PointerEvent): void => {
    this.#pinch.move(event.pointerId, this.#place(event));
    if (this.#pinch.active) return;
    const press = this.#press;
    if (!press || press.id !== event.pointerId) {
      const tool = this.#active();
      this.#hovered = this.#toolPoint(event);
      tool?.hover(this.#hovered);
      this.#listener.onHover(tool ? null : this.#cellAt(event));
      return;
    }
    if (press.does === 'tool') {
      const events = event.getCoalescedEvents();
      press.tool.drag((events.length > 0 ? events : [event]).map((each) => this.#toolPoint(each)));
      return;
    }
    if (!press.dragged)
      press.dragged = Math.hypot(event.clientX - press.x, event.clientY - press.y) >= dragFrom;
    if (!press.dragged) return;
    if (press.does === 'inspect') {
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
    this.#pinch.up(event.pointerId);
    const press = this.#press;
    if (press?.id !== event.pointerId) return;
    this.#press = null;
    if (press.does === 'tool') {
      if (event.type === 'pointerup') press.tool.release();
      else press.tool.cancel();
      return;
    }
    this.#showCursor();
    if (event.type === 'pointerup' && !press.dragged && event.button === 0 && !this.#space) {
      this.#listener.onPick(this.#cellAt(event));
    }
  };

  readonly #leave = (): void => {
    this.#listener.onHover(null);
    this.#hovered = null;
    if (!this.#press) this.#active()?.hover(null);
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

  #place(event: PointerEvent): { x: number; y: number } {
    const box = this.manager.container.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  #toolPoint(event: PointerEvent): ToolPoint {
    const { x, y } = this.manager.viewport.toPicture(this.#place(event));
    const pressure = event.pointerType === 'pen' ? event.pressure : 0.5;
    // The other end of a pen does the opposite of its tip.
    const alt = event.altKey || (event.buttons & eraserHeld) !== 0;
    return { x, y, pressure, shift: event.shiftKey, alt };
  }

  #cellAt(event: PointerEvent): number | null {
    if (!this.#content) return null;
    const { grid, square } = this.#content;
    const point = this.#toolPoint(event);
    const column = Math.floor(((point.x - square.x0) / (square.x1 - square.x0)) * grid.width);
    const row = Math.floor(((point.y - square.y0) / (square.y1 - square.y0)) * grid.height);
    const inside = column >= 0 && row >= 0 && column < grid.width && row < grid.height;
    return inside ? row * grid.width + column : null;
  }

  #showCursor(): void {
    const tool = this.#active();
    const cursor = tool?.cursor ?? (this.#tool === 'inspect' && !this.#space ? 'crosshair' : null);
    this.manager.container.style.cursor = cursor ?? (this.dragging ? 'grabbing' : 'grab');
  }
}
