import type { RgbImage } from '../../electron/contract/events.ts';
import { assertAllocation } from '../tensor/allocation.ts';

/** Resampling kernels by the names of the field; `lanczos` has three lobes, `bicubic` a = -0.5. */
export type ResizeFilter = 'box' | 'bilinear' | 'bicubic' | 'lanczos';

/** Part of the source to resize, in pixels of the source: [left, top, right, bottom]. */
export type SourceBox = readonly [left: number, top: number, right: number, bottom: number];

/** A picture that is read row by row, so that one with large margins need not exist as a whole. */
export interface Rows {
  width: number;
  height: number;
  /** Row y as [width, 3]; valid until the next call. */
  row(y: number): Uint8Array;
  /** Whether row y is known to equal row y - 1, which saves resampling it. */
  repeats?(y: number): boolean;
}

export interface ResizeOptions {
  /** Part of the source to use, whole picture when absent; may lie between pixels. */
  box?: SourceBox;
  /** Part of the result to make, whole result when absent. */
  window?: { left: number; top: number; width: number; height: number };
}

/** The rows of a picture. */
export function rowsOf({ width, height, rgb }: RgbImage): Rows {
  const stride = width * 3;
  return { width, height, row: (y) => rgb.subarray(y * stride, (y + 1) * stride) };
}

interface Kernel {
  /** Half the width of the kernel, in pixels of the coarser of the two grids. */
  support: number;
  weight(distance: number): number;
}

function sinc(x: number): number {
  if (x === 0) return 1;
  const angle = x * Math.PI;
  return Math.sin(angle) / angle;
}

const cubicA = -0.5;

