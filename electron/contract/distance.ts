/** Squared distances to the nearest zero along a line (Felzenszwalb and Huttenlocher 2012), in place. */
function lineTransform(line: Float64Array, { copy, places, bounds }: Scratch): void {
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
 * Squared distance of every sample to the nearest marked one, in samples between centres; Infinity where there is none.
 * The window shows the soft edge of a mask and the engine blends with it: both measure it here.
 * @param plane [height·width], raster order: 0 where marked, Infinity elsewhere; overwritten with the distances
 */
export function squaredDistances(plane: Float64Array, width: number, height: number): void {
  const column = new Float64Array(height);
  const columnScratch = scratchFor(height);
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) column[y] = plane[y * width + x] as number;
    lineTransform(column, columnScratch);
    for (let y = 0; y < height; y++) plane[y * width + x] = column[y] as number;
  }
  const rowScratch = scratchFor(width);
  for (let y = 0; y < height; y++) lineTransform(plane.subarray(y * width, (y + 1) * width), rowScratch);
}
