import { useSession } from '../../state/session.ts';
import type { Mask, Point } from '../mask/mask.ts';
import { currentMask, MaskEdit, maskScale } from '../selection/mask-store.ts';
import { drawOn } from './draw-on.ts';
import type { Tool, ToolPoint, ToolSurface } from './tool.ts';

type State =
  { name: 'idle' } | { name: 'painting'; edit: MaskEdit; value: 0 | 1; from: Point; radius: number };

/** A pen pressed lightly still paints this share of the brush. */
const lightest = 0.15;

/** Brush and eraser. With Shift a press continues in a straight line from where the last stroke ended. */
export class BrushTool implements Tool {
  readonly cursor = 'none';
  readonly #surface: ToolSurface;
  readonly #erases: boolean;
  #state: State = { name: 'idle' };
  #last: { mask: Mask; point: Point } | null = null;

  constructor(surface: ToolSurface, erases: boolean) {
    this.#surface = surface;
    this.#erases = erases;
  }

  hover(point: ToolPoint | null): void {
    this.#ring(point);
  }

  press(point: ToolPoint): void {
    const edit = MaskEdit.begin(this.#erases ? 'mask.erase' : 'mask.paint');
    const mask = currentMask();
    if (!edit || !mask) return;
    const radius = radiusOf(point);
    const from = point.shift && this.#last?.mask === mask ? this.#last.point : point;
    const value = this.#erases !== point.alt ? 0 : 1;
    this.#state = { name: 'painting', edit, value, from, radius };
    this.#paintTo(point);
  }

  drag(points: readonly ToolPoint[]): void {
    for (const point of points) this.#paintTo(point);
  }

  release(): void {
    if (this.#state.name === 'painting') this.#state.edit.finish();
    this.#state = { name: 'idle' };
  }

  cancel(): void {
    if (this.#state.name === 'painting') this.#state.edit.cancel();
    this.#state = { name: 'idle' };
    this.#surface.sketch(null);
  }

  #paintTo(point: ToolPoint): void {
    if (this.#state.name !== 'painting') return;
    const { edit, value, from, radius } = this.#state;
    const scale = maskScale();
    const next = radiusOf(point);
    const radii = [radius * scale, next * scale] as const;
    edit.paint((mask) =>
      drawOn(mask, value, (target, paint) =>
        target.strokeLine(times(from, scale), times(point, scale), radii, paint),
      ),
    );
    this.#state = { ...this.#state, from: point, radius: next };
    const mask = currentMask();
    this.#last = mask && { mask, point };
    this.#ring(point);
  }

  #ring(point: ToolPoint | null): void {
    this.#surface.sketch(
      point && {
        kind: 'ring',
        centre: point,
        radius: useSession.getState().brushSize / 2,
        erases: this.#erases !== point.alt,
      },
    );
  }
}

/** Radius under the pen, pixels of the picture. */
function radiusOf({ pressure }: ToolPoint): number {
  const { brushSize, penPressure } = useSession.getState();
  return (brushSize / 2) * (penPressure ? lightest + (1 - lightest) * Math.min(1, pressure * 2) : 1);
}

function times({ x, y }: Point, scale: number): Point {
  return { x: x * scale, y: y * scale };
}
