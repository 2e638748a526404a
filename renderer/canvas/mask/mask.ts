/** A stretch of pixels, right and bottom exclusive. */
export interface PixelRect {
  x0: number;
  y0: number;
  x1: number;
  y1: number;
}

export interface Point {
  x: number;
  y: number;
}

/** Which pixels of a picture may change: one byte a pixel, 1 inside, raster order. */
export class Mask {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;

  constructor(width: number, height: number, data: Uint8Array = new Uint8Array(width * height)) {
    this.width = width;
    this.height = height;
    this.data = data;
  }

  get whole(): PixelRect {
    return { x0: 0, y0: 0, x1: this.width, y1: this.height };
  }

  /** Pixels inside. */
  count(): number {
    let count = 0;
    for (const value of this.data) count += value;
    return count;
  }

  /** The smallest rectangle around everything inside, or null for an empty mask. */
  bounds(): PixelRect | null {
    const { width, height, data } = this;
    let found: PixelRect | null = null;
    for (let y = 0; y < height; y++) {
      const first = data.indexOf(1, y * width) - y * width;
      if (first < 0) break;
      if (first >= width) {
        y += Math.floor(first / width) - 1;
        continue;
      }
      const last = data.lastIndexOf(1, (y + 1) * width - 1) - y * width;
      found = found
        ? { x0: Math.min(found.x0, first), y0: found.y0, x1: Math.max(found.x1, last + 1), y1: y + 1 }
        : { x0: first, y0: y, x1: last + 1, y1: y + 1 };
    }
    return found;
  }

  /** Fills every pixel the rectangle touches; returns what was touched, or null for nothing. */
  fillRect(rect: PixelRect, value: 0 | 1): PixelRect | null {
    const touched = this.clip({
      x0: Math.floor(rect.x0),
      y0: Math.floor(rect.y0),
      x1: Math.ceil(rect.x1),
      y1: Math.ceil(rect.y1),
    });
    if (!touched) return null;
    for (let y = touched.y0; y < touched.y1; y++) {
      this.data.fill(value, y * this.width + touched.x0, y * this.width + touched.x1);
    }
    return touched;
  }

  /** Fills the pixels whose centres lie inside the ellipse that touches all sides of a rectangle. */
  fillEllipse({ x0, y0, x1, y1 }: PixelRect, value: 0 | 1): PixelRect | null {
    const touched = this.clip({
      x0: Math.floor(x0),
      y0: Math.floor(y0),
      x1: Math.ceil(x1),
      y1: Math.ceil(y1),
    });
    if (!touched) return null;
    const [middleX, middleY] = [(x0 + x1) / 2, (y0 + y1) / 2];
    for (let y = touched.y0; y < touched.y1; y++) {
      const height = (y + 0.5 - middleY) / ((y1 - y0) / 2);
      if (Math.abs(height) > 1) continue;
      const half = ((x1 - x0) / 2) * Math.sqrt(1 - height * height);
      const from = Math.max(0, Math.ceil(middleX - half - 0.5));
      const to = Math.min(this.width, Math.floor(middleX + half - 0.5) + 1);
      if (to > from) this.data.fill(value, y * this.width + from, y * this.width + to);
    }
    return touched;
  }

  /** Fills the pixels whose centres lie inside an outline, by the even-odd rule. */
  fillPolygon(outline: readonly Point[], value: 0 | 1): PixelRect | null {
    if (outline.length < 3) return null;
    const xs = outline.map(({ x }) => x);
    const ys = outline.map(({ y }) => y);
    const touched = this.clip({
      x0: Math.floor(Math.min(...xs)),
      y0: Math.floor(Math.min(...ys)),
      x1: Math.ceil(Math.max(...xs)),
      y1: Math.ceil(Math.max(...ys)),
    });
    if (!touched) return null;
    for (let y = touched.y0; y < touched.y1; y++) {
      const crossings = crossingsAt(outline, y + 0.5);
      for (let i = 0; i + 1 < crossings.length; i += 2) {
        const from = Math.max(0, Math.ceil((crossings[i] as number) - 0.5));
        const to = Math.min(this.width, Math.ceil((crossings[i + 1] as number) - 0.5));
        if (to > from) this.data.fill(value, y * this.width + from, y * this.width + to);
      }
    }
    return touched;
  }

