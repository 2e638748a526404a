import { afterEach, describe, expect, it } from 'vitest';
import { transformerConfig } from '../../../native/network/config.ts';
import { ElasticMot, type ForwardBatch } from '../../../native/network/elastic-mot.ts';
import { BundleWeights } from '../../../native/tensor/bundle-weights.ts';
import { maxAbsoluteDifference } from '../../parity/report.ts';
import { randomArray, randomBundle, smallSizes, type BundleSizes } from './random-bundle.ts';
import { ReferenceMot } from './reference.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function open(sizes: BundleSizes, options: { dtype?: 'F32' | 'BF16'; layersPerSession?: number } = {}) {
  const folder = await randomBundle(sizes, options.dtype === undefined ? {} : { dtype: options.dtype });
  cleanups.push(folder.remove);
  const weights = await BundleWeights.open(folder.path);
  cleanups.push(() => weights.close());
  const config = transformerConfig({ ...sizes, dual_tower: true }, weights);
  const { layersPerSession } = options;
  const mot = new ElasticMot(weights, config, {
    backend: 'cpu',
    threads: 1,
    ...(layersPerSession === undefined ? {} : { layersPerSession }),
  });
  cleanups.push(() => mot.release());
  return { mot, reference: await ReferenceMot.load(sizes, weights) };
}

/** A sequence with image rows where `routing` says i, and the same as tokens of the reference. */
function sequence(sizes: BundleSizes, routing: string, seed: number, offset = 0) {
  const tokens = Array.from(routing, (kind, i) => {
    const image = kind === 'i';
    const state = Array.from(randomArray(image ? sizes.d_model_gen : sizes.d_model, seed * 100 + i));
    return { image, position: i + offset, state };
  });
  const branch = (image: boolean) => {
    const own = tokens.filter((token) => token.image === image);
    return {
      states: Float32Array.from(own.flatMap((token) => token.state)),
      positions: Int32Array.from(own, (token) => token.position),
    };
  };
  const batch: ForwardBatch = {
    rows: 1,
    ...(routing.includes('t') ? { text: branch(false) } : {}),
    ...(routing.includes('i') ? { image: branch(true) } : {}),
  };
  return { tokens, batch };
}

const variants: [string, BundleSizes][] = [
  ['grouped key-value heads', smallSizes],
  ['one head for keys and values', { ...smallSizes, n_heads: 4, n_kv_heads: 1 }],
  ['as many key heads as heads', { ...smallSizes, n_kv_heads: 6 }],
  ['every layer joint', { ...smallSizes, dual_tower_layers: 7 }],
  ['only the first layer joint', { ...smallSizes, dual_tower_layers: 0, n_layers: 4 }],
  ['gen branch as wide as und', { ...smallSizes, d_model_gen: 48, rms_norm_eps: 0.01 }],
];

