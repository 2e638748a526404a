/** A picture, or a picture's colour times alpha: [height, width, 3] in [0, 1]. */
export interface Planes {
  width: number;
  height: number;
  data: Float32Array;
}

/** Averages blocks of factor × factor values; `channels` interleaved values a pixel. Sides are multiples of the factor. */
export function shrink(data: Float32Array, width: number, factor: number, channels: number): Float32Array {
  const height = data.length / (width * channels);
  const outWidth = width / factor;
  const out = new Float32Array((data.length / factor / factor) | 0);
  const share = 1 / (factor * factor);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * channels;
      const to = (Math.floor(y / factor) * outWidth + Math.floor(x / factor)) * channels;
      for (let c = 0; c < channels; c++)
        out[to + c] = (out[to + c] as number) + (data[from + c] as number) * share;
    }
  }
  return out;
}

/** A smaller version of a picture. */
export function shrinkPlanes({ width, height, data }: Planes, factor: number): Planes {
  return { width: width / factor, height: height / factor, data: shrink(data, width, factor, 3) };
}
