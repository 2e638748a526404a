import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { vqConfig, type VqConfig } from '../../../native/network/vq-config.ts';
import { VqModel } from '../../../native/network/vq-model.ts';
import { BundleWeights } from '../../../native/tensor/bundle-weights.ts';
import { SafetensorsFile } from '../../../native/tensor/safetensors.ts';
import { encodeSafetensors } from '../../../native/tensor/safetensors-writer.ts';
import { randomArray, temporaryFolder, type TemporaryFolder } from './random-bundle.ts';

const recorded = fileURLToPath(new URL('../../fixtures/golden/vq.safetensors', import.meta.url));
const options = { backend: 'cpu', threads: 1 };
let folder: TemporaryFolder;
let weights: BundleWeights;
let config: VqConfig;
let vq: VqModel;

/** The recorded VQ with another codebook: latents of width 8, rows 3 and 5 equal, rows 10 and 2 equal. */
async function openWithCodebook(codebook: Float32Array): Promise<void> {
  const source = await SafetensorsFile.open(recorded);
  const tensors = [];
  for (const { name, dtype, shape } of source.entries.values()) {
    if (!name.startsWith('model.vqvae.')) continue;
    const own = name.endsWith('quantize.embedding.weight');
    const bytes = own ? new Uint8Array(codebook.buffer) : await source.readBytes(name);
    tensors.push({ name: name.slice('model.vqvae.'.length), dtype, shape, bytes });
  }
  await source.close();
  folder = await temporaryFolder();
  await folder.write('vqvae/diffusion_pytorch_model.safetensors', encodeSafetensors(tensors));
  weights = await BundleWeights.openFiles(folder.path, [], 'vqvae/diffusion_pytorch_model.safetensors');
  const found = vqConfig({ norm_num_groups: 8 }, weights);
  if (found === null) throw new Error('no VQ');
  config = found;
  vq = new VqModel(weights, config, options);
}

beforeEach(async () => {
  const codebook = randomArray(64 * 8, 5);
  codebook.copyWithin(5 * 8, 3 * 8, 4 * 8);
  codebook.copyWithin(10 * 8, 2 * 8, 3 * 8);
  await openWithCodebook(codebook);
});

afterEach(async () => {
  await vq.release();
  await weights.close();
  await folder.remove();
});

describe('the VQ', () => {
  it('reads its sizes from its tensors when its config is silent', () => {
    expect(config).toEqual({
      channels: [16, 24, 32],
      layersPerBlock: 2,
      latentChannels: 8,
      embedWidth: 8,
      codes: 64,
      groups: 8,
      midAttention: false,
      factor: 4,
    });
    expect(() => vqConfig({ norm_num_groups: 8, layers_per_block: 3 }, weights)).toThrow('layersPerBlock');
    expect(() => vqConfig({ norm_num_groups: 8, num_vq_embeddings: 65 }, weights)).toThrow('[64, 8]');
    expect(() => vqConfig({ norm_num_groups: 7 }, weights)).toThrow('7 groups');
    expect(() => vqConfig({ act_fn: 'relu' }, weights)).toThrow('vqvae/config.json');
  });

  it('chooses the nearest code, of equally near ones the lowest', async () => {
    const codebook = await vq.codebook();
    const all = await vq.nearest(codebook.slice());
    const expected = Array.from({ length: 64 }, (_, i) => ({ 5: 3, 10: 2 })[i] ?? i);
    expect([...all]).toEqual(expected);
    const latents = randomArray(3000 * 8, 6);
    const found = await vq.nearest(latents);
    const brute = Array.from({ length: 3000 }, (_, i) => {
      const distances = Array.from({ length: 64 }, (_unused, id) =>
        Array.from(
          { length: 8 },
          (_c, c) => ((latents[i * 8 + c] as number) - (codebook[id * 8 + c] as number)) ** 2,
        ).reduce((a, b) => a + b),
      );
      return distances.indexOf(Math.min(...distances));
    });
    expect([...found]).toEqual(brute);
  });

  it('encodes and decodes pictures that are not square, each code standing for its pixels', async () => {
    const pixels = randomArray(3 * 16 * 32, 7).map((v) => (v + 1) / 2);
    const { ids, grid, latents } = await vq.encode(pixels, { width: 32, height: 16 });
    expect(grid).toEqual({ width: 8, height: 4 });
    expect(latents).toHaveLength(8 * 32);
    const picture = await vq.decode(ids, grid);
    expect(picture).toHaveLength(3 * 16 * 32);
    // One other code changes its own neighbourhood most, and so tells that the raster order is kept.
    const changed = ids.slice();
    changed[8 * 3 + 7] = ((ids[8 * 3 + 7] as number) + 31) % 64;
    const other = await vq.decode(changed, grid);
    const difference = (y: number, x: number) =>
      Math.abs((other[y * 32 + x] as number) - (picture[y * 32 + x] as number));
    const near = Array.from({ length: 16 }, (_, i) => difference(12 + (i >> 2), 28 + (i % 4)));
    const far = Array.from({ length: 16 }, (_, i) => difference(i >> 2, i % 4));
    expect(Math.max(...near)).toBeGreaterThan(Math.max(...far));
  });

  it('refuses sizes and codes it does not have', async () => {
    await expect(vq.encode(new Float32Array(3 * 15 * 16), { width: 15, height: 16 })).rejects.toThrow(
      '15×16',
    );
    await expect(vq.decode([0, 1, 2], { width: 2, height: 2 })).rejects.toThrow('grid of 4');
    await expect(vq.decode([0, 1, 2, 64], { width: 2, height: 2 })).rejects.toThrow('no code 64');
  });
});
