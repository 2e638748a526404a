import Konva from 'konva/lib/Core';
import { Image as KonvaImage } from 'konva/lib/shapes/Image';
import type { CanvasManager, CanvasModule } from './canvas-manager.ts';
import { inkOn, rampColour, type RampName, type Rgb } from './colour-maps.ts';
import { drawnShape } from './drawn-shape.ts';
import { stateTiles } from './overlay-tiles.ts';
import type { PixelRect } from './mask/mask.ts';
import type { Viewport } from './viewport-module.ts';

export interface Grid {
  width: number;
  height: number;
}

/** What to lay over the picture. Arrays have one entry a code, raster order. */
export type TokenOverlay =
  /** Indices into the four states: masked, drafted, just committed, committed. */
  | { kind: 'states'; states: Uint8Array }
  /** Shares between 0 and 1 for the ramp, NaN where there is nothing; `labels` are written when cells are large. */
  | { kind: 'heat'; ramp: RampName; shares: Float32Array; label: (cell: number) => string };

export interface OverlayInput {
  grid: Grid;
  /** Where the grid lies, pixels of the picture on the canvas. */
  square: PixelRect;
  overlay: TokenOverlay | null;
  opacity: number;
  gridLines: boolean;
  /** Cells a side of a coarser grid drawn over the codes; 0 = none. */
  strata: number;
  hovered: number | null;
  picked: number | null;
}

/** Edge of the drawn overlay in pixels, at most: sharp enough, and a few megabytes. */
const overlayEdge = 1536;
/** Cells wider than this on the screen have their number written in. */
const labelFrom = 40;

/** States or a heat map over the code grid: one bitmap however many codes, plus lines and marks at screen sharpness. */
export class TokenOverlayModule implements CanvasModule {
  readonly manager: CanvasManager;
  readonly #layer: Konva.Layer;
  readonly #bitmap: KonvaImage;
  readonly #marks: Konva.Shape;
  #input: OverlayInput | null = null;
  #viewport: Viewport = { x: 0, y: 0, scale: 1 };
  /** Redrawn in place: a new bitmap a step would keep the collector busy. */
  readonly #canvas = document.createElement('canvas');
  #drawn: TokenOverlay | null = null;
  #tiles: { side: number; shown: number; tiles: ReturnType<typeof stateTiles> } | null = null;

