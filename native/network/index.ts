import { LavidaError } from '../errors.ts';
import { BundleWeights } from '../tensor/bundle-weights.ts';
import { readConfig } from './bundle-config.ts';
import { Network } from './network.ts';
import type { NetworkOptions } from './options.ts';
import { readVqConfig } from './vq-config.ts';

export { Network } from './network.ts';

/**
 * Opens a model folder: config.json with the official keys, the safetensors files, vqvae/config.json. Nothing large is
 * read before a part is used.
 * @throws LavidaError model.missing, model.config, model.corrupt, model.incomplete, model.shape
 */
export async function openNetwork(directory: string, options: NetworkOptions): Promise<Network> {
  const json = await readConfig(directory);
  const vqJson = await readVqConfig(directory);
  const weights = await BundleWeights.open(directory);
  try {
    const network = await Network.create(weights, json, vqJson, options);
    const { grid, config } = network;
    const step = config.imageTokens?.compressed === true ? 2 : 1;
    if (grid.width % step !== 0) {
      throw new LavidaError(
        'model.config',
        `config.json asks for pictures of ${config.studio.imageSize} pixels, which are no whole number of image tokens.`,
      );
    }
    return network;
  } catch (error) {
    await weights.close();
    throw error;
  }
}
