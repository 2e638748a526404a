import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { transformerSizes } from '../../../native/network/config.ts';
import { openNetwork } from '../../../native/network/index.ts';
import { encodeSafetensors } from '../../../native/tensor/safetensors-writer.ts';
import { smallConfig } from '../../support/small-config.ts';
import { codes, randomBundle, randomTensors, smallSizes, tensorShapes } from './random-bundle.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const options = { backend: 'cpu', threads: 1 };

async function open(folder: string) {
  const network = await openNetwork(folder, options);
  cleanups.push(() => network.release());
  return network;
}

async function failure(config: Record<string, unknown>): Promise<unknown> {
  const bundle = await randomBundle(smallSizes, { config });
  cleanups.push(bundle.remove);
  return openNetwork(bundle.path, options).then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('opening a bundle', () => {
  it('tells what the config says, and the published values where it is silent', async () => {
    const bundle = await randomBundle(smallSizes, {
      config: {
        lavida_studio: { name: 'Mini', version: '2.1', image_size: 32, defaults: { t2i: { steps: 8 } } },
      },
    });
    cleanups.push(bundle.remove);
    const network = await open(bundle.path);
    expect(network.config.studio).toEqual({
      name: 'Mini',
      version: '2.1',
      imageSize: 32,
      maxCaptionCharacters: 800,
      tasks: null,
      examples: {},
      defaults: { t2i: { steps: 8 } },
    });
    expect(network.config.transformer).toMatchObject({
      width: 48,
      imageWidth: 20,
      jointLayers: 2,
      keyValueHeads: 2,
    });
    expect(network.config.imageTokens).toMatchObject({ codes, maskId: codes + 1 });
    const counted = tensorShapes(smallSizes).reduce(
      (sum, [, shape]) => sum + shape.reduce((a, b) => a * b, 1),
      0,
    );
    expect(network.parameters).toBe(counted);

    const silent = await randomBundle(smallSizes, { config: { lavida_studio: undefined } });
    cleanups.push(silent.remove);
    expect((await open(silent.path)).config.studio).toMatchObject({ name: 'LaViDa-O', imageSize: 1024 });
  });

  it('says which part is missing when it is asked for', async () => {
    const bundle = await randomBundle(smallSizes);
    cleanups.push(bundle.remove);
    const network = await open(bundle.path);
    expect(network.has('image')).toBe(false);
    expect(() => network.vq).toThrow('This model has no VQ autoencoder.');
    await expect(network.prepare('image')).rejects.toMatchObject({ code: 'model.incomplete' });
  });

  it('has a fingerprint that follows weights and config, not the order of keys or the place', async () => {
    const prints: string[] = [];
    for (const [seed, config] of [
      [1, {}],
      [1, {}],
      [2, {}],
      [1, { max_sequence_length: 99 }],
    ] as const) {
      const bundle = await randomBundle(smallSizes, { seed, config });
      cleanups.push(bundle.remove);
      if (prints.length === 1) {
        const path = join(bundle.path, 'config.json');
        const entries = Object.entries(JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>);
        await writeFile(path, JSON.stringify(Object.fromEntries(entries.reverse())));
      }
      prints.push((await open(bundle.path)).fingerprint);
    }
    expect(prints[0]).toMatch(/^[0-9a-f]{64}$/u);
    expect(prints[1]).toBe(prints[0]);
    expect(new Set(prints).size).toBe(3);
  });

  it('keeps its fingerprint when it is renamed or starts from other settings', async () => {
    const bundle = await randomBundle(smallSizes, { seed: 1, config: {} });
    cleanups.push(bundle.remove);
    const before = (await open(bundle.path)).fingerprint;
    const path = join(bundle.path, 'config.json');
    const config = JSON.parse(await readFile(path, 'utf8')) as { lavida_studio: Record<string, unknown> };
    const studio = {
      ...config.lavida_studio,
      name: 'Renamed',
      tasks: ['text-to-image'],
      defaults: { t2i: { steps: 3 } },
    };
    await writeFile(path, JSON.stringify({ ...config, lavida_studio: studio }));
    expect((await open(bundle.path)).fingerprint).toBe(before);
  });
});

describe('a config that does not fit', () => {
  it('is refused with tensor, expected and found shape', async () => {
    expect(await failure({ mlp_hidden_size: 57 })).toMatchObject({
      code: 'model.shape',
      message:
        'The tensor "model.transformer.blocks.0.ff_proj.weight" has shape [56, 48] where config.json asks for [57, 48].',
    });
    expect(await failure({ n_layers: 4 })).toMatchObject({
      code: 'model.incomplete',
      message: expect.stringContaining('model.transformer.blocks.3.attn_norm.weight'),
    });
    expect(await failure({ n_kv_heads: 3 })).toMatchObject({ code: 'model.shape' });
    expect(await failure({ d_model_gen: 24 })).toMatchObject({ code: 'model.shape' });
    expect(await failure({ vocab_size: 36 })).toMatchObject({ code: 'model.shape' });
  });

  it('is refused when it asks for another network', async () => {
    const wrong: Record<string, unknown>[] = [
      { activation_type: 'gelu' },
      { layer_norm_type: 'default' },
      { alibi: true },
      { gen_mlp_type: 'linear' },
      { n_heads: 5 },
      { d_model: 'wide' },
      { lavida_studio: { image_size: -1 } },
    ];
    for (const config of wrong) expect(await failure(config)).toMatchObject({ code: 'model.config' });
  });

  it('is refused when a value is nested thousands deep, in a file or not', async () => {
    const depth = 20_000;
    const deep = '['.repeat(depth) + ']'.repeat(depth);
    const bundle = await randomBundle(smallSizes);
    cleanups.push(bundle.remove);
    const text = await readFile(join(bundle.path, 'config.json'), 'utf8');
    await bundle.write('config.json', text.replace('{', `{"other": ${deep},`));
    await expect(openNetwork(bundle.path, options)).rejects.toMatchObject({
      code: 'model.config',
      detail: expect.stringContaining('nested') as unknown,
    });
    const config = { ...smallConfig, activation_type: JSON.parse(deep) as unknown };
    expect(() => transformerSizes(config, false)).toThrow(
      'config.json sets activation_type to a list; this network needs "silu".',
    );
  });

  it('is refused when it is missing or no JSON', async () => {
    const bundle = await randomBundle(smallSizes);
    cleanups.push(bundle.remove);
    await bundle.write('config.json', '{"d_model": ');
    await expect(openNetwork(bundle.path, options)).rejects.toMatchObject({ code: 'model.config' });
    await expect(openNetwork(join(bundle.path, 'nowhere'), options)).rejects.toMatchObject({
      code: 'model.missing',
    });
  });

  it('is refused when the weights hold integers where numbers belong', async () => {
    const bundle = await randomBundle(smallSizes);
    cleanups.push(bundle.remove);
    const tensors = randomTensors(tensorShapes(smallSizes), 1, 'F32').map((tensor) =>
      tensor.name.endsWith('gen_embedding.2.weight') ? { ...tensor, dtype: 'I32' as const } : tensor,
    );
    await bundle.write('model.safetensors', encodeSafetensors(tensors));
    const network = await open(bundle.path);
    await expect(network.imageInput.embed([0, 1, 2, 3], { width: 2, height: 2 })).rejects.toMatchObject({
      code: 'model.corrupt',
    });
  });
});
