import type { CanvasManager } from './canvas-manager.ts';
import type { Point } from './mask/mask.ts';
import { currentPicture } from './selection/picture-store.ts';
import type { Tool, ToolPoint } from './tools/tool.ts';

/** An arrow moves the pointer by so many CSS pixels, with Shift by the larger number. */
const steps = { plain: 8, far: 48 };

/** A pointer for the keyboard: arrows move it, one key presses the tool in hand and lets it go. */
export class KeyPointer {
  readonly #manager: CanvasManager;
  readonly #tool: () => Tool | null;
  #point: Point | null = null;
  #pressed: Tool | null = null;
  #alt = false;

  /** @param tool the tool in hand, null while there is nothing it could work on */
  constructor(manager: CanvasManager, tool: () => Tool | null) {
    this.#manager = manager;
    this.#tool = tool;
  }

  get active(): boolean {
    return this.#point !== null;
  }

  /** While the tool draws. */
  get pressed(): boolean {
    return this.#pressed !== null;
  }

  /** Comes to the middle of what is in sight, or goes. */
  toggle(): void {
    if (this.#point) {
      this.leave();
      return;
    }
    const { clientWidth: width, clientHeight: height } = this.#manager.container;
    this.#moveTo(this.#manager.viewport.toPicture({ x: width / 2, y: height / 2 }));
  }

  leave(): void {
    this.cancel();
    if (!this.#point) return;
    this.#point = null;
    this.#manager.boxes.setKeyPoint(null);
    this.#tool()?.hover(null);
  }

  /** Moves by steps to the right and down; with `fine` by single pixels of the picture. */
  move(dx: number, dy: number, { far, fine }: { far: boolean; fine: boolean }): void {
    if (!this.#point) return;
    const step = fine ? 1 : (far ? steps.far : steps.plain) / this.#manager.viewport.current.scale;
    this.#moveTo({ x: this.#point.x + dx * step, y: this.#point.y + dy * step });
  }

  /** Presses the tool, or lets it go; a tool that goes from corner to corner is let go at once. */
  press(alt: boolean): void {
    const tool = this.#tool();
    if (!this.#point || !tool) return;
    if (this.#pressed) {
      const held = this.#pressed;
      this.#pressed = null;
      held.release();
    } else {
      this.#alt = alt;
      this.#pressed = tool;
      tool.press(this.#toolPoint(this.#point));
      if ('isOpen' in tool) this.press(alt);
    }
    this.#moveTo(this.#point);
  }

  /** Takes back what the press began; true when there was something. */
  cancel(): boolean {
    const held = this.#pressed;
    this.#pressed = null;
    this.#alt = false;
    held?.cancel();
    return held !== null;
  }

  #moveTo({ x, y }: Point): void {
    const { width, height } = currentPicture() ?? { width: Infinity, height: Infinity };
    const point = { x: Math.min(width, Math.max(0, x)), y: Math.min(height, Math.max(0, y)) };
    this.#point = point;
    if (this.#pressed) this.#pressed.drag([this.#toolPoint(point)]);
    else {
      this.#alt = false;
      this.#tool()?.hover(this.#toolPoint(point));
    }
    this.#manager.boxes.setKeyPoint(point);
  }

  #toolPoint(point: Point): ToolPoint {
    return { ...point, pressure: 0.5, shift: false, alt: this.#alt };
  }
}
