import type { RgbImage } from '../../electron/contract/events.ts';
import type { PictureFrame, Region } from '../../electron/contract/request.ts';
import { LavidaError } from '../errors.ts';
import { black } from '../imaging/canvas.ts';
import { distanceToOutside } from '../imaging/distance.ts';
import { letterBoxOf, type Size } from '../imaging/geometry.ts';
import { resize } from '../imaging/resize.ts';
import { assertAllocation } from '../tensor/allocation.ts';
import { openPicture } from './picture-source.ts';

/** A mask's samples from this value on may change. */
const maskThreshold = 128;

/** Where the model's square lies on the source: source = square · scale + offset, in pixels. */
export interface SquarePlacement {
  side: number;
  scaleX: number;
  scaleY: number;
  left: number;
  top: number;
}

/** What may change: a region, or all that was added around a picture (left, top, right, bottom of what was there). */
export type OpenPart =
  Region | { kind: 'added'; inner: readonly [number, number, number, number]; feather: number };

/** Which square of a picture the model sees. */
export type SquareChoice = 'crop' | 'pad' | PictureFrame;

/** The placement that `resizeAndCenterCrop` and `padToSquareAndResize` make, or that of a frame. */
export function squarePlacement(source: Size, side: number, fit: SquareChoice): SquarePlacement {
  const { width, height } = source;
  if (typeof fit === 'object') {
    const scale = fit.side / side;
    return { side, scaleX: scale, scaleY: scale, left: fit.left, top: fit.top };
  }
  if (fit === 'pad') {
    const box = letterBoxOf(source);
    const scale = box.side / side;
    return { side, scaleX: scale, scaleY: scale, left: 0 - box.left, top: 0 - box.top };
  }
  const scaledWidth = width <= height ? side : Math.trunc((width * side) / height);
  const scaledHeight = height <= width ? side : Math.trunc((height * side) / width);
  const scaleX = width / scaledWidth;
  const scaleY = height / scaledHeight;
  return {
    side,
    scaleX,
    scaleY,
    left: Math.floor((scaledWidth - side) / 2) * scaleX,
    top: Math.floor((scaledHeight - side) / 2) * scaleY,
  };
}

/** Pixels of the source that lie wholly on the square, right and bottom exclusive. */
function coveredPixels(source: Size, { side, scaleX, scaleY, left, top }: SquarePlacement) {
  // Rounding errors of a product must not cost a pixel.
  const slack = 1e-6;
  return {
    left: Math.max(0, Math.ceil(left - slack)),
    top: Math.max(0, Math.ceil(top - slack)),
    right: Math.min(source.width, Math.floor(left + side * scaleX + slack)),
    bottom: Math.min(source.height, Math.floor(top + side * scaleY + slack)),
  };
}

function outside(sentence: string, detail = ''): LavidaError {
  return new LavidaError('region.outside', sentence, detail);
}

/** Pixels of the source that may change [height·width], 1 inside. */
function regionMask(region: OpenPart, source: Size): Uint8Array {
  const { width, height } = source;
  const mask = new Uint8Array(width * height);
  if (region.kind === 'added') {
    const [left, top, right, bottom] = region.inner;
    mask.fill(1);
    for (let y = top; y < bottom; y++) mask.fill(0, y * width + left, y * width + right);
    return mask;
  }
  if (region.kind === 'mask') {
    const picture = openPicture(region.mask, black);
    if (picture.width !== width || picture.height !== height) {
      throw new LavidaError(
        'region.size',
        `The mask ${region.mask.name} has ${picture.width} × ${picture.height} pixels, the picture ${width} × ${height}.`,
      );
    }
    const { rgb } = picture;
    for (let i = 0; i < mask.length; i++) {
      const [red, green, blue] = [rgb[i * 3], rgb[i * 3 + 1], rgb[i * 3 + 2]] as [number, number, number];
      mask[i] = Math.max(red, green, blue) >= maskThreshold ? 1 : 0;
    }
    return mask;
  }
  const [left, top, right, bottom] = region.box;
  const box = `${left},${top},${right},${bottom}`;
  if (!(right > left && bottom > top)) throw outside(`The box ${box} is empty.`, 'left, top, right, bottom');
  if (left < 0 || top < 0 || right > width || bottom > height) {
    throw outside(`The box ${box} leaves the picture of ${width} × ${height} pixels.`);
  }
  for (let y = Math.floor(top); y < Math.ceil(bottom); y++) {
    mask.fill(1, y * width + Math.floor(left), y * width + Math.ceil(right));
  }
  return mask;
}

/**
 * The locked and the open part of an edit (region lock; ours): which pixels of the source may change, which cells of the
 * code grid cover them, and how the result is laid into the source.
 */
