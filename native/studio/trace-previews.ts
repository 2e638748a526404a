import type { ModelInfo } from '../../electron/contract/engine.ts';
import type { RgbImage } from '../../electron/contract/events.ts';
import { LavidaError } from '../errors.ts';
import { TraceFile } from '../trace/reader.ts';

/** What decodes codes, wherever it runs. */
export interface Decoder {
  ready(): Promise<ModelInfo>;
  decode(ids: Uint16Array, grid: { width: number; height: number }): Promise<RgbImage>;
}

const grey = 0x80;
const maxBytes = 64 * 1024 * 1024;

/** Pictures of recorded steps, decoded when asked for; the latest ones are kept. */
export class TracePreviews {
  readonly #decoder: Decoder;
  /** Oldest use first. */
  readonly #kept = new Map<string, RgbImage>();
  readonly #underWay = new Map<string, Promise<RgbImage>>();
  #bytes = 0;

  constructor(decoder: Decoder) {
    this.#decoder = decoder;
  }

  /**
   * The picture after step `step`: committed codes with masked cells grey, or with the drafts filled in (x0).
   *
   * @throws LavidaError model.other when another model made the run
   */
  async preview(path: string, step: number, kind: 'x0' | 'committed'): Promise<RgbImage> {
    const key = `${path}\n${String(step)}\n${kind}`;
    const known = this.#kept.get(key);
    if (known) {
      this.#kept.delete(key);
      this.#kept.set(key, known);
      return known;
    }
    const underWay = this.#underWay.get(key);
    if (underWay) return underWay;
    const rendering = this.#render(path, step, kind);
    this.#underWay.set(key, rendering);
    try {
      const image = await rendering;
      this.#keep(key, image);
      return image;
    } finally {
      this.#underWay.delete(key);
    }
  }

  #keep(key: string, image: RgbImage): void {
    this.#kept.set(key, image);
    this.#bytes += image.rgb.length;
    for (const [oldest, { rgb }] of this.#kept) {
      if (this.#bytes <= maxBytes) return;
      this.#kept.delete(oldest);
      this.#bytes -= rgb.length;
    }
  }

  async #render(path: string, step: number, kind: 'x0' | 'committed'): Promise<RgbImage> {
    const trace = await TraceFile.open(path);
    try {
      const { model: made, grid, maskId } = trace.head;
      const { ids, drafted } = await trace.readStep(step);
      const model = await this.#decoder.ready();
      if (model.fingerprint !== made.fingerprint) {
        const other = made.name === model.name ? `another version of ${model.name}` : model.name;
        const sentence = `This picture was made with ${made.name}, but ${other} is loaded.`;
        throw new LavidaError(
          'model.other',
          sentence,
          `fingerprint ${made.fingerprint}, not ${model.fingerprint}`,
        );
      }
      const filled = ids.map((code, at) => (code === maskId ? (drafted[at] as number) : code));
      const image = await this.#decoder.decode(filled, grid);
      return kind === 'x0' ? image : greyOut(image, grid, (cell) => ids[cell] === maskId);
    } finally {
      await trace.close();
    }
  }
}

/** A copy of the picture with the cells `isHidden` names (raster index on the grid) in mid grey. */
function greyOut(
  image: RgbImage,
  grid: { width: number; height: number },
  isHidden: (cell: number) => boolean,
): RgbImage {
  const rgb = image.rgb.slice();
  const cellWidth = image.width / grid.width;
  const cellHeight = image.height / grid.height;
  for (let cell = 0; cell < grid.width * grid.height; cell++) {
    if (!isHidden(cell)) continue;
    const left = (cell % grid.width) * cellWidth;
    const top = Math.floor(cell / grid.width) * cellHeight;
    for (let y = top; y < top + cellHeight; y++) {
      const from = (y * image.width + left) * 3;
      rgb.fill(grey, from, from + cellWidth * 3);
    }
  }
  return { ...image, rgb };
}
