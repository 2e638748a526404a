/** The part of gifenc that is used; the package brings no types. */
declare module 'gifenc' {
  interface Encoder {
    /** Delay in milliseconds; repeat 0 = for ever, -1 = once, read from the first frame. */
    writeFrame(
      index: Uint8Array,
      width: number,
      height: number,
      options: { palette: number[][]; delay: number; repeat?: number },
    ): void;
    finish(): void;
    bytes(): Uint8Array;
  }
  const library: {
    GIFEncoder(): Encoder;
    /** @param rgba 4 bytes a pixel */
    quantize(rgba: Uint8Array, maxColors: number): number[][];
    /** @returns the index of each pixel's colour */
    applyPalette(rgba: Uint8Array, palette: number[][]): Uint8Array;
  };
  export default library;
}
