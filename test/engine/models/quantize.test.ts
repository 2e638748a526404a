import { readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspectModel } from '../../../native/models/inspect.ts';
import { quantizeModel } from '../../../native/models/quantize.ts';
import { openNetwork } from '../../../native/network/index.ts';
import { BundleWeights } from '../../../native/tensor/bundle-weights.ts';
import { encodeSafetensors } from '../../../native/tensor/safetensors-writer.ts';
import { randomArray } from '../network/random-bundle.ts';
import { smallConfig } from '../../support/small-config.ts';
import { smallModel, testFolder } from './small-model.ts';

const options = { backend: 'cpu', threads: 1 };
const ids = Int32Array.from({ length: 256 }, (_, i) => i % 64);

/** Image logits of a fixed sequence. */
async function imageLogits(directory: string): Promise<Float32Array> {
  const network = await openNetwork(directory, options);
  try {
    const slots = await network.imageInput.embed(ids, network.grid);
    const count = slots.length / smallConfig.d_model_gen;
    const text = await network.mot.embedText([1, 2, 3, 4]);
    const { imageStates } = await network.mot.forward(
      {
        rows: 1,
        text: { states: text, positions: Int32Array.of(0, 1, 2, 3) },
        image: { states: slots, positions: Int32Array.from({ length: count }, (_, i) => i + 4) },
      },
      { image: true },
    );
    return await network.imageOutput.logits(imageStates, 1, network.grid);
  } finally {
    await network.release();
  }
}

function relative(actual: Float32Array, expected: Float32Array): number {
  let difference = 0;
  let size = 0;
  expected.forEach((value, i) => {
    difference += (value - (actual[i] ?? NaN)) ** 2;
    size += value ** 2;
  });
  return Math.sqrt(difference / size);
}

describe('lavida models quantize', () => {
  it('makes models that compute nearly the same: fp32 exactly, int8 closely, int4 roughly', async () => {
    const source = await smallModel();
    const expected = await imageLogits(source);
    const largest = { fp32: 0, int8: 0.03, int4: 0.4 };
    const errors: number[] = [];
    for (const to of ['fp32', 'int8', 'int4'] as const) {
      const out = await testFolder();
      const { bytes } = await quantizeModel(source, out, { to });
      const written = await Promise.all((await readdir(out)).filter((f) => f.endsWith('.safetensors')).map(async (f) => (await readFile(join(out, f))).length));
      expect(written.reduce((sum, n) => sum + n, 0)).toBe(bytes);
      const error = relative(await imageLogits(out), expected);
      expect(error).toBeLessThanOrEqual(largest[to]);
      errors.push(error);
      const report = await inspectModel(out, true);
      expect(report.problems).toEqual([]);
      expect(report.tasks.every(({ possible }) => possible)).toBe(true);
    }
    expect(errors[2]).toBeGreaterThan(errors[1] ?? 1);
    expect(errors[1]).toBeGreaterThan(0);
  });

  it('keeps norms, embeddings, image tokens and the VQ as they are, and the tokenizer beside them', async () => {
    const source = await smallModel({ separateVq: true });
    const out = await testFolder();
    await quantizeModel(source, out, { to: 'int4' });
    const [before, after] = [await BundleWeights.open(source), await BundleWeights.open(out)];
    expect(after.names().sort()).toEqual(before.names().sort());
    const untouched = after.tensors().filter(({ quantized }) => !quantized).map(({ name }) => name);
    expect(untouched).toContain('model.transformer.wte.weight');
    expect(untouched).toContain('model.gen_predictor.2.weight');
    expect(untouched.some((name) => name.startsWith('model.vqvae.'))).toBe(true);
    for (const name of untouched) expect(await after.readFloat32(name)).toEqual(await before.readFloat32(name));
    expect(after.entry('model.transformer.blocks.4.attn_out.weight').quantized?.bits).toBe(4);
    expect(await readFile(join(out, 'tokenizer.json'))).toEqual(await readFile(join(source, 'tokenizer.json')));
    await Promise.all([before.close(), after.close()]);
  });

  it('goes on where it was interrupted, and its folder is no model before', async () => {
    const source = await smallModel();
    const out = await testFolder();
    const abort = new AbortController();
    const interrupted = quantizeModel(source, out, {
      to: 'int8',
      signal: abort.signal,
      progress: ({ number }) => {
        if (number === 2) abort.abort();
      },
    });
    await expect(interrupted).rejects.toThrow(/abort/iu);
    const left = await readdir(out);
    expect(left).toEqual(['model-00001-of-00003.safetensors']);
    const result = await quantizeModel(source, out, { to: 'int8' });
    expect(result.files.map(({ kept }) => kept)).toEqual([true, false, false]);
    const direct = await testFolder();
    const whole = await quantizeModel(source, direct, { to: 'int8' });
    expect(result.files.map(({ sha256 }) => sha256)).toEqual(whole.files.map(({ sha256 }) => sha256));
    expect((await inspectModel(out, true)).problems).toEqual([]);
  });

  it('refuses its own folder, another model’s folder, and weights that are quantised already', async () => {
    const source = await smallModel();
    await expect(quantizeModel(source, source, { to: 'int4' })).rejects.toThrow('a folder of its own');
    const other = await smallModel({ seed: 8 });
    await expect(quantizeModel(source, other, { to: 'int4' })).rejects.toThrow('already holds another model');
    const quantized = await testFolder();
    await quantizeModel(source, quantized, { to: 'int4' });
    await expect(quantizeModel(quantized, await testFolder(), { to: 'int8' })).rejects.toThrow('already quantised');
    await expect(quantizeModel(source, await testFolder(), { to: 'int4', block: 100 })).rejects.toThrow('Blocks may have');
  });

  it('names file and tensor of a weight that is no number', async () => {
    const source = await testFolder();
    const name = 'model.transformer.blocks.0.q_proj.weight';
    const values = randomArray(128 * 128, 1);
    values[300] = NaN;
    const tensor = { name, dtype: 'F32' as const, shape: [128, 128], bytes: new Uint8Array(values.buffer) };
    await writeFile(join(source, 'model.safetensors'), encodeSafetensors([tensor]));
    await writeFile(join(source, 'config.json'), '{}');
    const run = quantizeModel(source, await testFolder(), { to: 'int4' });
    await expect(run).rejects.toThrow(`model.safetensors is damaged in the tensor "${name}"`);
  });

  it('says which shard is missing', async () => {
    const source = await smallModel();
    await rm(join(source, 'model-00002-of-00003.safetensors'));
    const run = quantizeModel(source, await testFolder(), { to: 'int4' });
    await expect(run).rejects.toThrow('lacks the shard model-00002-of-00003.safetensors');
  });
});

