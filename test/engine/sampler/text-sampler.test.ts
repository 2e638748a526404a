import { describe, expect, it } from 'vitest';
import { remaskingNames, scheduleNames } from '../../../electron/contract/request.ts';
import { LavidaError } from '../../../native/errors.ts';
import { SeededTextNoise } from '../../../native/sampler/noise.ts';
import { factorCommitCount, thresholdCommitCount } from '../../../native/sampler/parallel-commit.ts';
import { RandomStream } from '../../../native/sampler/random.ts';
import { TextSampler, type TextSamplerSettings } from '../../../native/sampler/text-sampler.ts';

const vocabulary = 40;
const maskId = 39;

const settings: TextSamplerSettings = {
  length: 32,
  blockLength: 8,
  schedule: null,
  temperature: 0,
  remasking: 'low_confidence',
  parallel: null,
};

function sampler(
  change: Partial<TextSamplerSettings> = {},
  draft?: readonly number[],
  seed = 1,
): TextSampler {
  return new TextSampler({
    settings: { ...settings, ...change },
    vocabulary,
    maskId,
    ...(draft ? { draft } : {}),
    noise: new SeededTextNoise(seed),
  });
}

const network: Float32Array[] = [];

/** Logits that stand for a network; the mask id is the likeliest of all, as in a model that never learnt better. */
function logits(step: number, rows: number): Float32Array {
  const random = new RandomStream(500 + step, 'draft');
  network[step] ??= Float32Array.from({ length: 32 * vocabulary }, (_, i) =>
    i % vocabulary === maskId ? 20 : random.uniform() * 9,
  );
  return network[step].subarray(0, rows * vocabulary);
}

interface Run {
  tokens: number[];
  /** Forwards of each block, and tokens each forward committed. */
  forwards: number[];
  commits: number[][];
}

/** Runs to the end and checks at every step what must hold for every run. */
function runToEnd(run: TextSampler, length = settings.length): Run {
  const result: Run = { tokens: [], forwards: [], commits: [] };
  for (let forward = run.next(); forward; forward = run.next()) {
    expect(run.next()).toEqual(forward);
    const before = Array.from(run.tokens);
    const rows = forward.rows === 'canvas' ? length : forward.blockEnd - forward.blockStart;
    const step = run.commit(logits(forward.step, rows), forward.rows === 'canvas' ? 0 : forward.blockStart);
    expect(step.positions.length).toBeGreaterThan(0);
    const wrong = before.filter((id, p) => {
      if (!step.positions.includes(p)) return run.tokens[p] !== id;
      const inBlock = p >= forward.blockStart && p < forward.blockEnd;
      return id !== maskId || !inBlock || run.tokens[p] === maskId;
    });
    expect(wrong).toEqual([]);
    result.forwards[forward.block] = (result.forwards[forward.block] ?? 0) + 1;
    (result.commits[forward.block] ??= []).push(step.positions.length);
  }
  result.tokens = Array.from(run.tokens);
  expect(result.tokens).not.toContain(maskId);
  return result;
}

describe('steps', () => {
  it('one token a step: as many forwards as tokens', () => {
    const run = sampler();
    expect(runToEnd(run).forwards).toEqual([8, 8, 8, 8]);
    expect(run.forwards).toBe(32);
  });

  it('step ratio and steps per block', () => {
    expect(runToEnd(sampler({ stepRatio: 0.5 })).commits[0]).toEqual([2, 2, 2, 2]);
    expect(runToEnd(sampler({ stepsPerBlock: 3 })).commits[0]).toEqual([3, 3, 2]);
    expect(runToEnd(sampler({ stepsPerBlock: 100 })).forwards).toEqual([8, 8, 8, 8]);
  });

  it('a named schedule commits little first', () => {
    const run = runToEnd(sampler({ stepRatio: 0.5, schedule: { name: 'shift', shift: 3 } }));
    expect(run.commits[0]).toEqual([...(run.commits[0] ?? [])].sort((a, b) => a - b));
    expect(run.commits[0]).toHaveLength(4);
  });

  it.each<[string, Partial<TextSamplerSettings>]>([
    ['a block that does not divide the answer', { blockLength: 7 }],
    ['a ratio that leaves no step', { stepRatio: 0.1 }],
    ['a ratio above 1', { stepRatio: 2 }],
    ['no steps', { stepsPerBlock: 0 }],
    ['steps and ratio at once', { stepsPerBlock: 4, stepRatio: 0.5 }],
    ['an empty answer', { length: 0 }],
  ])('%s is refused', (_, change) => {
    expect(() => sampler(change)).toThrow(LavidaError);
  });
});

