import { mkdir, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { BundleWeights } from '../../../native/tensor/bundle-weights.ts';
import { encodeSafetensors } from '../../../native/tensor/safetensors-writer.ts';
import { openNetwork } from '../../../native/network/index.ts';
import { randomBundle, smallSizes, temporaryFolder, type TemporaryFolder } from '../network/random-bundle.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function folder(): Promise<TemporaryFolder> {
  const made = await temporaryFolder();
  cleanups.push(made.remove);
  return made;
}

async function open(path: string): Promise<BundleWeights> {
  const weights = await BundleWeights.open(path);
  cleanups.push(() => weights.close());
  return weights;
}

/** A file with one F32 tensor [rows, 2] a name, filled with consecutive numbers from `start`. */
function shard(start: number, names: string[], rows = 1): Uint8Array {
  return encodeSafetensors(
    names.map((name, i) => {
      const values = Float32Array.from({ length: rows * 2 }, (_, j) => start + i * 100 + j);
      return { name, dtype: 'F32', shape: [rows, 2], bytes: new Uint8Array(values.buffer) };
    }),
  );
}

const index = (map: Record<string, string>) => JSON.stringify({ metadata: {}, weight_map: map });

describe('the weights of a model folder', () => {
  it('come from one file, from indexed shards, or from shards without an index', async () => {
    const layouts: Record<string, string | Uint8Array>[] = [
      { 'model.safetensors': shard(1, ['model.a', 'model.b']) },
      {
        'model-00001-of-00002.safetensors': shard(1, ['model.a']),
        'model-00002-of-00002.safetensors': shard(101, ['model.b']),
        'model.safetensors.index.json': index({
          'model.a': 'model-00001-of-00002.safetensors',
          'model.b': 'model-00002-of-00002.safetensors',
        }),
      },
      {
        'model-00001-of-00002.safetensors': shard(1, ['model.a']),
        'model-00002-of-00002.safetensors': shard(101, ['model.b']),
      },
    ];
    for (const layout of layouts) {
      const dir = await folder();
      for (const [file, content] of Object.entries(layout)) await dir.write(file, content);
      const weights = await open(dir.path);
      expect(weights.names().sort()).toEqual(['model.a', 'model.b']);
      expect([...(await weights.readFloat32('model.b'))]).toEqual([101, 102]);
    }
  });

  it('take the VQ from its own file unless the shards have it', async () => {
    const dir = await folder();
    await dir.write('model.safetensors', shard(1, ['model.a', 'model.vqvae.decoder.x']));
    await dir.write('vqvae/diffusion_pytorch_model.safetensors', shard(500, ['decoder.x', 'decoder.y']));
    const weights = await open(dir.path);
    expect([...(await weights.readFloat32('model.vqvae.decoder.x'))]).toEqual([101, 102]);
    expect([...(await weights.readFloat32('model.vqvae.decoder.y'))]).toEqual([600, 601]);
    expect(weights.entry('model.vqvae.decoder.y').location).toBe('vqvae/diffusion_pytorch_model.safetensors');
  });

  it('give single rows of a table, repeated ones too', async () => {
    const dir = await folder();
    await dir.write('model.safetensors', shard(0, ['model.table'], 5));
    const weights = await open(dir.path);
    expect([...(await weights.readRows('model.table', [4, 0, 4]))]).toEqual([8, 9, 0, 1, 8, 9]);
    await expect(weights.readRows('model.table', [5])).rejects.toThrow('no row 5');
    await expect(weights.readFloat32('model.none')).rejects.toMatchObject({ code: 'model.incomplete' });
  });

  it('may be links into a download cache', async () => {
    const bundle = await randomBundle(smallSizes);
    cleanups.push(bundle.remove);
    await mkdir(join(bundle.path, 'blobs'));
    await mkdir(join(bundle.path, 'snapshot'));
    await rename(join(bundle.path, 'model.safetensors'), join(bundle.path, 'blobs', '0a1b'));
    await rename(join(bundle.path, 'config.json'), join(bundle.path, 'snapshot', 'config.json'));
    await symlink('../blobs/0a1b', join(bundle.path, 'snapshot', 'model.safetensors'));
    const network = await openNetwork(join(bundle.path, 'snapshot'), { backend: 'cpu', threads: 1 });
    cleanups.push(() => network.release());
    const slots = await network.imageInput.embed([1, 2, 3, 4], { width: 2, height: 2 });
    expect(slots).toHaveLength(smallSizes.d_model_gen);
  });
});

describe('a folder with something wrong', () => {
  async function failure(files: Record<string, string | Uint8Array>): Promise<unknown> {
    const dir = await folder();
    for (const [file, content] of Object.entries(files)) await dir.write(file, content);
    return BundleWeights.open(dir.path).then(
      () => undefined,
      (error: unknown) => error,
    );
  }

  it('names the missing shard', async () => {
    const error = await failure({
      'model-1.safetensors': shard(1, ['model.a']),
      'model.safetensors.index.json': index({
        'model.a': 'model-1.safetensors',
        'model.b': 'model-2.safetensors',
      }),
    });
    expect(error).toMatchObject({
      code: 'model.incomplete',
      message: expect.stringContaining('model-2.safetensors'),
    });
  });

  it('names the tensor that the index promises and the shard lacks', async () => {
    const error = await failure({
      'model-1.safetensors': shard(1, ['model.a']),
      'model-2.safetensors': shard(1, ['model.b', 'model.c']),
      'model.safetensors.index.json': index({
        'model.a': 'model-1.safetensors',
        'model.b': 'model-1.safetensors',
        'model.c': 'model-2.safetensors',
      }),
    });
    expect(error).toMatchObject({ code: 'model.corrupt', message: expect.stringContaining('"model.b"') });
  });

  it('refuses an index that points outside the folder', async () => {
    for (const outside of [
      '../other.safetensors',
      '/etc/model.safetensors',
      'a/../../b.safetensors',
      'config.json',
    ]) {
      const error = await failure({ 'model.safetensors.index.json': index({ 'model.a': outside }) });
      expect(error).toMatchObject({ code: 'model.corrupt', message: expect.stringContaining('outside') });
    }
  });

  it('refuses an index that is no index', async () => {
    const error = await failure({ 'model.safetensors.index.json': '{"weight_map": [1]}' });
    expect(error).toMatchObject({ code: 'model.corrupt' });
  });

  it('refuses two shards with one tensor', async () => {
    const error = await failure({
      'model-1.safetensors': shard(1, ['model.a']),
      'model-2.safetensors': shard(1, ['model.a']),
    });
    expect(error).toMatchObject({ code: 'model.corrupt', message: expect.stringContaining('Two files') });
  });

  it('says when there are no weights, or no folder', async () => {
    expect(await failure({ 'config.json': '{}' })).toMatchObject({ code: 'model.missing' });
    const gone = await folder();
    await rm(gone.path, { recursive: true });
    await expect(BundleWeights.open(gone.path)).rejects.toMatchObject({ code: 'model.missing' });
  });
});
