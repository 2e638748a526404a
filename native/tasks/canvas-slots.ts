import type { Grid, ImageTokenInput } from '../network/image-tokens.ts';

/**
 * The slots of a canvas whose codes change step by step. A slot depends on its own codes alone (MODEL §3.1), so only
 * those with a changed code are embedded again.
 */
export class CanvasSlots {
  readonly #input: ImageTokenInput;
  readonly #grid: Grid;
  /** Codes along a side of a slot. */
  readonly #side: number;
  #ids: Uint16Array | null = null;
  #slots: Float32Array = new Float32Array(0);

  constructor(input: ImageTokenInput, grid: Grid) {
    this.#input = input;
    this.#grid = grid;
    this.#side = input.config.compressed ? 2 : 1;
  }

  /**
   * @param ids canvas codes [N], the mask id where masked
   * @returns [slots, d_model_gen], which the next call changes
   */
  async embed(ids: ArrayLike<number>): Promise<Float32Array> {
    const before = this.#ids;
    const now = Uint16Array.from(ids);
    if (before === null) {
      this.#slots = await this.#input.embed(now, this.#grid);
      this.#ids = now;
      return this.#slots;
    }
    const side = this.#side;
    const across = this.#grid.width / side;
    const changed = [
      ...new Set(
        Array.from(now.keys())
          .filter((p) => now[p] !== before[p])
          .map((p) => this.#slotOf(p)),
      ),
    ];
    if (changed.length === 0) return this.#slots;
    // The changed slots side by side, as a canvas of their own.
    const strip = { width: changed.length * side, height: side };
    const codes = new Uint16Array(strip.width * strip.height);
    changed.forEach((slot, i) => {
      const [x, y] = [(slot % across) * side, Math.floor(slot / across) * side];
      for (let row = 0; row < side; row++) {
        for (let column = 0; column < side; column++) {
          codes[row * strip.width + i * side + column] = now[
            (y + row) * this.#grid.width + x + column
          ] as number;
        }
      }
    });
    const embedded = await this.#input.embed(codes, strip);
    const width = embedded.length / changed.length;
    changed.forEach((slot, i) => {
      this.#slots.set(embedded.subarray(i * width, (i + 1) * width), slot * width);
    });
    this.#ids = now;
    return this.#slots;
  }

  #slotOf(position: number): number {
    const { width } = this.#grid;
    const [x, y] = [position % width, Math.floor(position / width)];
    return Math.floor(y / this.#side) * (width / this.#side) + Math.floor(x / this.#side);
  }
}
