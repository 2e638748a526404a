import { legalFrame } from '../../../electron/contract/frame.ts';
import type { PictureFrame } from '../../../electron/contract/request.ts';
import type { PixelRect, Point } from '../mask/mask.ts';
import { frameRect, modelSquare } from '../mask/token-cells.ts';
import { useMask } from '../selection/mask-store.ts';
import { currentPicture } from '../selection/picture-store.ts';
import type { Tool, ToolPoint, ToolSurface } from '../tools/tool.ts';
import { useFrame, type Added } from './frame-store.ts';

/** A handle by the sides it moves: -1 left or top, 1 right or bottom, 0 neither. */
interface Handle {
  x: -1 | 0 | 1;
  y: -1 | 0 | 1;
}

type State =
  | { name: 'idle' }
  | { name: 'drawing'; from: Point; before: PictureFrame | null }
  | { name: 'framing'; handle: Handle | null; from: Point; start: PictureFrame; before: PictureFrame | null }
  | { name: 'adding'; handle: Handle; from: Point; start: Added };

/** Distance in CSS pixels at which a side or corner can be caught. */
const reach = 9;
/** A frame drawn smaller than this on the screen was a click, CSS pixels. */
const smallest = 6;
/** What is added snaps to multiples of this, pixels of the picture; Alt sets single pixels. */
const step = 8;
/** Most that is added on a side, as the contract allows. */
const mostAdded = 8192;

const nothing: Added = { left: 0, top: 0, right: 0, bottom: 0 };

/** The square of the picture that the model will see: as framed, else as fitted to the whole picture. */
export function shownFrame(): PictureFrame | null {
  const picture = currentPicture();
  const { frame, fit, model } = useMask.getState();
  if (!picture || !model) return null;
  if (frame) return frame;
  const { x0, y0, x1 } = modelSquare(picture, model.side, fit);
  return { left: Math.round(x0), top: Math.round(y0), side: Math.round(x1 - x0) };
}

/** The picture with what is about to be added, in pixels of the picture. */
export function wholeBounds(): PixelRect | null {
  const picture = currentPicture();
  if (!picture) return null;
  const { left, top, right, bottom } = useFrame.getState().added ?? nothing;
  return { x0: 0 - left, y0: 0 - top, x1: picture.width + right, y1: picture.height + bottom };
}

/** A frame made legal for the loaded model and the picture on the canvas. */
export function legalOnPicture(frame: PictureFrame): PictureFrame | null {
  const bounds = wholeBounds();
  const { model } = useMask.getState();
  return bounds && model && legalFrame(frame, bounds, model.grid.width);
}

/** Draws, moves and resizes the frame; when the picture is to grow, drags its borders outwards. */
export class FrameTool implements Tool {
  readonly cursor = 'crosshair';
  readonly #surface: ToolSurface;
  #state: State = { name: 'idle' };

  constructor(surface: ToolSurface) {
    this.#surface = surface;
  }

  hover(point: ToolPoint | null): void {
    this.#surface.sketch(null);
    const found = point && this.#at(point);
    this.#surface.setCursor(found ? cursorOf(found) : this.cursor);
  }

  press(point: ToolPoint): void {
    const handle = this.#at(point);
    useFrame.setState({ busy: true });
    if (useFrame.getState().draws === 'border') {
      if (!handle) return;
      this.#state = { name: 'adding', handle, from: point, start: useFrame.getState().added ?? nothing };
      return;
    }
    const start = shownFrame();
    const before = useMask.getState().frame;
    this.#state =
      handle && start
        ? {
            name: 'framing',
            handle: handle.x === 0 && handle.y === 0 ? null : handle,
            from: point,
            start,
            before,
          }
        : { name: 'drawing', from: point, before };
  }

  drag(points: readonly ToolPoint[]): void {
    const point = points.at(-1);
    if (point) this.#follow(point, false);
  }

