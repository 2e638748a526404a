/**
 * What quantisation costs in accuracy: `node test/bench/quantisation.ts [--model DIR] [--prompts N] [--fixtures]`.
 * The states of text-to-image runs at full precision are shown to every precision; printed are the KL divergence of
 * its logits from full precision, the share of positions whose best code stays the same, and the file's size.
 */
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createEngine } from '../../native/engine.ts';
import { quantizeModel } from '../../native/models/quantize.ts';
import { openNetwork, type Network } from '../../native/network/index.ts';
import { textToImageUserText } from '../../native/text/prompts.ts';
import { TextTokenizer } from '../../native/text/tokenizer.ts';
import { openFixture } from '../parity/fixture.ts';
import { nanoDirectory, projectRoot } from '../support/cli.ts';

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: nanoDirectory },
    prompts: { type: 'string', default: '4' },
    fixtures: { type: 'boolean', default: false },
  },
});
const threads = availableParallelism();
const prompts = [
  'a photo of a red car',
  'two yellow bananas above a green bowl',
  'a blue fish to the left of a purple star',
  'three orange pumpkins',
  'a cat beside a tree',
  'a green apple under a yellow umbrella',
];

/** One forward to compare: text ids, codes of the canvas with masks, and which of them are masked. */
interface Probe {
  text: number[];
  codes: Int32Array;
  grid: { width: number; height: number };
}

/** States of real runs: the canvas before every fourth step. */
async function runProbes(directory: string, count: number): Promise<Probe[]> {
  const engine = createEngine();
  const info = await engine.open({ modelDirectory: directory, backend: 'cpu', threads }, () => undefined);
  const tokenizer = await TextTokenizer.open(directory, Infinity);
  const probes: Probe[] = [];
  for (const [i, prompt] of prompts.slice(0, count).entries()) {
    const request = {
      version: 1 as const,
      task: 'text-to-image' as const,
      prompt,
      seed: i,
      ...info.defaults,
    };
    const text = tokenizer.encode(textToImageUserText(prompt, request.microConditions));
    for await (const event of engine.run(request, {
      signal: new AbortController().signal,
      previews: false,
    })) {
      if (event.type === 'run.error') throw new Error(event.error.message);
      if (event.type === 'step.state' && event.step % 4 === 0)
        probes.push({ text, codes: Int32Array.from(event.ids), grid: info.grid });
    }
  }
  await engine.close();
  return probes;
}

/** Made-up states for models without a tokenizer. */
function madeUpProbes(network: Network): Probe[] {
  const grid = { width: 8, height: 8 };
  return Array.from({ length: 4 }, (_, p) => ({
    text: Array.from({ length: 12 }, (_, i) => (i * 7 + p * 13) % network.config.transformer.vocabulary),
    codes: Int32Array.from({ length: 64 }, (_, i) =>
      (i * 31 + p) % 4 < p ? (i * 17 + p * 5) % network.codebookSize : network.maskId,
    ),
    grid,
  }));
}

interface Logits {
  image: Float32Array;
  text: Float32Array;
}

async function logitsOf(network: Network, { text, codes, grid }: Probe): Promise<Logits> {
  const slots = await network.imageInput.embed(codes, grid);
  const count = slots.length / network.config.transformer.imageWidth;
  const { imageStates, textStates } = await network.mot.forward(
    {
      rows: 1,
      text: { states: await network.mot.embedText(text), positions: Int32Array.from(text.keys()) },
      image: { states: slots, positions: Int32Array.from({ length: count }, (_, i) => text.length + i) },
    },
    { image: true, text: true },
  );
  return {
    image: await network.imageOutput.logits(imageStates, 1, grid),
    text: await network.mot.textLogits(textStates),
  };
}

class Agreement {
  #kl = 0;
  #same = 0;
  #count = 0;

