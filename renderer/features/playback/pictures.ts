import type { RgbImage } from '../../../electron/contract/events.ts';

/** A picture ready to be drawn. */
export interface Picture {
  source: HTMLCanvasElement;
  width: number;
  height: number;
}

const budgetBytes = 128 * 1024 * 1024;

/** Decoded pictures of steps and of finished runs; the longest unused go when memory is short. */
class PictureCache {
  readonly #pictures = new Map<string, Picture>();
  #bytes = 0;

  get(key: string): Picture | undefined {
    const picture = this.#pictures.get(key);
    if (!picture) return undefined;
    this.#pictures.delete(key);
    this.#pictures.set(key, picture);
    return picture;
  }

  has(key: string): boolean {
    return this.#pictures.has(key);
  }

  put(key: string, picture: Picture): void {
    const before = this.#pictures.get(key);
    if (before) this.#bytes -= sizeOf(before);
    this.#pictures.delete(key);
    this.#pictures.set(key, picture);
    this.#bytes += sizeOf(picture);
    for (const [oldest, candidate] of this.#pictures) {
      if (this.#bytes <= budgetBytes || oldest === key) return;
      this.#pictures.delete(oldest);
      this.#bytes -= sizeOf(candidate);
    }
  }
}

function sizeOf({ width, height }: Picture): number {
  return width * height * 4;
}

export const pictures = new PictureCache();

export function stepKey({ id, round }: { id: string; round: number }, step: number): string {
  return `${id}/${String(round)}/${String(step)}`;
}

export function finalKey(id: string): string {
  return `${id}/final`;
}

/** Turns 3 bytes a pixel into a canvas. */
export function pictureFromRgb({ width, height, rgb }: RgbImage): Picture {
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4) {
    rgba[to] = rgb[from] as number;
    rgba[to + 1] = rgb[from + 1] as number;
    rgba[to + 2] = rgb[from + 2] as number;
    rgba[to + 3] = 255;
  }
  const source = newCanvas(width, height);
  source.getContext('2d')?.putImageData(new ImageData(rgba, width, height), 0, 0);
  return { source, width, height };
}

/** Decodes a PNG file with the browser's own decoder. */
export async function pictureFromPng(png: Uint8Array): Promise<Picture> {
  const bitmap = await createImageBitmap(new Blob([png.slice()], { type: 'image/png' }));
  const source = newCanvas(bitmap.width, bitmap.height);
  source.getContext('2d')?.drawImage(bitmap, 0, 0);
  bitmap.close();
  return { source, width: source.width, height: source.height };
}

export function newCanvas(width: number, height: number): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  return canvas;
}

/** A copy with the cells `isOpen` names (raster index on the grid) covered. */
export function coverCells(
  picture: Picture,
  grid: { width: number; height: number },
  isOpen: (cell: number) => boolean,
  colour: string,
): Picture {
  const source = newCanvas(picture.width, picture.height);
  const context = source.getContext('2d');
  if (!context) return picture;
  context.drawImage(picture.source, 0, 0);
  context.fillStyle = colour;
  const width = picture.width / grid.width;
  const height = picture.height / grid.height;
  for (let cell = 0; cell < grid.width * grid.height; cell++) {
    if (!isOpen(cell)) continue;
    context.fillRect((cell % grid.width) * width, Math.floor(cell / grid.width) * height, width, height);
  }
  return { ...picture, source };
}