describe('the transformer against its definition in float64', () => {
  for (const [name, sizes] of variants) {
    it(`gives the states of both branches: ${name}`, async () => {
      const { mot, reference } = await open(sizes);
      const { tokens, batch } = sequence(sizes, 'ittiiitiittt', 3);
      const expected = reference.forward(tokens);
      const pick = (image: boolean) => expected.filter((_, i) => tokens[i]?.image === image).flat();
      const both = await mot.forward(batch, { text: true, image: true });
      expect(maxAbsoluteDifference(both.textStates, pick(false))).toBeLessThan(2e-5);
      expect(maxAbsoluteDifference(both.imageStates, pick(true))).toBeLessThan(2e-5);
      const imageOnly = await mot.forward(batch, { image: true });
      expect(maxAbsoluteDifference(imageOnly.imageStates, pick(true))).toBeLessThan(2e-5);
      expect(imageOnly.textStates).toHaveLength(0);
      const textOnly = await mot.forward(batch, { text: true });
      expect(maxAbsoluteDifference(textOnly.textStates, pick(false))).toBeLessThan(2e-5);
    });
  }

  it('gives each row of a batch what it gets alone', async () => {
    const { mot } = await open(smallSizes);
    const one = sequence(smallSizes, 'ttiiiit', 5).batch;
    const two = sequence(smallSizes, 'ttiiiit', 6).batch;
    const join = (branch: 'text' | 'image') => ({
      states: Float32Array.of(...(one[branch]?.states ?? []), ...(two[branch]?.states ?? [])),
      positions: one[branch]?.positions ?? new Int32Array(0),
    });
    const together = await mot.forward(
      { rows: 2, text: join('text'), image: join('image') },
      { image: true },
    );
    const apart = [await mot.forward(one, { image: true }), await mot.forward(two, { image: true })];
    const expected = apart.flatMap(({ imageStates }) => Array.from(imageStates));
    expect(maxAbsoluteDifference(together.imageStates, expected)).toBeLessThan(1e-5);
  });

  it('does not depend on how layers are grouped into sessions', async () => {
    const whole = await open(smallSizes);
    const split = await open(smallSizes, { layersPerSession: 1 });
    const { batch } = sequence(smallSizes, 'tttiiiitt', 8);
    for (const wanted of [{ image: true }, { text: true, image: true, keyValues: true }]) {
      const a = await whole.mot.forward(batch, wanted);
      const b = await split.mot.forward(batch, wanted);
      expect(maxAbsoluteDifference(a.imageStates, b.imageStates)).toBeLessThan(1e-5);
      expect(maxAbsoluteDifference(a.textStates, b.textStates)).toBeLessThan(1e-5);
      expect(a.keyValues.map((layer) => layer.positions)).toEqual(
        b.keyValues.map((layer) => layer.positions),
      );
    }
  });

  it('reads bfloat16 weights', async () => {
    const { mot, reference } = await open(smallSizes, { dtype: 'BF16' });
    const { tokens, batch } = sequence(smallSizes, 'ttiiiit', 9);
    const expected = reference.forward(tokens).filter((_, i) => tokens[i]?.image === true);
    const { imageStates } = await mot.forward(batch, { image: true });
    expect(maxAbsoluteDifference(imageStates, expected.flat())).toBeLessThan(2e-5);
  });

  it('gives text logits and the embedded rows it was asked for', async () => {
    const { mot, reference } = await open(smallSizes);
    const ids = [3, 36, 3, 0];
    const rows = await mot.embedText(ids);
    expect(rows).toHaveLength(4 * smallSizes.d_model);
    expect(rows.subarray(0, 48)).toEqual(rows.subarray(96, 144));
    const expected = [0, 1, 2, 3].flatMap((i) =>
      reference.textLogits(Array.from(rows.subarray(i * smallSizes.d_model, (i + 1) * smallSizes.d_model))),
    );
    expect(maxAbsoluteDifference(await mot.textLogits(rows), expected)).toBeLessThan(1e-5);
    await expect(mot.embedText([37])).rejects.toThrow('no row 37');
  });
});

describe('the cache', () => {
  it('lets new rows see the prefix, at their own positions', async () => {
    const sizes = { ...smallSizes, dual_tower_layers: 7 };
    const { mot } = await open(sizes);
    const prefix = sequence(sizes, 'tttttt', 11);
    const answer = sequence(sizes, 'tttt', 12, 6);
    const cached = await mot.forward(prefix.batch, { keyValues: true });
    expect(cached.keyValues).toHaveLength(sizes.n_layers);
    const step = await mot.forward({ ...answer.batch, past: cached.keyValues }, { text: true });
    // The reference has no cache; one layer of it is enough to see that prefix rows enter the answer's attention.
    const alone = await mot.forward(answer.batch, { text: true });
    expect(maxAbsoluteDifference(step.textStates, alone.textStates)).toBeGreaterThan(1e-2);
    // A prefix of one layer sees nothing new, so with one layer caching equals running all rows together.
    const single = { ...sizes, n_layers: 1 };
    const small = await open(single);
    const past = (await small.mot.forward(prefix.batch, { keyValues: true })).keyValues;
    const stepped = await small.mot.forward({ ...answer.batch, past }, { text: true });
    const expected = small.reference
      .forward([...prefix.tokens, ...answer.tokens])
      .slice(6)
      .flat();
    expect(maxAbsoluteDifference(stepped.textStates, expected)).toBeLessThan(2e-5);
  });

  it('refuses a cache of another number of layers', async () => {
    const { mot } = await open(smallSizes);
    const { batch } = sequence(smallSizes, 'ttt', 13);
    await expect(mot.forward({ ...batch, past: [] }, { text: true })).rejects.toThrow('cache of 0 layers');
  });
});

it('stops between sessions when cancelled', async () => {
  const { mot } = await open(smallSizes, { layersPerSession: 1 });
  const { batch } = sequence(smallSizes, 'tttiiii', 14);
  const abort = new AbortController();
  const running = mot.forward(batch, { image: true }, abort.signal);
  abort.abort();
  await expect(running).rejects.toThrow(/abort/iu);
  expect((await mot.forward(batch, { image: true })).imageStates).toHaveLength(4 * smallSizes.d_model_gen);
});
