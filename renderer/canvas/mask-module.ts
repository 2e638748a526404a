import Konva from 'konva/lib/Core';
import type { CanvasManager, CanvasModule } from './canvas-manager.ts';
import { drawnShape } from './drawn-shape.ts';
import { drawFrame, drawHandles } from './frame/draw-frame.ts';
import { useFrame } from './frame/frame-store.ts';
import { shownFrame, wholeBounds } from './frame/frame-tool.ts';
import { union, type PixelRect } from './mask/mask.ts';
import { featheredAlpha } from './mask/morphology.ts';
import { frameRect, type CellCover } from './mask/token-cells.ts';
import { currentCover, currentMask, maskScale, onMaskPainted, useMask } from './selection/mask-store.ts';
import type { Viewport } from './viewport-module.ts';

/** How the mask is to be shown. */
export interface MaskLook {
  visible: boolean;
  opacity: number;
  /** Width over which an edit fades in from the border, pixels of the picture. */
  feather: number;
  /** Show the token cells the mask covers. */
  cells: boolean;
  /** Show what the model sees of a picture that is no square. */
  frame: boolean;
  /** The frame tool is in hand. */
  handles: boolean;
  /** Show what the next edit will see; not over a result or a step, which have their own square. */
  preview: boolean;
}

/** Red, green and blue of the veil over masked pixels, little endian below the alpha. */
const veil = 0x6d4fff;
const outlineDark = '#000000a0';
const outlineLight = '#ffd9e2';
/** After the last stroke, before the soft edge is worked out, milliseconds. */
const featherAfter = 120;

