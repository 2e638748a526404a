/** Colour difference, root mean square over the channels, from which a pixel counts as wholly wrong. */
const tolerance = 0.25;
const scale = 1 / (3 * tolerance * tolerance);

/** A pixel counts as explained below this error. */
export const explained = 0.1;

/** How wrong a colour is, 0…1: squared and cut off, so that one bad pixel never outweighs another. */
export function pixelError(a: Float32Array, at: number, b: Float32Array, bt: number): number {
  const red = (a[at] as number) - (b[bt] as number);
  const green = (a[at + 1] as number) - (b[bt + 1] as number);
  const blue = (a[at + 2] as number) - (b[bt + 2] as number);
  const error = (red * red + green * green + blue * blue) * scale;
  return error < 1 ? error : 1;
}
