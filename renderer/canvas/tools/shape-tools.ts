import type { Point } from '../mask/mask.ts';
import { editMask, maskScale } from '../selection/mask-store.ts';
import { drawOn } from './draw-on.ts';
import type { Tool, ToolPoint, ToolSurface } from './tool.ts';

/** The corner opposite `from`, pulled to a square while Shift is held. */
export function oppositeCorner(from: Point, to: ToolPoint): Point {
  if (!to.shift) return to;
  const side = Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y));
  return {
    x: from.x + side * Math.sign(to.x - from.x || 1),
    y: from.y + side * Math.sign(to.y - from.y || 1),
  };
}

type SpanState = { name: 'idle' } | { name: 'drawing'; from: Point; to: Point; erases: boolean };

/** Masks a rectangle or an oval between two corners; with Alt it takes that out of the mask, with Shift it is a square or a circle. */
export class SpanTool implements Tool {
  readonly cursor = 'crosshair';
  readonly #surface: ToolSurface;
  readonly #kind: 'rectangle' | 'oval';
  #state: SpanState = { name: 'idle' };

  constructor(surface: ToolSurface, kind: 'rectangle' | 'oval') {
    this.#surface = surface;
    this.#kind = kind;
  }

  hover(): void {
    this.#surface.sketch(null);
  }

  press(point: ToolPoint): void {
    this.#state = { name: 'drawing', from: point, to: point, erases: point.alt };
  }

  drag(points: readonly ToolPoint[]): void {
    const point = points.at(-1);
    if (this.#state.name !== 'drawing' || !point) return;
    const { from } = this.#state;
    this.#state = { name: 'drawing', from, to: oppositeCorner(from, point), erases: point.alt };
    this.#surface.sketch({ ...this.#state, kind: this.#kind });
  }

  release(): void {
    if (this.#state.name === 'drawing') {
      const { from, to, erases } = this.#state;
      const scale = maskScale();
      const rect = {
        x0: Math.min(from.x, to.x) * scale,
        y0: Math.min(from.y, to.y) * scale,
        x1: Math.max(from.x, to.x) * scale,
        y1: Math.max(from.y, to.y) * scale,
      };
      const drawn = rect.x1 - rect.x0 >= 1 && rect.y1 - rect.y0 >= 1;
      if (drawn) {
        editMask(`mask.${this.#kind}`, (mask) =>
          drawOn(mask, erases ? 0 : 1, (target, value) =>
            this.#kind === 'oval' ? target.fillEllipse(rect, value) : target.fillRect(rect, value),
          ),
        );
      }
    }
    this.cancel();
  }

  cancel(): void {
    this.#state = { name: 'idle' };
    this.#surface.sketch(null);
  }
}

type LassoState = { name: 'idle' } | { name: 'drawing'; points: Point[]; erases: boolean };

/** Masks what a free line encloses; with Alt it takes that out of the mask. */
export class LassoTool implements Tool {
  readonly cursor = 'crosshair';
  readonly #surface: ToolSurface;
  #state: LassoState = { name: 'idle' };

  constructor(surface: ToolSurface) {
    this.#surface = surface;
  }

  hover(): void {
    this.#surface.sketch(null);
  }

  press(point: ToolPoint): void {
    this.#state = { name: 'drawing', points: [point], erases: point.alt };
  }

  drag(points: readonly ToolPoint[]): void {
    if (this.#state.name !== 'drawing') return;
    const { points: line } = this.#state;
    const near = 1 / this.#surface.scale;
    for (const point of points) {
      const last = line.at(-1);
      if (!last || Math.hypot(point.x - last.x, point.y - last.y) >= near)
        line.push({ x: point.x, y: point.y });
    }
    const erases = points.at(-1)?.alt ?? this.#state.erases;
    this.#state = { name: 'drawing', points: line, erases };
    this.#surface.sketch({ kind: 'outline', points: line, erases });
  }

  release(): void {
    if (this.#state.name === 'drawing' && this.#state.points.length > 2) {
      const { points, erases } = this.#state;
      const scale = maskScale();
      const outline = points.map(({ x, y }) => ({ x: x * scale, y: y * scale }));
      editMask('mask.lasso', (mask) =>
        drawOn(mask, erases ? 0 : 1, (target, value) => target.fillPolygon(outline, value)),
      );
    }
    this.cancel();
  }

  cancel(): void {
    this.#state = { name: 'idle' };
    this.#surface.sketch(null);
  }
}