/** The mask as a veil over the picture, and the token cells it covers. Only what a stroke touched is drawn anew. */
export class MaskModule implements CanvasModule {
  readonly manager: CanvasManager;
  readonly #layer: Konva.Layer;
  readonly #canvas = document.createElement('canvas');
  readonly #hatch = hatchTile();
  readonly #stop: (() => void)[];
  #viewport: Viewport = { x: 0, y: 0, scale: 1 };
  #look: MaskLook = {
    visible: true,
    opacity: 0.5,
    feather: 0,
    cells: true,
    frame: false,
    handles: false,
    preview: true,
  };
  #dirty: PixelRect | null = null;
  /** Soft edge of the mask as it was when it was last left alone. */
  #alpha: Uint8Array | null = null;
  #timer: number | undefined;

  constructor(manager: CanvasManager) {
    this.manager = manager;
    this.#layer = new Konva.Layer({ listening: false });
    this.#layer.add(
      drawnShape((context) => {
        this.#draw(context);
      }),
    );
    manager.stage.add(this.#layer);
    this.#stop = [
      onMaskPainted((rect) => {
        // A soft edge worked out in the middle of a stroke would hold it up.
        window.clearTimeout(this.#timer);
        this.#alpha = null;
        this.#dirty = union(this.#dirty, rect);
        this.#layer.batchDraw();
      }),
      useFrame.subscribe(() => this.#layer.batchDraw()),
      useMask.subscribe(() => {
        this.#featherSoon();
        this.#layer.batchDraw();
      }),
    ];
    this.#redraw();
  }

  setLook(look: MaskLook): void {
    const before = this.#look;
    this.#look = look;
    if (before.feather !== look.feather) {
      this.#alpha = null;
      this.#redraw();
      this.#featherSoon();
    }
    this.#layer.batchDraw();
  }

  setViewport(viewport: Viewport): void {
    this.#viewport = viewport;
    this.#layer.batchDraw();
  }

  destroy(): void {
    window.clearTimeout(this.#timer);
    for (const stop of this.#stop) stop();
    this.#layer.destroy();
  }

  #redraw(): void {
    this.#dirty = currentMask()?.whole ?? null;
    this.#layer.batchDraw();
  }

  #featherSoon(): void {
    window.clearTimeout(this.#timer);
    if (this.#look.feather <= 0 || this.#alpha) return;
    this.#timer = window.setTimeout(() => {
      const mask = currentMask();
      if (!mask || useMask.getState().pixels === 0) return;
      this.#alpha = featheredAlpha(mask, this.#look.feather * maskScale());
      this.#redraw();
    }, featherAfter);
  }

  /** Brings the veil up to date where the mask changed. */
  #paintDirty(): void {
    const mask = currentMask();
    const dirty = this.#dirty;
    this.#dirty = null;
    if (!mask || !dirty) return;
    if (this.#canvas.width !== mask.width || this.#canvas.height !== mask.height) {
      this.#canvas.width = mask.width;
      this.#canvas.height = mask.height;
    }
    const rect = mask.clip(dirty);
    const context = this.#canvas.getContext('2d');
    if (!rect || !context) return;
    const width = rect.x1 - rect.x0;
    const pixels = new Uint32Array(width * (rect.y1 - rect.y0));
    const alpha = this.#alpha;
    for (let y = rect.y0, to = 0; y < rect.y1; y++) {
      for (let at = y * mask.width + rect.x0, end = at + width; at < end; at++, to++) {
        const strength = alpha ? (alpha[at] as number) : mask.data[at] === 1 ? 255 : 0;
        pixels[to] = (strength << 24) | veil;
      }
    }
    const image = new ImageData(new Uint8ClampedArray(pixels.buffer), width, rect.y1 - rect.y0);
    context.putImageData(image, rect.x0, rect.y0);
  }

  #draw(context: CanvasRenderingContext2D): void {
    this.#paintDirty();
    const mask = currentMask();
    if (!mask) return;
    const { x, y, scale } = this.#viewport;
    const size = scale / maskScale();
    const { visible } = this.#look;
    const { pixels, frame } = useMask.getState();
    // A picture that grows is painted beside the mask, which then says nothing.
    const grows = useFrame.getState().draws === 'border';
    const isEmpty = !visible || grows || (pixels === 0 && !this.manager.pointer.working);
    if (!isEmpty) {
      context.save();
      context.globalAlpha = this.#look.opacity;
      context.imageSmoothingEnabled = this.#alpha !== null;
      context.drawImage(this.#canvas, x, y, mask.width * size, mask.height * size);
      // Nothing else is on this layer yet, so the hatching falls on the veil alone and fades with it.
      context.globalCompositeOperation = 'source-atop';
      context.globalAlpha = 1;
      context.fillStyle = context.createPattern(this.#hatch, 'repeat') ?? 'transparent';
      context.fillRect(x, y, mask.width * size, mask.height * size);
      context.restore();
    }
    const cover = currentCover();
    if (cover && !isEmpty && this.#look.cells) drawCells(context, cover, { x, y, size });
    const bounds = wholeBounds();
    const seen = shownFrame();
    if (!bounds || !seen || !this.#look.preview) return;
    if (frame !== null || (visible && this.#look.frame) || !isEmpty) {
      drawFrame(context, frameRect(seen), bounds, this.#viewport, this.#look.handles);
    }
    if (!this.#look.handles) return;
    drawHandles(context, grows ? bounds : frameRect(seen), this.#viewport);
  }
}

/** Diagonal lines, so that the mask is seen on a picture of any colour. */
function hatchTile(): HTMLCanvasElement {
  const side = 9;
  const tile = document.createElement('canvas');
  tile.width = side;
  tile.height = side;
  const context = tile.getContext('2d');
  if (!context) return tile;
  context.strokeStyle = '#ffffff66';
  context.lineWidth = 1.5;
  // Three strokes meet those of the neighbouring tiles.
  for (const shift of [-side, 0, side]) {
    context.beginPath();
    context.moveTo(shift - 1, side + 1);
    context.lineTo(shift + side + 1, -1);
    context.stroke();
  }
  return tile;
}

interface Place {
  x: number;
  y: number;
  /** CSS pixels a mask pixel is wide. */
  size: number;
}

/** A thin tint over covered cells and a line around each island of them: those tokens will be made anew. */
function drawCells(context: CanvasRenderingContext2D, cover: CellCover, { x, y, size }: Place): void {
  const { grid, square, covered } = cover;
  const left = x + square.x0 * size;
  const top = y + square.y0 * size;
  const width = ((square.x1 - square.x0) * size) / grid.width;
  const height = ((square.y1 - square.y0) * size) / grid.height;
  const isCovered = (column: number, row: number): boolean =>
    column >= 0 &&
    row >= 0 &&
    column < grid.width &&
    row < grid.height &&
    covered[row * grid.width + column] === 1;
  const outline = new Path2D();
  context.fillStyle = '#ffffff1f';
  for (let row = 0; row < grid.height; row++) {
    for (let column = 0; column < grid.width; column++) {
      if (!isCovered(column, row)) continue;
      const x0 = Math.round(left + column * width);
      const y0 = Math.round(top + row * height);
      const x1 = Math.round(left + (column + 1) * width);
      const y1 = Math.round(top + (row + 1) * height);
      context.fillRect(x0, y0, x1 - x0, y1 - y0);
      const side = (fromX: number, fromY: number, toX: number, toY: number): void => {
        outline.moveTo(fromX, fromY);
        outline.lineTo(toX, toY);
      };
      if (!isCovered(column, row - 1)) side(x0, y0, x1, y0);
      if (!isCovered(column, row + 1)) side(x0, y1, x1, y1);
      if (!isCovered(column - 1, row)) side(x0, y0, x0, y1);
      if (!isCovered(column + 1, row)) side(x1, y0, x1, y1);
    }
  }
  context.lineCap = 'square';
  context.lineWidth = 3;
  context.strokeStyle = outlineDark;
  context.stroke(outline);
  context.lineWidth = 1.25;
  context.strokeStyle = outlineLight;
  context.stroke(outline);
}