  constructor(manager: CanvasManager) {
    this.manager = manager;
    this.#layer = new Konva.Layer({ listening: false });
    this.#bitmap = new KonvaImage({ image: undefined, visible: false, perfectDrawEnabled: false });
    this.#marks = drawnShape((context) => {
      this.#drawMarks(context);
    });
    this.#layer.add(this.#bitmap, this.#marks);
    manager.stage.add(this.#layer);
  }

  setInput(input: OverlayInput | null): void {
    this.#input = input;
    const overlay = input?.overlay ?? null;
    if (overlay !== this.#drawn || (input !== null && this.#hasOtherMarks(input))) {
      this.#drawn = overlay;
      if (input && overlay) this.#bitmap.image(this.#draw(overlay, input));
      this.#bitmap.visible(overlay !== null);
    }
    if (input) {
      const { x0, y0, x1, y1 } = input.square;
      this.#bitmap.size({ width: x1 - x0, height: y1 - y0 });
      this.#bitmap.opacity(input.opacity);
      this.#place();
    }
    this.#layer.batchDraw();
  }

  setViewport(viewport: Viewport): void {
    this.#viewport = viewport;
    this.#place();
    const input = this.#input;
    if (input?.overlay && this.#hasOtherMarks(input)) this.#bitmap.image(this.#draw(input.overlay, input));
    this.#layer.batchDraw();
  }

  destroy(): void {
    this.#layer.destroy();
  }

  #place(): void {
    const { x, y, scale } = this.#viewport;
    const { x0, y0 } = this.#input?.square ?? { x0: 0, y0: 0 };
    this.#bitmap.position({ x: x + x0 * scale, y: y + y0 * scale });
    this.#bitmap.scale({ x: scale, y: scale });
  }

  /** Size of a cell on the screen as far as marks go by it: in steps, so that zooming seldom draws anew. */
  #shown({ grid, square }: OverlayInput): number {
    const cell = Math.max(1, ((square.x1 - square.x0) * this.#viewport.scale) / grid.width);
    return Math.min(48, 2 ** (Math.round(Math.log2(cell) * 2) / 2));
  }

  #hasOtherMarks(input: OverlayInput): boolean {
    return input.overlay?.kind === 'states' && this.#tiles?.shown !== this.#shown(input);
  }

  #draw(overlay: TokenOverlay, input: OverlayInput): HTMLCanvasElement {
    const { grid } = input;
    const shown = this.#shown(input);
    const most = Math.max(4, Math.min(48, Math.floor(overlayEdge / Math.max(grid.width, grid.height))));
    // Marks are drawn at twice the size they are seen at; a map of plain squares is not drawn anew by zooming.
    const side = overlay.kind === 'states' ? Math.min(most, Math.ceil(shown * 2 * devicePixelRatio)) : most;
    const canvas = this.#canvas;
    if (canvas.width !== grid.width * side || canvas.height !== grid.height * side) {
      canvas.width = grid.width * side;
      canvas.height = grid.height * side;
    }
    const context = canvas.getContext('2d');
    if (!context) return canvas;
    context.clearRect(0, 0, canvas.width, canvas.height);
    if (this.#tiles?.side !== side || this.#tiles.shown !== shown) {
      this.#tiles = { side, shown, tiles: stateTiles(side, shown) };
    }
    const { masked, drafted, fresh } = this.#tiles.tiles;
    const byState = [masked, drafted, fresh, null];
    for (let cell = 0; cell < grid.width * grid.height; cell++) {
      const x = (cell % grid.width) * side;
      const y = Math.floor(cell / grid.width) * side;
      if (overlay.kind === 'states') {
        const tile = byState[overlay.states[cell] as number];
        if (tile) context.drawImage(tile, x, y);
        continue;
      }
      const share = overlay.shares[cell] as number;
      if (Number.isNaN(share)) continue;
      context.fillStyle = cssColour(rampColour(overlay.ramp, share));
      context.fillRect(x, y, side, side);
    }
    return canvas;
  }

  #drawMarks(context: CanvasRenderingContext2D): void {
    const input = this.#input;
    if (!input) return;
    const { grid, square, gridLines, hovered, picked } = input;
    const { x, y, scale } = this.#viewport;
    const left = x + square.x0 * scale;
    const top = y + square.y0 * scale;
    const width = ((square.x1 - square.x0) * scale) / grid.width;
    const height = ((square.y1 - square.y0) * scale) / grid.height;
    if (gridLines && width >= 3) this.#drawLines(context, grid, { left, top, width, height });
    if (input.strata > 0) this.#drawStrata(context, input, { left, top, width, height });
    if (input.overlay?.kind === 'heat' && width >= labelFrom) {
      this.#drawLabels(context, input.overlay, grid, { left, top, width, height });
    }
    const mark = (cell: number, colour: string, line: number): void => {
      const x = left + (cell % grid.width) * width;
      const y = top + Math.floor(cell / grid.width) * height;
      context.lineWidth = line + 2;
      context.strokeStyle = '#000000b0';
      context.strokeRect(x, y, width, height);
      context.lineWidth = line;
      context.strokeStyle = colour;
      context.strokeRect(x, y, width, height);
    };
    if (hovered !== null && hovered !== picked) mark(hovered, '#ffffffd0', 1);
    if (picked !== null) mark(picked, '#ffffff', 2);
  }

  #drawLines(context: CanvasRenderingContext2D, grid: Grid, cell: Cells): void {
    const { left, top, width, height } = cell;
    context.lineWidth = 1;
    context.strokeStyle = '#ffffff2e';
    context.beginPath();
    for (let column = 0; column <= grid.width; column++) {
      const x = Math.round(left + column * width) + 0.5;
      context.moveTo(x, top);
      context.lineTo(x, top + grid.height * height);
    }
    for (let row = 0; row <= grid.height; row++) {
      const y = Math.round(top + row * height) + 0.5;
      context.moveTo(left, y);
      context.lineTo(left + grid.width * width, y);
    }
    context.stroke();
  }

  /** The 2^d × 2^d cells of the stratified order: its first 4^d tokens fall one into each (PIPELINE §2.7). */
  #drawStrata(context: CanvasRenderingContext2D, { strata, grid }: OverlayInput, cell: Cells): void {
    const { left, top, width, height } = cell;
    const [right, bottom] = [left + grid.width * width, top + grid.height * height];
    context.beginPath();
    for (let i = 0; i <= strata; i++) {
      const x = Math.round(left + (i * (right - left)) / strata) + 0.5;
      const y = Math.round(top + (i * (bottom - top)) / strata) + 0.5;
      context.moveTo(x, top);
      context.lineTo(x, bottom);
      context.moveTo(left, y);
      context.lineTo(right, y);
    }
    context.lineWidth = 4;
    context.strokeStyle = '#000000a0';
    context.stroke();
    context.lineWidth = 1.6;
    context.strokeStyle = '#ffffff';
    context.stroke();
  }

  /** Numbers, so that a map can be read without its colours; only cells in sight are written. */
  #drawLabels(
    context: CanvasRenderingContext2D,
    overlay: Extract<TokenOverlay, { kind: 'heat' }>,
    grid: Grid,
    { left, top, width, height }: Cells,
  ): void {
    const { clientWidth, clientHeight } = this.manager.container;
    const fromColumn = Math.max(0, Math.floor(-left / width));
    const toColumn = Math.min(grid.width - 1, Math.floor((clientWidth - left) / width));
    const fromRow = Math.max(0, Math.floor(-top / height));
    const toRow = Math.min(grid.height - 1, Math.floor((clientHeight - top) / height));
    context.font = `500 ${String(Math.min(15, width / 3.6))}px "Inter Variable", sans-serif`;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    for (let row = fromRow; row <= toRow; row++) {
      for (let column = fromColumn; column <= toColumn; column++) {
        const cell = row * grid.width + column;
        const share = overlay.shares[cell] as number;
        if (Number.isNaN(share)) continue;
        context.fillStyle = inkOn(rampColour(overlay.ramp, share));
        context.fillText(overlay.label(cell), left + (column + 0.5) * width, top + (row + 0.5) * height);
      }
    }
  }
}

interface Cells {
  left: number;
  top: number;
  width: number;
  height: number;
}

function cssColour([r, g, b]: Rgb): string {
  return `rgb(${r.toFixed(0)} ${g.toFixed(0)} ${b.toFixed(0)})`;
}
