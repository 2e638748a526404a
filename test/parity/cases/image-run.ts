import { z } from 'zod';
import { curveNames, scheduleNames } from '../../../electron/contract/request.ts';
import { filterRow } from '../../../native/sampler/filters.ts';
import type { EditMode } from '../../../native/sampler/guidance.ts';
import {
  ImageSampler,
  type ImageSamplerSettings,
  type ImageStep,
  type SelectionPolicy,
} from '../../../native/sampler/image-sampler.ts';
import type { ImageNoise } from '../../../native/sampler/noise.ts';
import { explicitOrder, stratifiedOrder, type CodeGrid } from '../../../native/sampler/orders.ts';
import type { RowDistribution } from '../../../native/sampler/probabilities.ts';
import { fillMasked, refinementTemperature, remask } from '../../../native/sampler/refinement.ts';
import { maskGitWeights } from '../../../native/sampler/selection.ts';
import { temperatureFactors } from '../../../native/sampler/temperature.ts';
import { has, shapeOf, type Fixture } from '../fixture.ts';
import { compareIds, compareSteps, compareValues, Worst, type Row } from '../report.ts';

/** Curves of the published settings; `exp` exists for the sampling temperature. */
const curve = z.enum([...curveNames, 'exp']).catch('linear');

/** Recorded keyword arguments; what is absent has the published function's default (PIPELINE §2.1). */
const kwargsSchema = z.looseObject({
  n_steps: z.int().default(20),
  guidance_scale: z.number().default(5),
  guidance_scale_image: z.number().default(5),
  edit_mode: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]).default(0),
  cfg_interval: z.tuple([z.number(), z.number()]).default([0, 1]),
  schedule: z.enum(scheduleNames).catch('linear').default('shift'),
  shift: z.number().default(3),
  shift_alg: z.number().nullish(),
  temperature: z.number().default(1),
  sample_policy: z.enum(['multinomial', 'argmax']).default('multinomial'),
  confidence_policy: z.union([z.string(), z.array(z.int())]).default('mmada'),
  order_cutoff: z.number().nullish(),
  alg_temp: z.number().default(1),
  dynamic_temperature: z.boolean().default(false),
  min_temperature: z.number().default(0.01),
  schedule_temp: curve.default('linear'),
  dynamic_temperature_samp: z.boolean().default(false),
  min_temperature_samp: z.number().default(1),
  schedule_temp_samp: curve.default('linear'),
  top_k: z.int().nullish(),
  top_p: z.number().nullish(),
  n_refinement: z.int().default(0),
  remask_ratio: z.number().default(0.01),
  guidance_scale_refinement: z.number().default(1),
});
type Kwargs = z.infer<typeof kwargsSchema>;

const caseSchema = z.looseObject({ kwargs: kwargsSchema });

/** What the guided logits of a forward are made from. */
export interface GuidanceRequest {
  /** Forwards so far, refinement included. */
  call: number;
  ids: Uint16Array;
  /** Whether more than the conditional row counts. */
  guided: boolean;
  guidanceScale: number;
  imageScale: number;
  editMode: EditMode;
}

export interface ImageRunPlace {
  /** Name of the case as it stands in the tensors. */
  name: string;
  grid: CodeGrid;
  vocabulary: number;
  maskId: number;
  /** Gives the guided logits [N, V] of a forward; a fresh array the sampler may change. */
  guidedLogits: (request: GuidanceRequest) => Promise<Float32Array>;
}

/** Recorded noise in place of a seed. Draws of one kind are stored one after another, whatever the step. */
class RecordedImageNoise implements ImageNoise {
  readonly #codes: number;
  readonly #vocabulary: number;
  readonly #draft: Float32Array | null;
  readonly #gumbel: Float32Array | null;
  readonly #select: Float32Array | null;
  /** Steps at which each kind was drawn, in order. */
  readonly #steps = { draft: [] as number[], gumbel: [] as number[], select: [] as number[] };

  constructor(
    codes: number,
    vocabulary: number,
    recorded: { draft: Float32Array | null; gumbel: Float32Array | null; select: Float32Array | null },
  ) {
    this.#codes = codes;
    this.#vocabulary = vocabulary;
    this.#draft = recorded.draft;
    this.#gumbel = recorded.gumbel;
    this.#select = recorded.select;
  }