export class RegionLock {
  readonly source: RgbImage;
  readonly placement: SquarePlacement;
  readonly #mask: Uint8Array;
  readonly #feather: number;

  /**
   * @param side of the model's square, in its pixels
   * @throws LavidaError region.size, region.outside, frame.outside, file.missing, file.invalid
   */
  constructor(region: OpenPart, source: RgbImage, side: number, fit: SquareChoice) {
    this.source = source;
    this.#feather = region.feather;
    this.placement = squarePlacement(source, side, fit);
    this.#mask = regionMask(region, source);
    const { width } = source;
    const covered = coveredPixels(source, this.placement);
    let open = 0;
    let beyond = 0;
    for (let i = 0; i < this.#mask.length; i++) {
      if (this.#mask[i] === 0) continue;
      open++;
      const x = i % width;
      const y = Math.floor(i / width);
      if (x < covered.left || x >= covered.right || y < covered.top || y >= covered.bottom) beyond++;
    }
    if (open === 0) throw outside('The mask leaves nothing that may change.', 'no pixel is white');
    if (beyond > 0 && typeof fit === 'object') {
      throw new LavidaError(
        'frame.outside',
        'What may change reaches outside the frame, which is all the model sees of the picture.',
        `${beyond} of ${open} pixels; the frame is ${fit.side} pixels wide from ${fit.left}, ${fit.top}`,
      );
    }
    if (beyond > 0) {
      throw outside(
        'The region reaches outside the middle square of the picture, which is all the model sees of it.',
        `${beyond} of ${open} pixels; the fit "pad" shows the whole picture`,
      );
    }
  }

  /** Cells of the code grid that cover an open pixel [grid²], 1 where the code may change. */
  openCells(grid: Size): Uint8Array {
    const { width, height } = this.source;
    const { side, scaleX, scaleY, left, top } = this.placement;
    const cells = (count: number, cellCount: number, scale: number, offset: number): Int32Array => {
      const size = side / cellCount;
      const bounds = new Int32Array(count * 2);
      for (let i = 0; i < count; i++) {
        const from = (i - offset) / scale / size;
        const to = (i + 1 - offset) / scale / size;
        bounds[i * 2] = Math.max(0, Math.floor(from + 1e-6));
        bounds[i * 2 + 1] = Math.min(cellCount, Math.ceil(to - 1e-6));
      }
      return bounds;
    };
    const columns = cells(width, grid.width, scaleX, left);
    const rows = cells(height, grid.height, scaleY, top);
    const open = new Uint8Array(grid.width * grid.height);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        if (this.#mask[y * width + x] === 0) continue;
        for (let row = rows[y * 2] as number; row < (rows[y * 2 + 1] as number); row++) {
          open.fill(
            1,
            row * grid.width + (columns[x * 2] as number),
            row * grid.width + (columns[x * 2 + 1] as number),
          );
        }
      }
    }
    return open;
  }

  /**
   * Lays the decoded square into the source: outside the region every byte is the source's; inside, the result fades in
   * over `feather` pixels from the border.
   * @param square decoded picture of the model
   * @returns a picture of the source's size
   */
  composite(square: RgbImage): RgbImage {
    const { source, placement } = this;
    const { width, height } = source;
    const { scaleX, scaleY, left, top } = placement;
    const covered = coveredPixels(source, placement);
    const clampTo = (value: number): number => Math.min(Math.max(value, 0), placement.side);
    const laid = resize(square, covered.right - covered.left, covered.bottom - covered.top, 'lanczos', {
      box: [
        clampTo((covered.left - left) / scaleX),
        clampTo((covered.top - top) / scaleY),
        clampTo((covered.right - left) / scaleX),
        clampTo((covered.bottom - top) / scaleY),
      ],
    });
    assertAllocation(width * height * 8, 'the blend of an edited region');
    const depth = this.#feather > 0 ? distanceToOutside(this.#mask, width, height) : null;
    const rgb = source.rgb.slice();
    for (let y = covered.top; y < covered.bottom; y++) {
      for (let x = covered.left; x < covered.right; x++) {
        const at = y * width + x;
        if (this.#mask[at] === 0) continue;
        const alpha = depth ? Math.min(1, (depth[at] as number) / (this.#feather + 1)) : 1;
        const from = ((y - covered.top) * laid.width + x - covered.left) * 3;
        for (let c = 0; c < 3; c++) {
          const own = source.rgb[at * 3 + c] as number;
          rgb[at * 3 + c] = Math.round(own + ((laid.rgb[from + c] as number) - own) * alpha);
        }
      }
    }
    return { width, height, rgb };
  }
}
