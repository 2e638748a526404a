import { z } from 'zod';
import type { TextNoise } from '../../../native/sampler/noise.ts';
import { TextSampler } from '../../../native/sampler/text-sampler.ts';
import { casesWith, has, shapeOf, type Fixture } from '../fixture.ts';
import { compareIds, compareSteps, compareValues, Worst, type Row } from '../report.ts';
import { textSettings, type TextKwargs, textKwargsSchema } from './text-kwargs.ts';

const noNoise: TextNoise = {
  gumbelUniforms: () => {
    throw new Error('the fixture records no noise for this case');
  },
  confidence: () => {
    throw new Error('the fixture records no confidences for this case');
  },
};

const commonSchema = z.looseObject({
  prompt_len: z.int().nonnegative(),
  gen_length: z.int().positive(),
  block_length: z.int().positive(),
  mask_id: z.int().nonnegative(),
});

/** Whole answers from preset logits [call, 1, P+G, V] with recorded noise. */
async function* compareAnswers(fixture: Fixture): AsyncGenerator<Row> {
  const entries = z.record(z.string(), z.looseObject({})).catch({}).parse(fixture.json['generate_cases']);
  const { tensors } = fixture;
  for (const tensorName of casesWith(fixture, 'expected', 'x').filter((name) =>
    name.startsWith('generate.'),
  )) {
    const name = tensorName.slice('generate.'.length);
    const merged = { ...entries['_common'], ...entries[name] };
    const common = commonSchema.parse(merged);
    const kwargs = textKwargsSchema.parse({ ...merged, max_new_tokens: common.gen_length });
    const own = `input.${tensorName}.logits`;
    const logitsName = has(fixture, own) ? own : 'input.generate.logits';
    const vocabulary = shapeOf(fixture, logitsName).at(-1) ?? 0;
    const logits = await tensors.readFloat32(logitsName);
    const rows = common.prompt_len + common.gen_length;
    const read = async (leaf: string) =>
      has(fixture, `input.${tensorName}.${leaf}`) ? tensors.readFloat32(`input.${tensorName}.${leaf}`) : null;
    const [uniforms, confidences] = [await read('u'), await read('rand_conf')];
    const noise: TextNoise = {
      gumbelUniforms: (step, position) => {
        const start = (step * rows + common.prompt_len + position) * vocabulary;
        return (
          uniforms?.subarray(start, start + vocabulary) ?? noNoise.gumbelUniforms(step, position, vocabulary)
        );
      },
      confidence: (step, position) =>
        confidences?.[step * rows + common.prompt_len + position] ?? noNoise.confidence(step, position),
    };
    const sampler = new TextSampler({
      settings: textSettings(kwargs),
      vocabulary,
      maskId: common.mask_id,
      noise,
    });
    const expected = await tensors.readInt32(`expected.${tensorName}.x`);
    const total = expected.length / rows;
    let equal = 0;
    for (let call = 0; sampler.next() !== null; call++) {
      const from = (call * rows + common.prompt_len) * vocabulary;
      sampler.commit(logits.subarray(from, from + common.gen_length * vocabulary), 0);
      const after = expected.subarray(call * rows + common.prompt_len, (call + 1) * rows);
      if (after.length > 0 && after.every((id, p) => id === sampler.tokens[p])) equal++;
    }
    yield compareSteps(tensorName, 'x', equal, Math.max(total, sampler.forwards));
  }
}

