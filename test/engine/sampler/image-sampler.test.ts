import { describe, expect, it } from 'vitest';
import { orderNames, scheduleNames } from '../../../electron/contract/request.ts';
import { LavidaError } from '../../../native/errors.ts';
import {
  ImageSampler,
  type ImageSamplerOptions,
  type ImageSamplerSettings,
} from '../../../native/sampler/image-sampler.ts';
import { SeededImageNoise } from '../../../native/sampler/noise.ts';
import { positionOrder, type OrderName } from '../../../native/sampler/orders.ts';
import { RowDistribution } from '../../../native/sampler/probabilities.ts';
import { RandomStream } from '../../../native/sampler/random.ts';

const vocabulary = 24;
const maskId = vocabulary + 1;
const grid = { width: 8, height: 8 };
const codes = 64;

const settings: ImageSamplerSettings = {
  steps: 8,
  schedule: { name: 'shift', shift: 5 },
  guidanceScale: 4,
  guidanceInterval: [0, 1],
  temperature: 0.8,
  samplePolicy: 'multinomial',
  topK: 0,
  topP: 1,
  orderCutoff: 100,
  selectionTemperature: { value: 5, dynamic: true, min: 0.5, curve: 'cosine2' },
};

function sampler(
  order: OrderName = 'stratified',
  change: Partial<ImageSamplerSettings> = {},
  options: Partial<ImageSamplerOptions> = {},
  seed = 42,
): ImageSampler {
  const policy = order === 'confidence' || order === 'mask_git' ? order : 'list';
  return new ImageSampler({
    codes,
    vocabulary,
    maskId,
    settings: { ...settings, ...change },
    policy,
    order: positionOrder(
      order,
      grid,
      seed,
      Array.from({ length: codes }, (_, p) => codes - 1 - p),
    ),
    noise: new SeededImageNoise(seed, codes),
    ...options,
  });
}

const network: Float32Array[] = [];

/** A copy of logits that stand for a network: they depend on the step and on nothing else. */
function logits(step: number): Float32Array {
  const random = new RandomStream(1000 + step, 'draft');
  network[step] ??= Float32Array.from({ length: codes * vocabulary }, () => random.uniform() * 8);
  return Float32Array.from(network[step]);
}

/** Runs to the end and checks at every step what must hold for every run. */
function runToEnd(run: ImageSampler): Uint16Array[] {
  const history: Uint16Array[] = [];
  while (!run.done) {
    const before = Uint16Array.from(run.ids);
    const step = run.advance(logits(run.step));
    expect(step.positions).toHaveLength(run.transferCounts[step.step] ?? -1);
    expect(new Set(step.positions).size).toBe(step.positions.length);
    const wrong = Array.from(before.keys()).filter((p) => {
      const [drafted = 0, confidence = 0, entropy = 0] = [
        step.drafted[p],
        step.confidence[p],
        step.entropy[p],
      ];
      const rank = step.positions.indexOf(p);
      if (before[p] !== maskId) {
        return (
          [run.ids[p], drafted].some((id) => id !== before[p]) ||
          confidence !== 1 ||
          entropy !== 0 ||
          rank >= 0
        );
      }
      if (drafted >= vocabulary || !(confidence > 0) || !(entropy <= Math.log(vocabulary) + 1e-6))
        return true;
      if (rank < 0) return run.ids[p] !== maskId;
      return (
        run.ids[p] !== step.ids[rank] ||
        drafted !== step.ids[rank] ||
        confidence !== step.committedConfidence[rank]
      );
    });
    expect(wrong).toEqual([]);
    history.push(Uint16Array.from(run.ids));
  }
  expect(run.step).toBe(run.steps);
  expect(run.ids.every((id) => id < vocabulary)).toBe(true);
  return history;
}

describe('every order', () => {
  it.each(orderNames)('%s: commits each code once, with any settings', (order) => {
    const random = new RandomStream(9, 'order');
    for (let trial = 0; trial < 25; trial++) {
      runToEnd(
        sampler(
          order,
          {
            steps: 1 + random.below(90),
            schedule: {
              name: scheduleNames[random.below(scheduleNames.length)] ?? 'shift',
              shift: 0.5 + random.uniform() * 8,
            },
            temperature: 0.05 + random.uniform() * 2,
            samplePolicy: trial % 4 === 0 ? 'argmax' : 'multinomial',
            topK: trial % 3 === 0 ? 1 + random.below(10) : 0,
            topP: trial % 5 === 0 ? 0.7 : 1,
            orderCutoff: trial % 2 === 0 ? random.uniform() : 100,
            selectionTemperature: {
              value: trial % 6 === 0 ? 0 : random.uniform() * 10,
              dynamic: trial % 2 === 1,
              min: random.uniform(),
              curve: 'shift',
            },
          },
          {},
          trial,
        ),
      );
    }
  });

  it.each(orderNames)('%s: the same seed gives the same codes, another seed others', (order) => {
    const final = (seed: number) => runToEnd(sampler(order, {}, {}, seed)).at(-1);
    expect(final(7)).toEqual(final(7));
    expect(final(8)).not.toEqual(final(7));
  });
});

