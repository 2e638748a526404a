import { z } from 'zod';
import { transformerConfig } from '../../../native/network/config.ts';
import { ElasticMot } from '../../../native/network/elastic-mot.ts';
import { diffuseText, type DiffusedText, type DiffusionStep } from '../../../native/tasks/text-diffusion.ts';
import type { TextNoise } from '../../../native/sampler/noise.ts';
import { BundleWeights } from '../../../native/tensor/bundle-weights.ts';
import type { ParityCase, ParityContext } from '../case.ts';
import { casesWith, has, shapeOf, type Fixture } from '../fixture.ts';
import { compareIds, compareSteps, Worst, type Row } from '../report.ts';
import { textKwargsSchema, textSettings } from './text-kwargs.ts';

const caseSchema = textKwargsSchema.extend({
  mask_id: z.int().nonnegative(),
  prefix_lm: z.boolean().default(false),
  nfe: z.int().optional(),
  calls: z
    .array(z.object({ rows: z.int(), positions: z.array(z.int()), tokens: z.array(z.int()) }))
    .optional(),
});

/** Noise recorded for the rows of a step: the canvas alone, or prompt and canvas. */
async function recordedNoise(fixture: Fixture, name: string, length: number): Promise<TextNoise> {
  const read = async (leaf: string) => {
    const tensor = `input.${name}.${leaf}`;
    return has(fixture, tensor) ? fixture.tensors.readFloat32(tensor) : null;
  };
  const [uniforms, confidences] = [await read('u'), await read('rand_conf')];
  const missing = (): never => {
    throw new Error(`${name}: the fixture records no noise for this`);
  };
  const rowsOf = (leaf: string) => shapeOf(fixture, `input.${name}.${leaf}`)[1] ?? length;
  return {
    gumbelUniforms: (step, position, vocabulary) => {
      const rows = uniforms ? rowsOf('u') : missing();
      const start = (step * rows + rows - length + position) * vocabulary;
      return uniforms?.subarray(start, start + vocabulary) ?? missing();
    },
    confidence: (step, position) => {
      const rows = confidences ? rowsOf('rand_conf') : missing();
      return confidences?.[step * rows + rows - length + position] ?? missing();
    },
  };
}

/** Everything recorded about one answer: its steps, passes, forwards, logits and tokens. */
export async function* answerRows(
  fixture: Fixture,
  mot: ElasticMot,
  prompt: Float32Array,
  name: string,
  tolerance: number,
): AsyncGenerator<Row> {
  const { tensors } = fixture;
  const entry = z.record(z.string(), z.unknown()).parse(fixture.json.cases?.[name]);
  const kwargs = caseSchema.parse({ mask_id: fixture.json.mask_id, ...entry });
  const settings = textSettings(kwargs);
  const { length } = settings;
  const vocabulary = mot.config.vocabulary;
  const draftName = `input.${name}.draft_tokens`;
  const run = diffuseText({
    mot,
    prompt,
    settings,
    cache: kwargs.prefix_lm ? 'prefix' : 'full',
    maskId: kwargs.mask_id,
    noise: await recordedNoise(fixture, name, length),
    ...(has(fixture, draftName) ? { draft: await tensors.readInt32(draftName) } : {}),
  });
  const steps: DiffusionStep[] = [];
  let next = await run.next();
  while (!next.done) {
    steps.push(next.value);
    next = await run.next();
  }
  const result: DiffusedText = next.value;

  const history = `expected.${name}.x_steps`;
  if (has(fixture, history)) {
    const [total = 0, rows = 0] = shapeOf(fixture, history);
    const expected = await tensors.readInt32(history);
    const draft = has(fixture, draftName) ? await tensors.readInt32(draftName) : new Int32Array(0);
    const canvas = new Int32Array(length).fill(kwargs.mask_id);
    canvas.set(draft);
    let equal = 0;
    steps.forEach(({ positions, ids }, i) => {
      positions.forEach((position, k) => (canvas[position] = ids[k] as number));
      const after = expected.subarray((i + 1) * rows - length, (i + 1) * rows);
      if (canvas.every((id, position) => id === after[position])) equal++;
    });
    yield compareSteps(name, 'x', equal, Math.max(total, steps.length));
  }
  if (kwargs.calls) {
    const { calls } = kwargs;
    const promptLength = prompt.length / mot.config.width;
    const equal = steps.filter((step, i) => {
      const call = calls[i];
      if (!call) return false;
      const whole = call.rows === promptLength + length;
      const offset = whole ? promptLength : -step.blockStart;
      const committed = Array.from(step.positions, (position, k) => [position + offset, step.ids[k]]);
      committed.sort(([a = 0], [b = 0]) => a - b);
      return (
        (whole || call.rows === settings.blockLength) &&
        JSON.stringify(committed) === JSON.stringify(call.positions.map((p, k) => [p, call.tokens[k]]))
      );
    });
    yield compareSteps(name, 'commits of each pass', equal.length, Math.max(calls.length, steps.length));
  }
  if (kwargs.nfe !== undefined) yield compareIds(name, 'forwards', [result.forwards], [kwargs.nfe]);

  const logits = new Worst();
  for (const [leaf, step] of [
    ['logits_first', steps[0]],
    ['logits_last', steps.at(-1)],
  ] as const) {
    const tensor = `expected.${name}.${leaf}`;
    if (!step || !has(fixture, tensor)) continue;
    const rows = shapeOf(fixture, tensor).at(-2) ?? 0;
    const from = (rows - length + step.blockStart) * vocabulary;
    const expected = (await tensors.readFloat32(tensor)).subarray(from, from + step.logits.length);
    logits.add(step.logits, expected);
  }
  yield* logits.rows(name, "logits of the block's rows", tolerance);
  const expected = await tensors.readInt32(`expected.${name}.x`);
  yield compareIds(name, 'answer', result.tokens, expected.subarray(expected.length - length));
}

async function* run(fixture: Fixture, context: ParityContext): AsyncGenerator<Row> {
  const weights = await BundleWeights.openFiles(fixture.directory, [fixture.weightsFile]);
  const mot = new ElasticMot(weights, transformerConfig(fixture.json.config ?? {}, weights), context);
  try {
    for (const name of casesWith(fixture, 'expected', 'x')) {
      const own = `input.${name}.prompt_ids`;
      const ids = await fixture.tensors.readInt32(has(fixture, own) ? own : 'input.prompt_ids');
      yield* answerRows(fixture, mot, await mot.embedText(ids), name, context.tolerance);
    }
  } finally {
    await mot.release();
    await weights.close();
  }
}

/** Answers by text diffusion: every step, the commits of fast-dLLM, logits (PIPELINE §1). */
export const textDiffusionCase: ParityCase = {
  name: 'text_diffusion',
  matches: (fixture) => has(fixture, 'input.prompt_ids') && casesWith(fixture, 'expected', 'x').length > 0,
  run,
};