  add(
    reference: Float32Array,
    other: Float32Array,
    classes: number,
    counted: (row: number) => boolean,
  ): void {
    for (let row = 0; row * classes < reference.length; row++) {
      if (!counted(row)) continue;
      const p = reference.subarray(row * classes, (row + 1) * classes);
      const q = other.subarray(row * classes, (row + 1) * classes);
      const normal = (x: Float32Array) => {
        const most = x.reduce((a, b) => Math.max(a, b), -Infinity);
        return most + Math.log(x.reduce((sum, v) => sum + Math.exp(v - most), 0));
      };
      const [zp, zq] = [normal(p), normal(q)];
      p.forEach((v, i) => (this.#kl += Math.exp(v - zp) * (v - zp - ((q[i] ?? 0) - zq))));
      const best = (x: Float32Array) => x.indexOf(x.reduce((a, b) => Math.max(a, b), -Infinity));
      if (best(p) === best(q)) this.#same++;
      this.#count++;
    }
  }

  toString(): string {
    return `KL ${(this.#kl / this.#count).toExponential(2)}  same ${((100 * this.#same) / this.#count).toFixed(1)} %`;
  }
}

/** int4 and int8 of the model, at the usual block and, where that is too wide for it, at a smaller one. */
async function compare(
  label: string,
  directory: string,
  blocks: number[],
  given: Probe[] | null,
): Promise<void> {
  const reference = await openNetwork(directory, { backend: 'cpu', threads });
  const probes = given ?? madeUpProbes(reference);
  const expected: Logits[] = [];
  for (const probe of probes) expected.push(await logitsOf(reference, probe));
  const { codebookSize, maskId } = reference;
  const { vocabulary } = reference.config.transformer;
  console.log(`\n${label}: ${probes.length} states`);
  for (const block of blocks) {
    for (const to of ['int8', 'int4'] as const) {
      const out = await mkdtemp(join(tmpdir(), 'lavida-quantised-'));
      try {
        const { bytes, sourceBytes } = await quantizeModel(directory, out, { to, block });
        const network = await openNetwork(out, { backend: 'cpu', threads });
        const image = new Agreement();
        const text = new Agreement();
        for (const [i, probe] of probes.entries()) {
          const own = await logitsOf(network, probe);
          const want = expected[i] ?? own;
          image.add(want.image, own.image, codebookSize, (row) => probe.codes[row] === maskId);
          text.add(want.text, own.text, vocabulary, () => true);
        }
        const changed = network.weights.tensors().filter(({ quantized }) => quantized).length;
        await network.release();
        const size = `${((100 * bytes) / sourceBytes).toFixed(0)} % of the size`;
        console.log(
          `${to} block ${String(block).padEnd(3)}  image ${image}   text ${text}   ${changed} matrices, ${size}`,
        );
      } finally {
        await rm(out, { recursive: true, force: true });
      }
    }
  }
  await reference.release();
}

if (values.fixtures) {
  const golden = join(projectRoot, 'test', 'fixtures', 'golden');
  const folder = await mkdtemp(join(tmpdir(), 'lavida-fixture-'));
  const fixture = await openFixture(golden, 't2i_end_to_end');
  await copyFile(join(golden, fixture.weightsFile), join(folder, 'model.safetensors'));
  const { config, siglip, vq } = fixture.json;
  const studio = { image_size: 32 };
  await writeFile(
    join(folder, 'config.json'),
    JSON.stringify({ ...config, vision_config: siglip, lavida_studio: studio }),
  );
  await mkdir(join(folder, 'vqvae'));
  await writeFile(join(folder, 'vqvae', 'config.json'), JSON.stringify(vq));
  await fixture.tensors.close();
  await compare('fixture t2i_end_to_end (random weights)', folder, [128, 32, 16], null);
  await rm(folder, { recursive: true, force: true });
} else {
  await compare(values.model, values.model, [128, 32], await runProbes(values.model, Number(values.prompts)));
}
