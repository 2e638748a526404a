import type { PictureFrame } from '../../../electron/contract/request.ts';
import type { Mask, PixelRect } from './mask.ts';

export interface Size {
  width: number;
  height: number;
}

/** How a picture becomes the model's square: the middle of it, or all of it with margins. */
export type SquareFit = 'crop' | 'pad';

/**
 * The square of a picture that the model sees, in pixels of the picture, as the engine places it; with `pad` it may
 * reach beyond the picture.
 * @param side of the square in the model's own pixels
 */
export function modelSquare({ width, height }: Size, side: number, fit: SquareFit): PixelRect {
  if (fit === 'pad') {
    const length = Math.max(width, height);
    const x0 = -Math.trunc((length - width) / 2);
    const y0 = -Math.trunc((length - height) / 2);
    return { x0, y0, x1: x0 + length, y1: y0 + length };
  }
  const scaledWidth = width <= height ? side : Math.trunc((width * side) / height);
  const scaledHeight = height <= width ? side : Math.trunc((height * side) / width);
  const x0 = (Math.floor((scaledWidth - side) / 2) * width) / scaledWidth;
  const y0 = (Math.floor((scaledHeight - side) / 2) * height) / scaledHeight;
  return { x0, y0, x1: x0 + (side * width) / scaledWidth, y1: y0 + (side * height) / scaledHeight };
}

/** The pixels of a frame. */
export function frameRect({ left, top, side }: PictureFrame): PixelRect {
  return { x0: left, y0: top, x1: left + side, y1: top + side };
}

/** The token cells a mask covers: every cell that at least one pixel of the mask reaches into. */
export class CellCover {
  readonly grid: Size;
  readonly square: PixelRect;
  /** 1 where covered [grid.width · grid.height], raster order. */
  readonly covered: Uint8Array;
  readonly #columns: Int32Array;
  readonly #rows: Int32Array;

  /** @param square what the model sees of the mask, in pixels of the mask */
  constructor(grid: Size, square: PixelRect, mask: Size) {
    this.grid = grid;
    this.square = square;
    this.covered = new Uint8Array(grid.width * grid.height);
    this.#columns = pixelRanges(grid.width, square.x0, square.x1, mask.width);
    this.#rows = pixelRanges(grid.height, square.y0, square.y1, mask.height);
  }

  /** How many cells are covered. */
  get count(): number {
    let count = 0;
    for (const cell of this.covered) count += cell;
    return count;
  }

  /** Looks again at the cells that a changed part of the mask touches. */
  update(mask: Mask, changed: PixelRect): void {
    const { grid } = this;
    const [fromColumn, toColumn] = touching(this.#columns, changed.x0, changed.x1);
    const [fromRow, toRow] = touching(this.#rows, changed.y0, changed.y1);
    for (let row = fromRow; row < toRow; row++) {
      for (let column = fromColumn; column < toColumn; column++) {
        this.covered[row * grid.width + column] = this.#reaches(mask, column, row) ? 1 : 0;
      }
    }
  }

  /** The pixels of every cell that a rectangle touches, or null beside the square. */
  snap(rect: PixelRect): PixelRect | null {
    const [fromColumn, toColumn] = touching(this.#columns, rect.x0, rect.x1);
    const [fromRow, toRow] = touching(this.#rows, rect.y0, rect.y1);
    if (toColumn <= fromColumn || toRow <= fromRow) return null;
    return {
      x0: this.#columns[fromColumn * 2] as number,
      y0: this.#rows[fromRow * 2] as number,
      x1: this.#columns[toColumn * 2 - 1] as number,
      y1: this.#rows[toRow * 2 - 1] as number,
    };
  }

  /** Cells that share a pixel with a rectangle. */
  cellsIn(rect: PixelRect): number[] {
    const [fromColumn, toColumn] = touching(this.#columns, rect.x0, rect.x1);
    const [fromRow, toRow] = touching(this.#rows, rect.y0, rect.y1);
    const cells: number[] = [];
    for (let row = fromRow; row < toRow; row++) {
      for (let column = fromColumn; column < toColumn; column++) cells.push(row * this.grid.width + column);
    }
    return cells;
  }

  /** The pixels of one cell, clipped to the picture. */
  cellPixels(cell: number): PixelRect {
    const column = cell % this.grid.width;
    const row = Math.floor(cell / this.grid.width);
    return {
      x0: this.#columns[column * 2] as number,
      y0: this.#rows[row * 2] as number,
      x1: this.#columns[column * 2 + 1] as number,
      y1: this.#rows[row * 2 + 1] as number,
    };
  }

  #reaches(mask: Mask, column: number, row: number): boolean {
    const from = this.#columns[column * 2] as number;
    const to = this.#columns[column * 2 + 1] as number;
    const bottom = this.#rows[row * 2 + 1] as number;
    for (let y = this.#rows[row * 2] as number; y < bottom; y++) {
      for (let at = y * mask.width + from, end = y * mask.width + to; at < end; at++) {
        if (mask.data[at] === 1) return true;
      }
    }
    return false;
  }
}

/** First pixel and the one after the last that each of `cells` equal parts of a stretch reaches into. */
function pixelRanges(cells: number, from: number, to: number, pixels: number): Int32Array {
  const ranges = new Int32Array(cells * 2);
  const size = (to - from) / cells;
  // Rounding errors of a product must not cost a pixel.
  const slack = 1e-6;
  for (let i = 0; i < cells; i++) {
    const first = Math.floor(from + i * size + slack);
    const end = Math.ceil(from + (i + 1) * size - slack);
    ranges[i * 2] = Math.min(pixels, Math.max(0, first));
    ranges[i * 2 + 1] = Math.min(pixels, Math.max(0, end));
  }
  return ranges;
}

/** The parts, first and the one after the last, that share a pixel with a stretch. */
function touching(ranges: Int32Array, from: number, to: number): [number, number] {
  const cells = ranges.length / 2;
  let first = 0;
  while (first < cells && (ranges[first * 2 + 1] as number) <= from) first++;
  let last = first;
  while (last < cells && (ranges[last * 2] as number) < to && ranges[last * 2 + 1] !== ranges[last * 2])
    last++;
  return [first, last];
}