  #drawOf(kind: 'draft' | 'gumbel' | 'select', step: number): number {
    const steps = this.#steps[kind];
    if (steps.at(-1) !== step) steps.push(step);
    return steps.length - 1;
  }

  static #value(recorded: Float32Array | null, index: number): number {
    const value = recorded?.[index];
    if (value === undefined) throw new Error('the fixture records less noise than the run needs');
    return value;
  }

  /** argmax of weight over exponential noise: the fixture's definition of a categorical draw. */
  draft(step: number, position: number, row: RowDistribution): number {
    const start = (this.#drawOf('draft', step) * this.#codes + position) * this.#vocabulary;
    let best = 0;
    let bestValue = -1;
    for (let v = 0; v < this.#vocabulary; v++) {
      const value = (row.weights[v] as number) / RecordedImageNoise.#value(this.#draft, start + v);
      if (value > bestValue) {
        bestValue = value;
        best = v;
      }
    }
    return best;
  }

  gumbel(step: number, position: number): number {
    const index = this.#drawOf('gumbel', step) * this.#codes + position;
    return -Math.log(-Math.log(RecordedImageNoise.#value(this.#gumbel, index)));
  }

  exponential(step: number, position: number): number {
    return RecordedImageNoise.#value(this.#select, this.#drawOf('select', step) * this.#codes + position);
  }
}

/** The edit mode a case was recorded with. */
export function editModeOf(fixture: Fixture, name: string): EditMode {
  return caseSchema.parse(fixture.json.cases?.[name]).kwargs.edit_mode;
}

function settingsOf(kwargs: Kwargs): ImageSamplerSettings {
  return {
    steps: kwargs.n_steps,
    schedule: { name: kwargs.schedule, shift: kwargs.shift },
    guidanceScale: kwargs.guidance_scale,
    guidanceInterval: kwargs.cfg_interval,
    temperature: kwargs.temperature,
    samplePolicy: kwargs.sample_policy,
    topK: kwargs.top_k ?? 0,
    topP: kwargs.top_p ?? 1,
    orderCutoff: kwargs.order_cutoff ?? 100,
    selectionTemperature: {
      value: kwargs.alg_temp,
      dynamic: kwargs.dynamic_temperature,
      min: kwargs.min_temperature,
      curve: kwargs.schedule_temp,
    },
    ...(kwargs.dynamic_temperature_samp
      ? { samplingTemperature: { min: kwargs.min_temperature_samp, curve: kwargs.schedule_temp_samp } }
      : {}),
  };
}

function policyOf(name: Kwargs['confidence_policy'], grid: CodeGrid): [SelectionPolicy, Uint16Array | null] {
  if (typeof name !== 'string') return ['list', explicitOrder(grid, name)];
  if (name === 'stratified') return ['list', stratifiedOrder(grid)];
  if (name === 'mmada') return ['confidence', null];
  if (name === 'mask_git') return ['mask_git', null];
  throw new Error(`unknown confidence policy ${name}`);
}

/** Fixtures store −∞ so that no file holds an infinity. */
const storedMinusInfinity = Math.fround(-3e38);
const stored = (values: Iterable<number>): Float32Array =>
  Float32Array.from(values, (value) => (value === -Infinity ? storedMinusInfinity : value));

/** What the published run recorded of each step, and how much of it was met. */
class StepComparison {
  readonly #drafted: Int32Array;
  readonly #after: Int32Array;
  readonly #selected: Int32Array;
  readonly #widest: number;
  readonly #codes: number;
  equal = { x0: 0, xt: 0, selected: 0 };

  constructor(drafted: Int32Array, after: Int32Array, selected: Int32Array, steps: number, codes: number) {
    this.#drafted = drafted;
    this.#after = after;
    this.#selected = selected;
    this.#widest = selected.length / steps;
    this.#codes = codes;
  }

  add(step: ImageStep, ids: Uint16Array): void {
    const row = (data: Int32Array, width: number) =>
      data.subarray(step.step * width, (step.step + 1) * width);
    const same = (actual: ArrayLike<number>, expected: Int32Array) =>
      actual.length === expected.length && expected.every((value, i) => actual[i] === value);
    if (same(step.drafted, row(this.#drafted, this.#codes))) this.equal.x0++;
    if (same(ids, row(this.#after, this.#codes))) this.equal.xt++;
    const selected = row(this.#selected, this.#widest).filter((position) => position >= 0);
    if (same(step.positions, selected)) this.equal.selected++;
  }
}

/**
 * Runs the image sampler with recorded settings and noise and compares everything recorded about the run.
 * @returns the final ids
 */
export async function* compareImageRun(
  fixture: Fixture,
  place: ImageRunPlace,
  tolerance: number,
): AsyncGenerator<Row, Uint16Array> {
  const { name, grid, vocabulary, maskId } = place;
  const { tensors } = fixture;
  const codes = grid.width * grid.height;
  const { kwargs } = caseSchema.parse(fixture.json.cases?.[name]);
  const settings = settingsOf(kwargs);
  const optional = async (tensor: string) => (has(fixture, tensor) ? tensors.readFloat32(tensor) : null);
  const noise = new RecordedImageNoise(codes, vocabulary, {
    draft: await optional(`input.${name}.noise_exp`),
    gumbel: await optional(`input.${name}.noise_gumbel_u`),
    select: await optional(`input.${name}.noise_exp_select`),
  });
  const [policy, order] = policyOf(kwargs.confidence_policy, grid);
  const sampler = new ImageSampler({ codes, vocabulary, maskId, settings, policy, order, noise });

  const counts = await tensors.readInt32(`expected.${name}.num_transfer`);
  yield compareIds(name, 'transfer counts', sampler.transferCounts, counts);
  for (const [tensor, what, shape] of [
    [
      'sch_temperatures',
      'selection-temperature curve',
      { curve: kwargs.schedule_temp, min: kwargs.min_temperature },
    ],
    [
      'sch_temperatures_samp',
      'sampling-temperature curve',
      settings.samplingTemperature ?? { curve: 'linear', min: 1 },
    ],
  ] as const) {
    if (!has(fixture, `expected.${name}.${tensor}`)) continue;
    const factors = temperatureFactors(sampler.steps, { ...shape, shift: kwargs.shift_alg ?? kwargs.shift });
    yield compareValues(name, what, factors, await tensors.readFloat32(`expected.${name}.${tensor}`), 1e-6);
  }
  if (order && has(fixture, `expected.${name}.unmask_order`)) {
    yield compareIds(name, 'order', order, await tensors.readInt32(`expected.${name}.unmask_order`));
  }

  const comparison = new StepComparison(
    await tensors.readInt32(`expected.${name}.x0`),
    await tensors.readInt32(`expected.${name}.xt`),
    await tensors.readInt32(`expected.${name}.select_index`),
    shapeOf(fixture, `expected.${name}.xt`)[0] ?? 0,
    codes,
  );
  const confidence = await optional(`expected.${name}.confidence`);
  const filtered = await optional(`expected.${name}.logits_cfg`);
  const confidences = new Worst();
  const logitsWorst = new Worst();
  const guidance = {
    guidanceScale: kwargs.guidance_scale,
    imageScale: kwargs.guidance_scale_image,
    editMode: kwargs.edit_mode,
  };
  let draws = 0;
  while (!sampler.done) {
    const call = sampler.step;
    const masked = Uint8Array.from(sampler.ids, (id) => (id === maskId ? 1 : 0));
    const guided = sampler.needsGuidance(call);
    const logits = await place.guidedLogits({ call, ids: sampler.ids, guided, ...guidance });
    if (filtered) {
      const own = Float32Array.from(logits);
      for (let p = 0; p < codes; p++) {
        filterRow(own.subarray(p * vocabulary, (p + 1) * vocabulary), settings.topK, settings.topP);
      }
      logitsWorst.add(stored(own), filtered.subarray(call * own.length, (call + 1) * own.length));
    }
    const step = sampler.advance(logits);
    comparison.add(step, sampler.ids);
    if (confidence && step.scores) {
      const usesWeights = policy === 'mask_git' && (call + 1) / sampler.steps <= settings.orderCutoff;
      const scores = usesWeights
        ? maskGitWeights(step.confidence, masked, sampler.selectionTemperatures[call] as number)
        : step.scores;
      confidences.add(stored(scores), confidence.subarray(draws * codes, (draws + 1) * codes));
      draws++;
    }
  }
  const steps = counts.length;
  yield compareSteps(name, 'x0', comparison.equal.x0, steps);
  yield compareSteps(name, 'xt', comparison.equal.xt, steps);
  yield compareSteps(name, 'positions, in order', comparison.equal.selected, steps);
  yield* confidences.rows(name, 'confidence', tolerance);
  yield* logitsWorst.rows(name, 'guided, filtered logits', tolerance);

  let ids: Uint16Array = Uint16Array.from(sampler.ids);
  if (kwargs.n_refinement > 0) {
    const uniforms = await tensors.readFloat32(`input.${name}.noise_remask_u`);
    const refined = await tensors.readInt32(`expected.${name}.refine_xt`);
    let equal = 0;
    for (let i = 0; i < kwargs.n_refinement; i++) {
      const holes = remask(ids, maskId, kwargs.remask_ratio, uniforms.subarray(i * codes, (i + 1) * codes));
      const guidanceScale = kwargs.guidance_scale_refinement;
      const guided = guidanceScale !== 0;
      const call = steps + i;
      const logits = await place.guidedLogits({ ...guidance, call, ids: holes, guided, guidanceScale });
      const temperature = settings.temperature * refinementTemperature;
      ids = fillMasked(holes, maskId, logits, temperature, noise, call);
      if (ids.every((id, p) => id === refined[i * codes + p])) equal++;
    }
    yield compareSteps(name, 'refinement', equal, kwargs.n_refinement);
  }
  yield compareIds(name, 'final ids', ids, await tensors.readInt32(`expected.${name}.ids`));
  return ids;
}