  /** Draws a line with round ends whose radius goes from one to the other; a radius below half a pixel draws one pixel. */
  strokeLine(from: Point, to: Point, radii: readonly [number, number], value: 0 | 1): PixelRect | null {
    const [first, last] = radii;
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    const spacing = Math.max(0.5, Math.min(first, last) * 0.2);
    const discs = Math.max(1, Math.ceil(length / spacing));
    for (let i = 0; i <= discs; i++) {
      const at = i / discs;
      const centre = { x: from.x + (to.x - from.x) * at, y: from.y + (to.y - from.y) * at };
      this.#fillDisc(centre, first + (last - first) * at, value);
    }
    const margin = Math.max(first, last, 0.5) + 1;
    return this.clip({
      x0: Math.floor(Math.min(from.x, to.x) - margin),
      y0: Math.floor(Math.min(from.y, to.y) - margin),
      x1: Math.ceil(Math.max(from.x, to.x) + margin),
      y1: Math.ceil(Math.max(from.y, to.y) + margin),
    });
  }

  /** Becomes another mask, stretched to this one's size; the nearest pixel decides. */
  copyFrom({ width, height, data }: Mask): PixelRect {
    for (let y = 0, to = 0; y < this.height; y++) {
      const row = Math.floor(((y + 0.5) * height) / this.height) * width;
      for (let x = 0; x < this.width; x++, to++)
        this.data[to] = data[row + Math.floor(((x + 0.5) * width) / this.width)] as number;
    }
    return this.whole;
  }

  /** The part of a rectangle that lies on the mask. */
  clip(rect: PixelRect): PixelRect | null {
    const clipped = {
      x0: Math.max(0, rect.x0),
      y0: Math.max(0, rect.y0),
      x1: Math.min(this.width, rect.x1),
      y1: Math.min(this.height, rect.y1),
    };
    return clipped.x1 > clipped.x0 && clipped.y1 > clipped.y0 ? clipped : null;
  }

  #fillDisc({ x, y }: Point, radius: number, value: 0 | 1): void {
    const { width, height, data } = this;
    if (radius < 0.75) {
      const column = Math.floor(x);
      const row = Math.floor(y);
      if (column >= 0 && row >= 0 && column < width && row < height) data[row * width + column] = value;
      return;
    }
    const top = Math.max(0, Math.ceil(y - radius - 0.5));
    const bottom = Math.min(height - 1, Math.floor(y + radius - 0.5));
    for (let row = top; row <= bottom; row++) {
      const half = Math.sqrt(Math.max(0, radius * radius - (row + 0.5 - y) ** 2));
      const from = Math.max(0, Math.ceil(x - half - 0.5));
      const to = Math.min(width, Math.floor(x + half - 0.5) + 1);
      if (to > from) data.fill(value, row * width + from, row * width + to);
    }
  }
}

function crossingsAt(outline: readonly Point[], y: number): number[] {
  const crossings: number[] = [];
  let a = outline.at(-1);
  for (const b of outline) {
    if (a && a.y <= y !== b.y <= y) crossings.push(a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x));
    a = b;
  }
  return crossings.sort((left, right) => left - right);
}

/** The smallest rectangle around two. */
export function union(a: PixelRect | null, b: PixelRect | null): PixelRect | null {
  if (!a || !b) return a ?? b;
  return {
    x0: Math.min(a.x0, b.x0),
    y0: Math.min(a.y0, b.y0),
    x1: Math.max(a.x1, b.x1),
    y1: Math.max(a.y1, b.y1),
  };
}