describe('lavida models inspect', () => {
  it('counts every part and finds nothing wrong with a whole model', async () => {
    const report = await inspectModel(await smallModel({ separateVq: true }));
    expect(report.problems).toEqual([]);
    expect(report.parts.map(({ state }) => state)).toEqual(report.parts.map(() => 'complete'));
    const sum = report.parts.reduce((total, part) => total + part.parameters, 0);
    expect(sum).toBe(report.parameters);
    const memory = (precision: string) =>
      report.memory.find((row) => row.task === 'text-to-image' && row.precision === precision)?.weights ?? 0;
    expect(memory('int4')).toBeLessThan(memory('int8'));
    expect(memory('int8')).toBeLessThan(memory('fp32'));
  });

  it('names missing shards, damaged files, gaps and tasks that become impossible', async () => {
    const path = await smallModel();
    await rm(join(path, 'model-00003-of-00003.safetensors'));
    await truncate(join(path, 'model-00002-of-00003.safetensors'), 5000);
    await rm(join(path, 'tokenizer.json'));
    const report = await inspectModel(path);
    const text = report.problems.join('\n');
    expect(text).toMatch(/shard .*model-00003-of-00003\.safetensors is missing/u);
    expect(text).toMatch(/model-00002-of-00003\.safetensors is damaged/u);
    expect(text).toMatch(/tokenizer\.json is missing/u);
    expect(report.tasks.every(({ possible }) => !possible)).toBe(true);
  });

  it('tells a model without eyes from one that lacks a piece of them', async () => {
    const blind = await inspectModel(await smallModel({ vision: false }));
    expect(blind.problems).toEqual([]);
    expect(blind.tasks.filter(({ possible }) => possible).map(({ task }) => task)).toEqual(['text-to-image']);
    expect(blind.parts.find(({ part }) => part === 'vision tower')?.state).toBe('absent');
  });

  it('finds converted files that were changed afterwards', async () => {
    const out = await testFolder();
    await quantizeModel(await smallModel(), out, { to: 'int8' });
    const path = join(out, 'model-00001-of-00003.safetensors');
    const bytes = await readFile(path);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await writeFile(path, bytes);
    expect((await inspectModel(out)).problems).toEqual([]);
    expect((await inspectModel(out, true)).problems.join()).toContain('its SHA-256 is not the one');
  });
});