/** Gumbel noise on logits: the chosen ids, and the noisy values in logarithms, where they are sums. */
async function* compareGumbel(fixture: Fixture, tolerance: number): AsyncGenerator<Row> {
  if (!has(fixture, 'input.gumbel.logits')) return;
  const { tensors } = fixture;
  const logits = await tensors.readFloat32('input.gumbel.logits');
  const vocabulary = shapeOf(fixture, 'input.gumbel.logits').at(-1) ?? 0;
  const length = logits.length / vocabulary;
  for (const name of casesWith(fixture, 'expected', 'x0').filter((entry) => entry.startsWith('gumbel.'))) {
    const temperature = Number(name.slice('gumbel.T'.length));
    const uniforms = temperature > 0 ? await tensors.readFloat32(`input.${name}.u`) : null;
    const sampler = new TextSampler({
      settings: { ...textSettings({ max_new_tokens: length, block_length: length }), temperature },
      vocabulary,
      maskId: vocabulary,
      noise: {
        ...noNoise,
        gumbelUniforms: (step, position) =>
          uniforms?.subarray(position * vocabulary, (position + 1) * vocabulary) ??
          noNoise.gumbelUniforms(step, position, vocabulary),
      },
    });
    const { drafted } = sampler.commit(logits, 0);
    yield compareIds(name, 'x0', drafted, await tensors.readInt32(`expected.${name}.x0`));
    const values = await tensors.readFloat32(`expected.${name}.value`);
    const noisy = logits.map(
      (l, i) => l - (uniforms ? temperature * Math.log(-Math.log(uniforms[i] as number)) : 0),
    );
    const worst = new Worst();
    worst.add(noisy, uniforms ? values.map((value) => Math.log(value)) : values);
    yield* worst.rows(name, 'noisy logits', tolerance);
  }
}

/** One selection over a partly masked canvas: by count, by threshold, by factor. */
async function* compareTransfer(fixture: Fixture, tolerance: number): AsyncGenerator<Row> {
  if (!has(fixture, 'input.transfer.logits')) return;
  const { tensors } = fixture;
  const logits = await tensors.readFloat32('input.transfer.logits');
  const vocabulary = shapeOf(fixture, 'input.transfer.logits').at(-1) ?? 0;
  const length = logits.length / vocabulary;
  const mask = await tensors.readInt32('input.transfer.mask');
  const current = await tensors.readInt32('input.transfer.x');
  const draft = current.map((id, p) => (mask[p] === 1 ? vocabulary : id));
  const masked = mask.reduce((sum, flag) => sum + flag, 0);
  const select = (rule: TextKwargs) =>
    new TextSampler({
      settings: textSettings({ ...rule, max_new_tokens: length, block_length: length }),
      vocabulary,
      maskId: vocabulary,
      draft,
      noise: noNoise,
    }).commit(logits, 0);
  for (const name of casesWith(fixture, 'expected', 'index').filter((entry) =>
    entry.startsWith('transfer.'),
  )) {
    const match = /^transfer\.(k|th|factor)([\d.]+)$/u.exec(name);
    if (!match) throw new Error(`the case name ${name} does not tell its rule`);
    const value = Number(match[2]);
    const expected = await tensors.readInt32(`expected.${name}.index`);
    // A count k is not a rule of its own: the k most confident of a selection that takes them all.
    const step = select(
      match[1] === 'k'
        ? { use_fast_dlm: true, factor: null, threshold: -1 }
        : { use_fast_dlm: true, factor: match[1] === 'factor' ? value : null, threshold: value },
    );
    const chosen = new Set(match[1] === 'k' ? step.positions.slice(0, value) : step.positions);
    yield compareIds(
      name,
      'index',
      Int32Array.from({ length }, (_, p) => (chosen.has(p) ? 1 : 0)),
      expected,
    );
    if (has(fixture, `expected.${name}.x0`)) {
      yield compareIds(name, 'x0', step.drafted, await tensors.readInt32(`expected.${name}.x0`));
    }
  }
  if (has(fixture, 'expected.transfer.confidence')) {
    const expected = await tensors.readFloat32('expected.transfer.confidence');
    const { probability } = select({ use_fast_dlm: true, factor: null, threshold: -1 });
    const where = Array.from({ length }, (_, p) => p).filter((p) => mask[p] === 1);
    const pick = (values: Float32Array) => where.map((p) => values[p] as number);
    yield compareValues('transfer', `confidence (${masked})`, pick(probability), pick(expected), tolerance);
  }
}

export async function* compareTextSampler(fixture: Fixture, tolerance: number): AsyncGenerator<Row> {
  yield* compareGumbel(fixture, tolerance);
  yield* compareTransfer(fixture, tolerance);
  yield* compareAnswers(fixture);
}
