import { cp, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SafetensorsFile } from '../../../native/tensor/safetensors.ts';
import { lavida, nanoDirectory } from '../../support/cli.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lavida-broken-'));
  await cp(nanoDirectory, folder, { recursive: true });
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Overwrites one tensor of the copied bundle with the same 16-bit word everywhere. */
async function fill(name: string, word: number): Promise<void> {
  const path = join(folder, 'model.safetensors');
  const file = await SafetensorsFile.open(path);
  const { offset, byteLength } = file.entry(name);
  await file.close();
  const handle = await open(path, 'r+');
  await handle.write(Buffer.from(new Uint16Array(byteLength / 2).fill(word).buffer), 0, byteLength, offset);
  await handle.close();
}

function generate(): ReturnType<typeof lavida> {
  const args = [
    'generate',
    'a dog',
    '--model',
    folder,
    '--out',
    join(folder, 'x.png'),
    '--steps',
    '5',
    '--argmax',
  ];
  return lavida([...args, '--guidance', '0']);
}

it('weights that make NaN fail at the step, before anything is written', async () => {
  await fill('model.gen_predictor.0.weight', 0x7e00);
  const run = await generate();
  expect(run.code).toBe(1);
  expect(run.stderr).toContain('not finite at step 1');
  expect(run.stderr).toContain('try:');
});

it('weights that make every token the same fail instead of giving a flat picture', async () => {
  await fill('model.gen_predictor.2.weight', 0);
  const run = await generate();
  expect(run.code).toBe(1);
  expect(run.stderr).toContain('image tokens are the same after step 5');
});

it('a decoder that makes one flat colour is named', async () => {
  await fill('model.vqvae.decoder.conv_out.weight', 0);
  const run = await generate();
  expect(run.code).toBe(1);
  expect(run.stderr).toContain('one flat colour');
});
