import type { Mask } from './mask.ts';

/** Squared distances to the nearest zero along a line (Felzenszwalb and Huttenlocher 2012), in place. */
function lineTransform(line: Float64Array, scratch: Scratch): void {
  const { copy, places, bounds } = scratch;
  const n = line.length;
  copy.set(line);
  let last = -1;
  for (let q = 0; q < n; q++) {
    const value = copy[q] as number;
    if (value === Infinity) continue;
    let crossing = -Infinity;
    while (last >= 0) {
      const p = places[last] as number;
      crossing = (value + q * q - ((copy[p] as number) + p * p)) / (2 * (q - p));
      if (crossing > (bounds[last] as number)) break;
      last--;
      crossing = -Infinity;
    }
    last++;
    places[last] = q;
    bounds[last] = crossing;
  }
  if (last < 0) return;
  bounds[last + 1] = Infinity;
  for (let q = 0, k = 0; q < n; q++) {
    while ((bounds[k + 1] as number) < q) k++;
    const p = places[k] as number;
    line[q] = (q - p) ** 2 + (copy[p] as number);
  }
}

interface Scratch {
  copy: Float64Array;
  places: Int32Array;
  bounds: Float64Array;
}

function scratchFor(length: number): Scratch {
  return {
    copy: new Float64Array(length),
    places: new Int32Array(length),
    bounds: new Float64Array(length + 1),
  };
}

/**
 * Squared distance of every pixel to the nearest one with `value`, between centres; Infinity where there is none. What
 * lies beyond the edge of the picture has no value.
 */
function squaredDistances({ width, height, data }: Mask, value: 0 | 1): Float64Array {
  const squared = Float64Array.from(data, (own) => (own === value ? 0 : Infinity));
  const column = new Float64Array(height);
  const columnScratch = scratchFor(height);
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) column[y] = squared[y * width + x] as number;
    lineTransform(column, columnScratch);
    for (let y = 0; y < height; y++) squared[y * width + x] = column[y] as number;
  }
  const rowScratch = scratchFor(width);
  for (let y = 0; y < height; y++) lineTransform(squared.subarray(y * width, (y + 1) * width), rowScratch);
  return squared;
}

/** Takes in everything within `radius` pixels. */
export function grow(mask: Mask, radius: number): void {
  const squared = squaredDistances(mask, 1);
  for (let i = 0; i < squared.length; i++) if ((squared[i] as number) <= radius * radius) mask.data[i] = 1;
}

/** Gives up everything within `radius` pixels of the border; the edge of the picture is no border. */
export function shrink(mask: Mask, radius: number): void {
  const squared = squaredDistances(mask, 0);
  for (let i = 0; i < squared.length; i++) if ((squared[i] as number) <= radius * radius) mask.data[i] = 0;
}

export function invert({ data }: Mask): void {
  for (let i = 0; i < data.length; i++) data[i] = data[i] === 1 ? 0 : 1;
}

/**
 * How strongly an edited pixel will show [height·width], 0 to 255: outside nothing, inside fading in over `feather`
 * pixels from the border, as the engine blends an edit into its picture.
 */
export function featheredAlpha(mask: Mask, feather: number): Uint8Array {
  if (feather <= 0) return mask.data.map((value) => value * 255);
  return Uint8Array.from(squaredDistances(mask, 0), (squared) =>
    Math.round(255 * Math.min(1, Math.sqrt(squared) / (feather + 1))),
  );
}
