import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { BundleWeights } from '../../native/tensor/bundle-weights.ts';
import { encodeSafetensors, type TensorBytes } from '../../native/tensor/safetensors-writer.ts';
import {
  codes,
  randomArray,
  randomTensors,
  smallSizes,
  temporaryFolder,
  tensorShapes,
  type TemporaryFolder,
} from './network/random-bundle.ts';
import { ReferenceMot } from './network/reference.ts';

const command = fileURLToPath(new URL('../parity/main.ts', import.meta.url));
const folders: TemporaryFolder[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await folder.remove();
});

async function folder(): Promise<TemporaryFolder> {
  const made = await temporaryFolder();
  folders.push(made);
  return made;
}

function f32(name: string, shape: number[], values: ArrayLike<number>): TensorBytes {
  return { name, dtype: 'F32', shape, bytes: new Uint8Array(Float32Array.from(values).buffer) };
}

/** Runs `npm run parity -- DIR` without npm. */
function parity(...args: string[]): { code: number | null; output: string } {
  const run = spawnSync(process.execPath, [command, ...args], { encoding: 'utf8' });
  return { code: run.status, output: run.stdout + run.stderr };
}

/**
 * A fixture of sizes, case names and a grid that no recording has: grouped heads, three layers, 6×4 codes. Expected
 * values come from the float64 definition; `error` is added to one of them.
 */
async function writeFixture(dir: TemporaryFolder, error: number): Promise<void> {
  const tensors = randomTensors(tensorShapes(smallSizes), 21, 'F32');
  await dir.write('other_sizes.safetensors', encodeSafetensors(tensors));
  const weights = await BundleWeights.openFiles(dir.path, ['other_sizes.safetensors']);
  const reference = await ReferenceMot.load(smallSizes, weights);
  await weights.close();
  const { d_model: width, d_model_gen: narrow } = smallSizes;
  const tokens = Array.from('tiititiit', (kind, i) => {
    const image = kind === 'i';
    return { image, position: i, state: Array.from(randomArray(image ? narrow : width, 50 + i)) };
  });
  const final = reference.forward(tokens);
  const padded = (row: number[]) => [...row, ...new Array<number>(width - row.length).fill(0)];
  const logits = final.map((row) => reference.textLogits(padded(row)));
  (final[4] as number[])[0] = (final[4]?.[0] ?? 0) + error;
  const mot: TensorBytes[] = [
    f32(
      'input.an.odd.name.inputs_embeds',
      [1, 9, width],
      tokens.flatMap((t) => padded(t.state)),
    ),
    {
      name: 'input.an.odd.name.modality_indices',
      dtype: 'U8',
      shape: [1, 9],
      bytes: Uint8Array.from(tokens, (t) => Number(t.image)),
    },
    f32('expected.an.odd.name.final', [1, 9, width], final.flatMap(padded)),
    f32('expected.an.odd.name.logits', [1, 9, smallSizes.vocab_size], logits.flat()),
  ];
  const config = { ...smallSizes, dual_tower: true };
  await dir.write('other_sizes.json', JSON.stringify({ name: 'something_new', config }));
  await dir.write('other_sizes.safetensors', encodeSafetensors([...tensors, ...mot]));
  const ids = Array.from({ length: 24 }, (_, i) => (i * 5) % codes);
  const head: TensorBytes[] = [
    {
      name: 'input.wide.ids',
      dtype: 'I32',
      shape: [1, 24],
      bytes: new Uint8Array(Int32Array.from(ids).buffer),
    },
    f32('expected.wide.embeds', [1, 6, narrow], reference.embed(ids, 6).flat()),
  ];
  await dir.write('gen_head_wide.json', JSON.stringify({ config, cases: { wide: { H: 4, W: 6, B: 1 } } }));
  const heads = tensors.filter(({ name }) => /gen_|sample/u.test(name) && !name.includes('blocks'));
  await dir.write('gen_head_wide.safetensors', encodeSafetensors([...heads, ...head]));
}

describe('npm run parity', () => {
  it('passes fixtures of other names and sizes, and exits with 0', async () => {
    const dir = await folder();
    await writeFixture(dir, 0);
    const { code, output } = parity(dir.path);
    expect(output).toMatch(/an\.odd\.name +final states .*pass/u);
    expect(output).toMatch(/an\.odd\.name +text logits .*pass/u);
    expect(output).toMatch(/wide +embeds .*pass/u);
    expect(output).not.toContain('FAIL');
    expect(code).toBe(0);
  });

  it('fails with 1 when one number is off by more than the tolerance, and shows by how much', async () => {
    const dir = await folder();
    await writeFixture(dir, 3e-4);
    const strict = parity(dir.path);
    expect(strict.output).toMatch(/final states .*3\.0\de-4 +FAIL/u);
    expect(strict.code).toBe(1);
    expect(parity(dir.path, '--tolerance', '1e-3').code).toBe(0);
  });

  it('names what it does not cover without failing, and fails on a damaged fixture or an empty folder', async () => {
    const dir = await folder();
    await dir.write('mystery.json', '{}');
    await dir.write('mystery.safetensors', encodeSafetensors([f32('x', [1], [1])]));
    const uncovered = parity(dir.path);
    expect(uncovered.output).toMatch(/mystery\nnot covered/u);
    expect(uncovered.code).toBe(0);
    await dir.write('damaged.json', '{}');
    await dir.write('damaged.safetensors', 'no tensors');
    const damaged = parity(dir.path);
    expect(damaged.output).toContain(join(dir.path, 'damaged.safetensors'));
    expect(damaged.code).toBe(1);
    expect(parity((await folder()).path).code).toBe(1);
    expect(parity().code).toBe(2);
  });
});
