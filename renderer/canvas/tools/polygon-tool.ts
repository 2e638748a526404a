import type { Point } from '../mask/mask.ts';
import { editMask, maskScale } from '../selection/mask-store.ts';
import { drawOn } from './draw-on.ts';
import type { OpenShapeTool, ToolPoint, ToolSurface } from './tool.ts';

type State = { name: 'idle' } | { name: 'open'; points: readonly Point[]; pressed: boolean; erases: boolean };

/** Distance in CSS pixels at which a corner is met. */
const reach = 8;
/** With Shift a side turns by eighths of a circle. */
const turn = Math.PI / 4;

/**
 * Masks a polygon, corner by corner; a press with Alt makes it take that out of the mask. A press on the first corner, or a
 * second one on the last, closes it. A corner follows the pointer until it is released.
 */
export class PolygonTool implements OpenShapeTool {
  readonly cursor = 'crosshair';
  readonly #surface: ToolSurface;
  #state: State = { name: 'idle' };
  #at: ToolPoint | null = null;

  constructor(surface: ToolSurface) {
    this.#surface = surface;
  }

  get isOpen(): boolean {
    return this.#state.name === 'open';
  }

  hover(point: ToolPoint | null): void {
    this.#at = point;
    this.#sketch();
  }

  press(point: ToolPoint): void {
    this.#at = point;
    const points = this.#state.name === 'open' ? this.#state.points : [];
    const erases = point.alt || (this.#state.name === 'open' && this.#state.erases);
    if (this.#meetsEnd(point)) {
      this.#state = { name: 'open', points, pressed: false, erases };
      this.close();
      return;
    }
    const last = points.at(-1);
    if (last && this.#isNear(point, last)) return;
    this.#state = { name: 'open', points: [...points, straightened(last, point)], pressed: true, erases };
    this.#sketch();
  }

  drag(points: readonly ToolPoint[]): void {
    const point = points.at(-1);
    if (!point || this.#state.name !== 'open' || !this.#state.pressed) return;
    this.#at = point;
    const fixed = this.#state.points.slice(0, -1);
    this.#state = { ...this.#state, points: [...fixed, straightened(fixed.at(-1), point)] };
    this.#sketch();
  }

  release(): void {
    if (this.#state.name === 'open') this.#state = { ...this.#state, pressed: false };
  }

  cancel(): void {
    if (this.#state.name === 'open' && this.#state.pressed) this.back();
  }

  close(): void {
    if (this.#state.name !== 'open') return;
    const { points, erases } = this.#state;
    this.#state = { name: 'idle' };
    if (points.length > 2) {
      const scale = maskScale();
      const outline = points.map(({ x, y }) => ({ x: x * scale, y: y * scale }));
      editMask('mask.polygon', (mask) =>
        drawOn(mask, erases ? 0 : 1, (target, value) => target.fillPolygon(outline, value)),
      );
    }
    this.#sketch();
  }

  back(): void {
    if (this.#state.name !== 'open') return;
    const points = this.#state.points.slice(0, -1);
    this.#state = points.length > 0 ? { ...this.#state, points, pressed: false } : { name: 'idle' };
    this.#sketch();
  }

  abandon(): void {
    this.#state = { name: 'idle' };
    this.#sketch();
  }

  /** Whether a press there would close the shape: on the first corner, or once more on the last. */
  #meetsEnd(point: Point): boolean {
    if (this.#state.name !== 'open' || this.#state.points.length < 3) return false;
    const [first] = this.#state.points;
    const last = this.#state.points.at(-1);
    return (first && this.#isNear(point, first)) || (last && this.#isNear(point, last)) || false;
  }

  #isNear(one: Point, other: Point): boolean {
    return Math.hypot(one.x - other.x, one.y - other.y) <= reach / this.#surface.scale;
  }

  #sketch(): void {
    if (this.#state.name === 'idle') {
      this.#surface.sketch(null);
      return;
    }
    const { points, pressed, erases } = this.#state;
    const at = this.#at;
    const closes = at !== null && !pressed && this.#meetsEnd(at);
    const next = at && !pressed ? straightened(points.at(-1), at) : null;
    this.#surface.sketch({
      kind: 'polygon',
      points,
      next: closes ? null : next,
      closes,
      erases: erases || (at?.alt ?? false),
    });
  }
}

/** The end of a side that begins at `from`; with Shift it runs level, upright or halfway between. */
function straightened(from: Point | undefined, to: ToolPoint): Point {
  const end = { x: to.x, y: to.y };
  if (!from || !to.shift) return end;
  const angle = Math.round(Math.atan2(to.y - from.y, to.x - from.x) / turn) * turn;
  const along = (to.x - from.x) * Math.cos(angle) + (to.y - from.y) * Math.sin(angle);
  return { x: from.x + along * Math.cos(angle), y: from.y + along * Math.sin(angle) };
}
