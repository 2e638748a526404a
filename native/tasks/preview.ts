import type { ModelInfo } from '../../electron/contract/engine.ts';
import type { RgbImage } from '../../electron/contract/events.ts';
import type { Network } from '../network/index.ts';
import { assertVariedCodes, assertVariedPicture } from '../sampler/checks.ts';

/** Share of a run's time that previews may take; decoding is costly at full size (PIPELINE §10). */
const previewShare = 0.2;

/** Decides when the next preview may be decoded: at once for the first step, then within `previewShare` of the time. */
export class PreviewPacer {
  #cost = 0;
  #next = 0;

  due(): boolean {
    return performance.now() >= this.#next;
  }

  /** Runs and measures one decode. */
  async time<T>(decode: () => Promise<T>): Promise<T> {
    const started = performance.now();
    const result = await decode();
    const ended = performance.now();
    this.#cost = ended - started;
    this.#next = ended + this.#cost * (1 / previewShare - 1);
    return result;
  }
}

/** Planar float pixels [3, H, W] to RGB bytes: clipped to [0,1], ×255, truncated (MODEL §4, PIPELINE §2.10). */
export function toRgbImage(planes: Float32Array, width: number, height: number): RgbImage {
  const pixels = width * height;
  const rgb = new Uint8Array(pixels * 3);
  for (let c = 0; c < 3; c++) {
    const plane = c * pixels;
    for (let i = 0; i < pixels; i++) {
      const value = planes[plane + i] as number;
      rgb[i * 3 + c] = Math.trunc(Math.min(1, Math.max(0, value)) * 255);
    }
  }
  return { width, height, rgb };
}

/** Decodes a full grid of codes [N] into a picture. */
export async function renderCodes(network: Network, ids: Uint16Array, info: ModelInfo): Promise<RgbImage> {
  const planes = await network.vq.decode(Int32Array.from(ids), info.grid);
  return toRgbImage(planes, info.imageSize, info.imageSize);
}

/**
 * Decodes the codes a run of `steps` steps ended with.
 * @throws LavidaError model.numerics, naming the step, when codes or picture are flat: weights or numerics went wrong
 */
export async function renderResult(
  network: Network,
  ids: Uint16Array,
  info: ModelInfo,
  steps: number,
): Promise<RgbImage> {
  assertVariedCodes(ids, `step ${steps}`);
  const image = await renderCodes(network, ids, info);
  assertVariedPicture(image.rgb, `the codes of step ${steps}`);
  return image;
}
