import type { Point } from '../mask/mask.ts';
import {
  addBox,
  boxes,
  dragBox,
  rememberBoxes,
  selectBox,
  useBoxes,
  type CanvasBox,
} from '../selection/boxes-store.ts';
import { currentPicture } from '../selection/picture-store.ts';
import { oppositeCorner } from './shape-tools.ts';
import type { Tool, ToolPoint, ToolSurface } from './tool.ts';

/** A handle by the sides it moves: -1 left or top, 1 right or bottom, 0 neither. */
interface Handle {
  x: -1 | 0 | 1;
  y: -1 | 0 | 1;
}

export const boxHandles: readonly Handle[] = [
  { x: -1, y: -1 },
  { x: 0, y: -1 },
  { x: 1, y: -1 },
  { x: 1, y: 0 },
  { x: 1, y: 1 },
  { x: 0, y: 1 },
  { x: -1, y: 1 },
  { x: -1, y: 0 },
];

type Rect = Pick<CanvasBox, 'x0' | 'y0' | 'x1' | 'y1'>;

type State =
  | { name: 'idle' }
  | { name: 'drawing'; from: Point; to: Point }
  | {
      name: 'changing';
      id: string;
      handle: Handle | null;
      from: Point;
      start: Rect;
      before: readonly CanvasBox[];
    };

/** Distance in CSS pixels at which a border or handle can be caught. */
const reach = 7;
/** Smaller than this on the screen is a click, not a box, CSS pixels. */
const smallest = 4;

/** Draws boxes, and selects, moves and resizes those that are there. */
export class BoxTool implements Tool {
  readonly cursor = 'crosshair';
  readonly #surface: ToolSurface;
  #state: State = { name: 'idle' };

  constructor(surface: ToolSurface) {
    this.#surface = surface;
  }

  hover(point: ToolPoint | null): void {
    this.#surface.sketch(null);
    const found = point && this.#at(point);
    this.#surface.setCursor(found ? cursorOf(found.handle) : this.cursor);
  }

  press(point: ToolPoint): void {
    const found = this.#at(point);
    if (!found) {
      selectBox(null);
      this.#state = { name: 'drawing', from: point, to: point };
      return;
    }
    const { x0, y0, x1, y1, id } = found.box;
    selectBox(id);
    const start = { x0, y0, x1, y1 };
    this.#state = { name: 'changing', id, handle: found.handle, from: point, start, before: boxes() };
  }

  drag(points: readonly ToolPoint[]): void {
    const point = points.at(-1);
    if (!point) return;
    if (this.#state.name === 'drawing') {
      this.#state = { ...this.#state, to: oppositeCorner(this.#state.from, point) };
      this.#surface.sketch({ ...this.#state, kind: 'rectangle', erases: false });
    } else if (this.#state.name === 'changing') {
      const { id, handle, from, start } = this.#state;
      dragBox(id, changed(start, handle, point.x - from.x, point.y - from.y));
    }
  }

  release(): void {
    const state = this.#state;
    this.#state = { name: 'idle' };
    this.#surface.sketch(null);
    if (state.name === 'drawing') {
      const rect = onPicture({ x0: state.from.x, y0: state.from.y, x1: state.to.x, y1: state.to.y });
      const least = smallest / this.#surface.scale;
      if (rect.x1 - rect.x0 >= least && rect.y1 - rect.y0 >= least) selectBox(addBox(rect));
    } else if (state.name === 'changing') rememberBoxes('box.move', state.before);
  }

  cancel(): void {
    if (this.#state.name === 'changing') dragBox(this.#state.id, this.#state.start);
    this.#state = { name: 'idle' };
    this.#surface.sketch(null);
  }

  /** The box under a point and the handle there, if any: the selected one first, then the topmost. */
  #at(point: Point): { box: CanvasBox; handle: Handle | null } | null {
    const { boxes: all, selected, hidden } = useBoxes.getState();
    if (hidden) return null;
    const margin = reach / this.#surface.scale;
    const visible = all.filter((box) => box.visible);
    const chosen = visible.find(({ id }) => id === selected);
    const handle = chosen && handleAt(chosen, point, margin);
    if (chosen && handle) return { box: chosen, handle };
    const inside = [...visible].reverse().filter((box) => contains(box, point, margin));
    // The smallest one wins, or a large box would bury those inside it.
    const box = inside.sort((a, b) => area(a) - area(b))[0];
    return box ? { box, handle: null } : null;
  }
}

function handleAt(box: CanvasBox, point: Point, margin: number): Handle | null {
  const found = boxHandles.find((handle) => {
    const { x, y } = handlePoint(box, handle);
    return Math.abs(point.x - x) <= margin && Math.abs(point.y - y) <= margin;
  });
  return found ?? null;
}

/** Where a handle sits, pixels of the picture. */
export function handlePoint({ x0, y0, x1, y1 }: Rect, { x, y }: Handle): Point {
  return { x: (x0 + x1 + x * (x1 - x0)) / 2, y: (y0 + y1 + y * (y1 - y0)) / 2 };
}

function contains({ x0, y0, x1, y1 }: Rect, { x, y }: Point, margin: number): boolean {
  return x >= x0 - margin && y >= y0 - margin && x <= x1 + margin && y <= y1 + margin;
}

function area({ x0, y0, x1, y1 }: Rect): number {
  return (x1 - x0) * (y1 - y0);
}

function changed(start: Rect, handle: Handle | null, dx: number, dy: number): Rect {
  if (!handle) return movedInside(start, dx, dy);
  const rect = {
    x0: start.x0 + (handle.x < 0 ? dx : 0),
    y0: start.y0 + (handle.y < 0 ? dy : 0),
    x1: start.x1 + (handle.x > 0 ? dx : 0),
    y1: start.y1 + (handle.y > 0 ? dy : 0),
  };
  return onPicture(rect);
}

/** The rectangle shifted, but not out of the picture. */
export function movedInside({ x0, y0, x1, y1 }: Rect, dx: number, dy: number): Rect {
  const { width, height } = currentPicture() ?? { width: Infinity, height: Infinity };
  const x = Math.min(width - x1, Math.max(-x0, dx));
  const y = Math.min(height - y1, Math.max(-y0, dy));
  return { x0: x0 + x, y0: y0 + y, x1: x1 + x, y1: y1 + y };
}

function onPicture({ x0, y0, x1, y1 }: Rect): Rect {
  const { width, height } = currentPicture() ?? { width: Infinity, height: Infinity };
  const clampX = (value: number): number => Math.min(width, Math.max(0, value));
  const clampY = (value: number): number => Math.min(height, Math.max(0, value));
  return {
    x0: clampX(Math.min(x0, x1)),
    y0: clampY(Math.min(y0, y1)),
    x1: clampX(Math.max(x0, x1)),
    y1: clampY(Math.max(y0, y1)),
  };
}

function cursorOf(handle: Handle | null): string {
  if (!handle) return 'move';
  if (handle.x === 0) return 'ns-resize';
  if (handle.y === 0) return 'ew-resize';
  return handle.x === handle.y ? 'nwse-resize' : 'nesw-resize';
}
