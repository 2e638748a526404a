import type { RgbImage } from '../../electron/contract/events.ts';

/** Resampling kernels by the names of the field; `lanczos` has three lobes, `bicubic` a = -0.5. */
export type ResizeFilter = 'box' | 'bilinear' | 'bicubic' | 'lanczos';

/** Part of the source to resize, in pixels of the source: [left, top, right, bottom]. */
export type SourceBox = readonly [left: number, top: number, right: number, bottom: number];

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

/** Taps of one axis. The kernel widens when shrinking, so that every source sample counts (antialiasing). */
function computeTaps(
  sourceSize: number,
  from: number,
  to: number,
  targetSize: number,
  filter: ResizeFilter,
): Taps {
  const kernel = kernels[filter];
  const scale = Math.fround(to - from) / targetSize;
  const kernelScale = Math.max(scale, 1);
  const support = kernel.support * kernelScale;
  const size = Math.ceil(support) * 2 + 1;
  const taps: Taps = {
    size,
    first: new Int32Array(targetSize),
    count: new Int32Array(targetSize),
    weights: new Int32Array(targetSize * size),
  };
  const real = new Float64Array(size);
  for (let target = 0; target < targetSize; target++) {
    const center = from + (target + 0.5) * scale;
    const first = Math.max(0, Math.trunc(center - support + 0.5));
    const count = Math.min(sourceSize, Math.trunc(center + support + 0.5)) - first;
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

/** Resamples rows [firstRow, firstRow + rows) along x: [*, sourceWidth, 3] to [rows, targetWidth, 3]. */
function resampleRows(
  source: Uint8Array,
  sourceWidth: number,
  firstRow: number,
  rows: number,
  targetWidth: number,
  taps: Taps,
): Uint8Array {
  const out = new Uint8Array(rows * targetWidth * 3);
  const half = 1 << (fractionBits - 1);
  for (let y = 0, at = 0; y < rows; y++) {
    const row = (firstRow + y) * sourceWidth * 3;
    for (let x = 0; x < targetWidth; x++, at += 3) {
      let read = row + (taps.first[x] as number) * 3;
      let weightAt = x * taps.size;
      let red = half;
      let green = half;
      let blue = half;
      for (const end = weightAt + (taps.count[x] as number); weightAt < end; weightAt++, read += 3) {
        const weight = taps.weights[weightAt] as number;
        red = (red + Math.imul(source[read] as number, weight)) | 0;
        green = (green + Math.imul(source[read + 1] as number, weight)) | 0;
        blue = (blue + Math.imul(source[read + 2] as number, weight)) | 0;
      }
      out[at] = toByte(red);
      out[at + 1] = toByte(green);
      out[at + 2] = toByte(blue);
    }
  }
  return out;
}

/** Resamples along y: [*, width, 3] whose row 0 is source row `firstRow`, to [targetHeight, width, 3]. */
function resampleColumns(
  source: Uint8Array,
  width: number,
  firstRow: number,
  targetHeight: number,
  taps: Taps,
): Uint8Array {
  const stride = width * 3;
  const out = new Uint8Array(targetHeight * stride);
  const sums = new Int32Array(stride);
  for (let y = 0; y < targetHeight; y++) {
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

/**
 * Resizes a picture exactly as Pillow (before 13) does it for 8-bit RGB: two passes, x before y, each rounded to
 * bytes, with weights in 22-bit fixed point. The published model saw pictures prepared this way (MODEL §5). Pillow 13
 * swaps the passes where that saves work, which rounds differently.
 *
 * @param box part of the source to use, whole picture when absent; may lie between pixels
 * @throws RangeError when a size is not a positive integer or the box leaves the picture
 */
export function resize(
  image: RgbImage,
  width: number,
  height: number,
  filter: ResizeFilter,
  box: SourceBox = [0, 0, image.width, image.height],
): RgbImage {
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1) {
    throw new RangeError(`A picture cannot be resized to ${width} x ${height}.`);
  }
  const [left, top, right, bottom] = box.map(Math.fround) as [number, number, number, number];
  if (!(left >= 0 && top >= 0 && right <= image.width && bottom <= image.height)) {
    throw new RangeError('The box leaves the picture.');
  }
  if (!(right > left && bottom > top)) throw new RangeError('The box is empty.');
  const needsX = width !== image.width || left !== 0 || right !== width;
  const needsY = height !== image.height || top !== 0 || bottom !== height;
  const vertical = computeTaps(image.height, top, bottom, height, filter);
  let rgb = image.rgb;
  let firstRow = 0;
  if (needsX) {
    firstRow = vertical.first[0] as number;
    const lastRow = (vertical.first[height - 1] as number) + (vertical.count[height - 1] as number);
    const taps = computeTaps(image.width, left, right, width, filter);
    rgb = resampleRows(rgb, image.width, firstRow, lastRow - firstRow, width, taps);
  }
  if (needsY) rgb = resampleColumns(rgb, width, firstRow, height, vertical);
  return { width, height, rgb: rgb === image.rgb ? rgb.slice() : rgb };
}