const kernels: Record<ResizeFilter, Kernel> = {
  box: { support: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: {
    support: 2,
    weight: (distance) => {
      const x = Math.abs(distance);
      if (x < 1) return ((cubicA + 2) * x - (cubicA + 3)) * x * x + 1;
      if (x < 2) return (((x - 5) * x + 8) * x - 4) * cubicA;
      return 0;
    },
  },
  lanczos: { support: 3, weight: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

/** Fraction bits of a weight: 32 less 8 of the sample less 2 that keep sums with negative lobes inside int32. */
const fractionBits = 22;

/** For each output sample: the first source sample it reads, how many, and their fixed-point weights. */
interface Taps {
  size: number;
  first: Int32Array;
  count: Int32Array;
  weights: Int32Array;
}

/** One axis of a resize: samples [from, to) of the source become `targetSize`, of which [start, start + count) are made. */
interface Axis {
  sourceSize: number;
  from: number;
  to: number;
  targetSize: number;
  start: number;
  count: number;
}

/** Taps of one axis. The kernel widens when shrinking, so that every source sample counts (antialiasing). */
function computeTaps(axis: Axis, filter: ResizeFilter): Taps {
  const kernel = kernels[filter];
  const scale = Math.fround(axis.to - axis.from) / axis.targetSize;
  const kernelScale = Math.max(scale, 1);
  const support = kernel.support * kernelScale;
  const size = Math.ceil(support) * 2 + 1;
  assertAllocation(axis.count * size * 4, 'A resize');
  const taps: Taps = {
    size,
    first: new Int32Array(axis.count),
    count: new Int32Array(axis.count),
    weights: new Int32Array(axis.count * size),
  };
  const real = new Float64Array(size);
  for (let target = 0; target < axis.count; target++) {
    const center = axis.from + (axis.start + target + 0.5) * scale;
    const first = Math.max(0, Math.trunc(center - support + 0.5));
    const count = Math.min(axis.sourceSize, Math.trunc(center + support + 0.5)) - first;
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const weight = kernel.weight((i + first - center + 0.5) * (1 / kernelScale));
      real[i] = weight;
      sum += weight;
    }
    for (let i = 0; i < count; i++) {
      const fixed = (sum === 0 ? (real[i] as number) : (real[i] as number) / sum) * (1 << fractionBits);
      taps.weights[target * size + i] = Math.trunc(fixed < 0 ? fixed - 0.5 : fixed + 0.5);
    }
    taps.first[target] = first;
    taps.count[target] = count;
  }
  return taps;
}

function toByte(accumulator: number): number {
  const value = accumulator >> fractionBits;
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

/** Resamples rows [firstRow, firstRow + rows) along x: [*, sourceWidth, 3] to [rows, taps, 3]. */
function resampleRows(source: Rows, firstRow: number, rows: number, taps: Taps): Uint8Array<ArrayBuffer> {
  const width = taps.first.length;
  const out = allocate(width, rows);
  const half = 1 << (fractionBits - 1);
  for (let y = 0, at = 0; y < rows; y++) {
    if (y > 0 && source.repeats?.(firstRow + y)) {
      out.copyWithin(at, at - width * 3, at);
      at += width * 3;
      continue;
    }
    const row = source.row(firstRow + y);
    for (let x = 0; x < width; x++, at += 3) {
      let read = (taps.first[x] as number) * 3;
      let weightAt = x * taps.size;
      let red = half;
      let green = half;
      let blue = half;
      for (const end = weightAt + (taps.count[x] as number); weightAt < end; weightAt++, read += 3) {
        const weight = taps.weights[weightAt] as number;
        red = (red + Math.imul(row[read] as number, weight)) | 0;
        green = (green + Math.imul(row[read + 1] as number, weight)) | 0;
        blue = (blue + Math.imul(row[read + 2] as number, weight)) | 0;
      }
      out[at] = toByte(red);
      out[at + 1] = toByte(green);
      out[at + 2] = toByte(blue);
    }
  }
  return out;
}

/** Resamples along y: [*, width, 3] whose row 0 is source row `firstRow`, to [taps, width, 3]. */
function resampleColumns(
  source: Uint8Array,
  width: number,
  firstRow: number,
  taps: Taps,
): Uint8Array<ArrayBuffer> {
  const stride = width * 3;
  const height = taps.first.length;
  const out = allocate(width, height);
  const sums = new Int32Array(stride);
  for (let y = 0; y < height; y++) {
    sums.fill(1 << (fractionBits - 1));
    const first = (taps.first[y] as number) - firstRow;
    for (let i = 0; i < (taps.count[y] as number); i++) {
      const weight = taps.weights[y * taps.size + i] as number;
      const row = (first + i) * stride;
      for (let x = 0; x < stride; x++) {
        sums[x] = ((sums[x] as number) + Math.imul(source[row + x] as number, weight)) | 0;
      }
    }
    for (let x = 0; x < stride; x++) out[y * stride + x] = toByte(sums[x] as number);
  }
  return out;
}

function allocate(width: number, height: number): Uint8Array<ArrayBuffer> {
  assertAllocation(width * height * 3, `A picture of ${width} x ${height} pixels`);
  return new Uint8Array(width * height * 3);
}

/** The rows in columns [left, left + width) of a source, untouched: [rows, width, 3]. */
function copyRows(
  source: Rows,
  firstRow: number,
  rows: number,
  left: number,
  width: number,
): Uint8Array<ArrayBuffer> {
  const out = allocate(width, rows);
  for (let y = 0; y < rows; y++) {
    out.set(source.row(firstRow + y).subarray(left * 3, (left + width) * 3), y * width * 3);
  }
  return out;
}

/**
 * Resizes a picture exactly as Pillow (before 13) does it for 8-bit RGB: two passes, x before y, each rounded to
 * bytes, with weights in 22-bit fixed point. The published model saw pictures prepared this way (MODEL §5). Pillow 13
 * swaps the passes where that saves work, which rounds differently.
 *
 * @throws RangeError when a size is not a positive integer, the box leaves the source or the window the result
 */
export function resize(
  source: RgbImage | Rows,
  width: number,
  height: number,
  filter: ResizeFilter,
  { box = [0, 0, source.width, source.height], window }: ResizeOptions = {},
): RgbImage {
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1) {
    throw new RangeError(`A picture cannot be resized to ${width} x ${height}.`);
  }
  const [left, top, right, bottom] = box.map(Math.fround) as [number, number, number, number];
  if (!(left >= 0 && top >= 0 && right <= source.width && bottom <= source.height)) {
    throw new RangeError('The box leaves the picture.');
  }
  if (!(right > left && bottom > top)) throw new RangeError('The box is empty.');
  const part = window ?? { left: 0, top: 0, width, height };
  if (part.left < 0 || part.top < 0 || part.left + part.width > width || part.top + part.height > height) {
    throw new RangeError('The window leaves the result.');
  }
  const rows = 'row' in source ? source : rowsOf(source);
  const vertical = computeTaps(
    {
      sourceSize: rows.height,
      from: top,
      to: bottom,
      targetSize: height,
      start: part.top,
      count: part.height,
    },
    filter,
  );
  const needsX = width !== rows.width || left !== 0 || right !== width;
  const needsY = height !== rows.height || top !== 0 || bottom !== height;
  const last = part.height - 1;
  const firstRow = needsY ? (vertical.first[0] as number) : part.top;
  const endRow = needsY
    ? (vertical.first[last] as number) + (vertical.count[last] as number)
    : part.top + part.height;
  let rgb: Uint8Array<ArrayBuffer>;
  if (needsX) {
    const axis = { sourceSize: rows.width, from: left, to: right, targetSize: width };
    const taps = computeTaps({ ...axis, start: part.left, count: part.width }, filter);
    rgb = resampleRows(rows, firstRow, endRow - firstRow, taps);
  } else {
    rgb = copyRows(rows, firstRow, endRow - firstRow, part.left, part.width);
  }
  if (needsY) rgb = resampleColumns(rgb, part.width, firstRow, vertical);
  return { width: part.width, height: part.height, rgb };
}
