import { resolve } from 'node:path';
import type { RgbImage } from '../../../electron/contract/events.ts';
import { openNetwork, type Network } from '../../../native/network/index.ts';

/** The VQ autoencoder of a bundle: what any picture it makes can look like at best. */
export class Autoencoder {
  readonly #network: Network;

  private constructor(network: Network) {
    this.#network = network;
  }

  static async open(model: string): Promise<Autoencoder> {
    return new Autoencoder(await openNetwork(resolve(model), { backend: 'cpu', threads: 1 }));
  }

  get canEncode(): boolean {
    return this.#network.has('encode');
  }

  /** A picture as codes and back. @throws LavidaError model.incomplete without an encoder */
  async roundTrip({ width, height, rgb }: RgbImage): Promise<RgbImage> {
    const pixels = width * height;
    const planes = Float32Array.from({ length: pixels * 3 }, (_, i) => {
      return (rgb[(i % pixels) * 3 + Math.floor(i / pixels)] as number) / 255;
    });
    const { vq } = this.#network;
    const { ids, grid } = await vq.encode(planes, { width, height });
    const decoded = await vq.decode(ids, grid);
    const out = new Uint8Array(rgb.length);
    for (let i = 0; i < out.length; i++) {
      const value = decoded[(i % 3) * pixels + Math.floor(i / 3)] as number;
      out[i] = Math.min(Math.max(Math.round(value * 255), 0), 255);
    }
    return { width, height, rgb: out };
  }

  async close(): Promise<void> {
    await this.#network.release();
  }
}
