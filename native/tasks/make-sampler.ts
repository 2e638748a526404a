import type { ModelInfo } from '../../electron/contract/engine.ts';
import type { PictureRequest } from '../../electron/contract/request.ts';
import { ImageSampler } from '../sampler/image-sampler.ts';
import { SeededImageNoise } from '../sampler/noise.ts';
import { positionOrder } from '../sampler/orders.ts';
import { branchStart } from './branch.ts';

/**
 * The sampler of one request over a bundle's code grid; all its noise comes from the seed, the order from the request's.
 * @param maskId id of a masked code in this bundle
 * @param seed of the noise; the request's own except in later rounds
 * @param initial codes to start from [N], `maskId` where masked; all masked when left out. Where it holds a code, a
 *   branch may hold no other.
 * @throws LavidaError request.invalid, model.other for a branch that does not fit
 */
export function makeImageSampler(
  request: PictureRequest,
  info: ModelInfo,
  maskId: number,
  seed: number = request.seed,
  initial?: Uint16Array,
): ImageSampler {
  const codes = info.grid.width * info.grid.height;
  const { order } = request;
  const orderSeed = request.branch?.orderSeed ?? request.seed;
  const policy = order === 'confidence' || order === 'mask_git' ? order : 'list';
  const start = request.branch ? branchStart(request.branch, info, maskId, initial) : initial && { initial };
  return new ImageSampler({
    codes,
    vocabulary: info.codebookSize,
    maskId,
    ...start,
    settings: request,
    policy,
    order: policy === 'list' ? positionOrder(order, info.grid, orderSeed, request.explicitOrder) : null,
    noise: new SeededImageNoise(seed, codes),
  });
}