describe('fixed orders', () => {
  it('commit the list from its start, in order', () => {
    const run = sampler('stratified');
    const committed: number[] = [];
    while (!run.done) committed.push(...run.advance(logits(run.step)).positions);
    expect(committed).toEqual(Array.from(run.order ?? []));
  });

  it('switch to confidence after the cutoff', () => {
    const run = sampler('stratified', { orderCutoff: 0.5 });
    const byList: boolean[] = [];
    while (!run.done) byList.push(run.advance(logits(run.step)).scores === null);
    expect(byList).toEqual([true, true, true, true, false, false, false, false]);
  });
});

describe('confidence', () => {
  it('without selection temperature takes the surest codes first', () => {
    const change = { selectionTemperature: { value: 0, dynamic: false, min: 0, curve: 'linear' as const } };
    const run = sampler('confidence', change);
    const { positions, confidence } = run.advance(logits(0));
    const least = Math.min(...Array.from(positions, (p) => confidence[p] ?? 0));
    const rest = Array.from(confidence.keys()).filter((p) => !positions.includes(p));
    for (const p of rest) expect(confidence[p]).toBeLessThanOrEqual(least);
  });

  it('is the probability at temperature 1, whatever the sampling temperature', () => {
    const hot = sampler('confidence', { temperature: 2, samplePolicy: 'argmax' }).advance(logits(0));
    const cold = sampler('confidence', { temperature: 0.1, samplePolicy: 'argmax' }).advance(logits(0));
    expect(hot.confidence).toEqual(cold.confidence);
  });
});

describe('noise', () => {
  it('of a step does not depend on what was drawn before', () => {
    const row = new RowDistribution(vocabulary).read(logits(0), 0, 1);
    const [busy, fresh] = [new SeededImageNoise(3, codes), new SeededImageNoise(3, codes)];
    for (let p = 0; p < codes; p++) {
      busy.draft(0, p, row);
      busy.gumbel(0, p);
    }
    const positions = [63, 0, 17];
    const drawn = (noise: SeededImageNoise) =>
      positions.map((p) => [noise.draft(5, p, row), noise.gumbel(5, p), noise.exponential(5, p)]);
    expect(drawn(busy)).toEqual(drawn(fresh));
    expect(drawn(new SeededImageNoise(4, codes))).not.toEqual(drawn(fresh));
  });

  it('at a vanishing temperature draws the likeliest id', () => {
    const drawn = sampler('stratified', { temperature: 1e-4 }).advance(logits(3)).drafted;
    const best = sampler('stratified', { samplePolicy: 'argmax' }).advance(logits(3)).drafted;
    expect(drawn).toEqual(best);
  });
});

describe('starting from codes that are partly set', () => {
  const initial = Uint16Array.from({ length: codes }, (_, p) => (p % 3 === 0 ? p % vocabulary : maskId));
  const masked = initial.filter((id) => id === maskId).length;

  it.each(orderNames)('%s: keeps them, and schedules the masked ones alone', (order) => {
    const run = sampler(order, {}, { initial });
    expect(run.masked).toBe(masked);
    expect(run.transferCounts.reduce((total, count) => total + count, 0)).toBe(masked);
    const history = runToEnd(run);
    for (const ids of history) {
      initial.forEach((id, p) => {
        if (id !== maskId) expect(ids[p]).toBe(id);
      });
    }
  });

  it('takes no more steps than codes are masked', () => {
    const nearly = Uint16Array.from({ length: codes }, (_, p) => (p < 3 ? maskId : 1));
    expect(sampler('stratified', { steps: 8 }, { initial: nearly }).steps).toBe(3);
  });

  it('is done at once when nothing is masked', () => {
    expect(sampler('confidence', {}, { initial: new Uint16Array(codes) }).done).toBe(true);
  });
});

describe('guidance', () => {
  it('is asked for in the interval only, and never at scale 0', () => {
    const steps = (run: ImageSampler) =>
      Array.from({ length: 8 }, (_, step) => step).filter((step) => run.needsGuidance(step));
    expect(steps(sampler())).toHaveLength(8);
    expect(steps(sampler('stratified', { guidanceInterval: [0, 0.5] }))).toEqual([0, 1, 2, 3]);
    expect(steps(sampler('stratified', { guidanceScale: 0 }))).toEqual([]);
  });
});

describe('settings that cannot work are refused', () => {
  it.each<[string, () => ImageSampler]>([
    ['no steps', () => sampler('stratified', { steps: 0 })],
    ['no temperature', () => sampler('stratified', { temperature: 0 })],
    ['codes of another grid', () => sampler('stratified', {}, { initial: new Uint16Array(5) })],
    ['an order of another grid', () => sampler('stratified', {}, { order: new Uint16Array(5) })],
    ['a list without an order', () => sampler('stratified', {}, { order: null })],
  ])('%s', (_, make) => {
    expect(make).toThrow(LavidaError);
  });
});
