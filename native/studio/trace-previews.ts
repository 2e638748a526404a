import type { RgbImage } from '../../electron/contract/events.ts';
import { TraceFile } from '../trace/reader.ts';
import { stepPicture, type Decoder } from '../trace/step-picture.ts';

/** What the kept pictures may take, bytes. Every window has a larger store of its own; this one serves the next window. */
const defaultBudget = 32 * 1024 * 1024;

/** Pictures of recorded steps, decoded when asked for; the latest ones are kept. */
export class TracePreviews {
  readonly #decoder: Decoder;
  readonly #budget: number;
  /** Oldest use first. */
  readonly #kept = new Map<string, RgbImage>();
  readonly #underWay = new Map<string, Promise<RgbImage>>();
  #bytes = 0;

  /** @param budget bytes of pictures to keep */
  constructor(decoder: Decoder, budget: number = defaultBudget) {
    this.#decoder = decoder;
    this.#budget = budget;
  }

  /**
   * The picture after step `step`: committed codes with masked cells grey, or with the drafts filled in (x0).
   *
   * @throws LavidaError model.other when another model made the run
   */
  async preview(path: string, step: number, kind: 'x0' | 'committed', round?: number): Promise<RgbImage> {
    const key = [path, step, kind, round ?? ''].join('\n');
    const known = this.#kept.get(key);
    if (known) {
      this.#kept.delete(key);
      this.#kept.set(key, known);
      return known;
    }
    const underWay = this.#underWay.get(key);
    if (underWay) return underWay;
    const rendering = this.#render(path, step, kind, round).then(inOwnMemory);
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
      if (this.#bytes <= this.#budget) return;
      this.#kept.delete(oldest);
      this.#bytes -= rgb.length;
    }
  }

  async #render(
    path: string,
    step: number,
    kind: 'x0' | 'committed',
    round: number | undefined,
  ): Promise<RgbImage> {
    const trace = await TraceFile.open(path);
    try {
      return await stepPicture(trace, this.#decoder, step + 1, kind, round);
    } finally {
      await trace.close();
    }
  }
}

/** A picture that came from another process is a part of the whole message it came in, which it would keep alive. */
function inOwnMemory(image: RgbImage): RgbImage {
  return image.rgb.buffer.byteLength === image.rgb.length
    ? image
    : { ...image, rgb: new Uint8Array(image.rgb) };
}