describe('every strategy', () => {
  it.each(remaskingNames)(
    '%s: blocks finish in order and committed tokens stay, with any settings',
    (remasking) => {
      const random = new RandomStream(3, 'order');
      for (let trial = 0; trial < 30; trial++) {
        const blockLength = [2, 4, 8, 16, 32][random.below(5)] ?? 8;
        const name = scheduleNames[random.below(scheduleNames.length)] ?? 'shift';
        runToEnd(
          sampler(
            {
              remasking,
              blockLength,
              ...(trial % 2 === 0 ? { stepsPerBlock: 1 + random.below(blockLength) } : {}),
              schedule: trial % 3 === 0 ? { name, shift: 0.5 + random.uniform() * 6 } : null,
              temperature: trial % 4 === 0 ? random.uniform() : 0,
              parallel: trial % 5 === 0 ? { factor: random.uniform() * 3, threshold: null } : null,
            },
            undefined,
            trial,
          ),
        );
      }
    },
  );

  it('temperature 0 needs no seed; above it the seed decides', () => {
    const tokens = (temperature: number, seed: number) =>
      runToEnd(sampler({ temperature }, undefined, seed)).tokens;
    expect(tokens(0, 1)).toEqual(tokens(0, 2));
    expect(tokens(1, 1)).toEqual(tokens(1, 1));
    expect(tokens(1, 1)).not.toEqual(tokens(1, 2));
  });

  it('low confidence takes the surest token of the block', () => {
    const run = sampler();
    const step = run.commit(logits(0, 32), 0);
    expect(step.confidence[0]).toBe(Math.max(...step.probability));
  });
});

describe('a draft', () => {
  const draft = Array.from({ length: 32 }, (_, p) => (p % 4 === 1 || p >= 24 ? maskId : p % 30));

  it('keeps its tokens and fills its holes', () => {
    const run = runToEnd(sampler({}, draft));
    draft.forEach((id, p) => {
      if (id !== maskId) expect(run.tokens[p]).toBe(id);
    });
    expect(run.forwards).toEqual([2, 2, 2, 8]);
  });

  it('may be shorter than the answer', () => {
    const run = runToEnd(sampler({}, [5, 6, 7]));
    expect(run.tokens.slice(0, 3)).toEqual([5, 6, 7]);
  });

  it('without holes needs no forward', () => {
    expect(sampler({ length: 8 }, new Array<number>(8).fill(2)).next()).toBeNull();
  });

  it('longer than the answer is refused', () => {
    expect(() => sampler({}, new Array<number>(33).fill(1))).toThrow(LavidaError);
  });
});

describe('fast-dLLM', () => {
  it('factor rule', () => {
    expect(factorCommitCount([0.99, 0.98, 0.95, 0.9, 0.4], 1)).toBe(5);
    expect(factorCommitCount([0.5, 0.4, 0.3], 1)).toBe(1);
    expect(factorCommitCount(new Array<number>(16).fill(0.99), 1)).toBe(16);
    expect(factorCommitCount([0.1], 1)).toBe(1);
    expect(factorCommitCount([0.99, 0.7, 0.7, 0.6, 0.5, 0.4], 1)).toBe(2);
  });

  it('a smaller factor is stricter, and one token always goes', () => {
    const random = new RandomStream(21, 'order');
    for (let trial = 0; trial < 500; trial++) {
      const confidences = Array.from({ length: 3 + random.below(30) }, () => random.uniform()).sort(
        (a, b) => b - a,
      );
      const counts = [4, 2, 1, 0.5].map((factor) => factorCommitCount(confidences, factor));
      expect(counts).toEqual([...counts].sort((a, b) => b - a));
      expect(Math.min(...counts)).toBeGreaterThanOrEqual(1);
    }
  });

  it('threshold rule takes what reaches it, and at least the best', () => {
    expect(thresholdCommitCount([0.9, 0.6, 0.6, 0.2], 0.6)).toBe(3);
    expect(thresholdCommitCount([0.3, 0.2], 0.9)).toBe(1);
  });

  it('opens each block with the whole canvas and goes on with the block alone', () => {
    const run = sampler({ parallel: { factor: 1, threshold: null } });
    const kinds: string[] = [];
    for (let forward = run.next(); forward; forward = run.next()) {
      kinds.push(`${forward.block}${forward.rows}`);
      const whole = forward.rows === 'canvas';
      run.commit(logits(forward.step, whole ? 32 : 8), whole ? 0 : forward.blockStart);
    }
    for (const block of [0, 1, 2, 3]) {
      const own = kinds.filter((kind) => kind.startsWith(String(block)));
      expect(own[0]).toBe(`${block}canvas`);
      expect(own.slice(1).every((kind) => kind === `${block}block`)).toBe(true);
    }
  });

  it('without factor and threshold follows the schedule', () => {
    const run = runToEnd(sampler({ stepRatio: 0.5, parallel: { factor: null, threshold: null } }));
    expect(run.commits).toEqual([0, 1, 2, 3].map(() => [2, 2, 2, 2]));
  });
});