  release(): void {
    const state = this.#state;
    this.#state = { name: 'idle' };
    const { frame } = useMask.getState();
    const { added, onFrame, onAdded } = useFrame.getState();
    useFrame.setState({ busy: false });
    if (state.name === 'adding') onAdded(added ?? nothing, true);
    else if (state.name !== 'idle' && frame && frame !== state.before) onFrame(frame, true);
  }

  cancel(): void {
    this.#state = { name: 'idle' };
    useFrame.setState({ busy: false });
  }

  #follow(point: ToolPoint, done: boolean): void {
    const state = this.#state;
    if (state.name === 'idle') return;
    if (state.name === 'adding') {
      useFrame.getState().onAdded(grown(state, point), done);
      return;
    }
    const wanted = state.name === 'drawing' ? drawn(state.from, point) : changed(state, point);
    if (state.name === 'drawing' && wanted.side < smallest / this.#surface.scale) return;
    const frame = legalOnPicture(wanted);
    if (frame) useFrame.getState().onFrame(frame, done);
  }

  /** The side or corner under a point, or the inside of the frame; null beside it. */
  #at(point: Point): Handle | null {
    const border = useFrame.getState().draws === 'border';
    const frame = border ? null : shownFrame();
    const rect = border ? wholeBounds() : frame && frameRect(frame);
    if (!rect) return null;
    const margin = reach / this.#surface.scale;
    const side = (value: number, low: number, high: number): -1 | 0 | 1 | null => {
      if (Math.abs(value - low) <= margin) return -1;
      if (Math.abs(value - high) <= margin) return 1;
      return value > low && value < high ? 0 : null;
    };
    const x = side(point.x, rect.x0, rect.x1);
    const y = side(point.y, rect.y0, rect.y1);
    if (x === null || y === null) return null;
    return border && x === 0 && y === 0 ? null : { x, y };
  }
}

/** The square from a press to where the pointer is. */
function drawn(from: Point, to: Point): PictureFrame {
  const side = Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y));
  return { left: to.x < from.x ? from.x - side : from.x, top: to.y < from.y ? from.y - side : from.y, side };
}

/** The frame moved, or resized by a side or corner with the opposite one held. */
function changed(state: Extract<State, { name: 'framing' }>, point: Point): PictureFrame {
  const { start, handle, from } = state;
  const [dx, dy] = [point.x - from.x, point.y - from.y];
  if (!handle) return { ...start, left: start.left + dx, top: start.top + dy };
  const wider = handle.x === 0 ? -Infinity : handle.x * dx;
  const taller = handle.y === 0 ? -Infinity : handle.y * dy;
  const side = Math.max(1, start.side + Math.max(wider, taller));
  const more = side - start.side;
  const shift = (sign: -1 | 0 | 1): number => (sign < 0 ? -more : sign === 0 ? -more / 2 : 0);
  return { left: start.left + shift(handle.x), top: start.top + shift(handle.y), side };
}

function grown({ start, handle, from }: Extract<State, { name: 'adding' }>, point: ToolPoint): Added {
  const unit = point.alt ? 1 : step;
  const more = (value: number, by: number): number =>
    Math.min(mostAdded, Math.max(0, Math.round((value + by) / unit) * unit));
  const [dx, dy] = [point.x - from.x, point.y - from.y];
  return {
    left: handle.x < 0 ? more(start.left, -dx) : start.left,
    right: handle.x > 0 ? more(start.right, dx) : start.right,
    top: handle.y < 0 ? more(start.top, -dy) : start.top,
    bottom: handle.y > 0 ? more(start.bottom, dy) : start.bottom,
  };
}

function cursorOf({ x, y }: Handle): string {
  if (x === 0 && y === 0) return 'move';
  if (x === 0) return 'ns-resize';
  if (y === 0) return 'ew-resize';
  return x === y ? 'nwse-resize' : 'nesw-resize';
}
