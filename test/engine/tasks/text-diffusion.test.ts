import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { transformerConfig } from '../../../native/network/config.ts';
import { ElasticMot } from '../../../native/network/elastic-mot.ts';
import { SeededTextNoise } from '../../../native/sampler/noise.ts';
import type { TextSamplerSettings } from '../../../native/sampler/text-sampler.ts';
import {
  diffuseText,
  type DiffusedText,
  type DiffusionStep,
  type TextDiffusionOptions,
} from '../../../native/tasks/text-diffusion.ts';
import { BundleWeights } from '../../../native/tensor/bundle-weights.ts';
import { openFixture } from '../../parity/fixture.ts';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../fixtures/golden/', import.meta.url));
/** The fixture's text mask. */
const maskId = 190;

let weights: BundleWeights;
let mot: ElasticMot;
let prompt: Float32Array;

beforeAll(async () => {
  const fixture = await openFixture(folder, 'text_diffusion');
  weights = await BundleWeights.openFiles(folder, [fixture.weightsFile]);
  mot = new ElasticMot(weights, transformerConfig(fixture.json.config ?? {}, weights), {
    backend: 'cpu',
    threads: 1,
  });
  prompt = await mot.embedText(await fixture.tensors.readInt32('input.prompt_ids'));
  await fixture.tensors.close();
});

afterAll(async () => {
  await mot.release();
  await weights.close();
});

const settings: TextSamplerSettings = {
  length: 16,
  blockLength: 4,
  schedule: null,
  temperature: 0,
  remasking: 'low_confidence',
  parallel: null,
};

function start(
  change: Partial<TextSamplerSettings> = {},
  options: Partial<TextDiffusionOptions> = {},
): ReturnType<typeof diffuseText> {
  return diffuseText({
    mot,
    prompt,
    settings: { ...settings, ...change },
    cache: 'prefix',
    maskId,
    noise: new SeededTextNoise(1),
    ...options,
  });
}

async function finish(
  run: ReturnType<typeof diffuseText>,
): Promise<DiffusedText & { steps: DiffusionStep[] }> {
  const steps: DiffusionStep[] = [];
  for (;;) {
    const next = await run.next();
    if (next.done) return { ...next.value, steps };
    steps.push({ ...next.value, logits: next.value.logits.slice() });
  }
}

describe('forwards', () => {
  it('with a prefix cache: the prompt once, then one a token', async () => {
    const { forwards, steps, tokens } = await finish(start());
    expect([forwards, steps.length]).toEqual([17, 16]);
    expect(tokens).not.toContain(maskId);
  });

  it('without a cache: one a token', async () => {
    expect((await finish(start({}, { cache: 'full' }))).forwards).toBe(16);
  });

  it('with half the steps: half the forwards', async () => {
    expect((await finish(start({ stepRatio: 0.5 }))).forwards).toBe(9);
  });

  it('the mode changes the answer: a cached prompt cannot see it', async () => {
    const [cached, full] = [await finish(start()), await finish(start({}, { cache: 'full' }))];
    expect(cached.steps[0]?.logits).not.toEqual(full.steps[0]?.logits);
  });
});

describe('the dual cache', () => {
  it('with every block the whole answer, starts like a full pass', async () => {
    const fast = await finish(start({ blockLength: 16, parallel: { factor: 1, threshold: null } }));
    const full = await finish(start({ blockLength: 16 }, { cache: 'full' }));
    expect(fast.steps[0]?.logits).toEqual(full.steps[0]?.logits);
    expect(fast.tokens).not.toContain(maskId);
  });

  it('keeps the prompt as the first pass of the block left it', async () => {
    const change = { blockLength: 16 };
    const dual = await finish(start({ ...change, parallel: { factor: null, threshold: null } }));
    const full = await finish(start(change, { cache: 'full' }));
    expect(dual.steps[0]?.ids).toEqual(full.steps[0]?.ids);
    expect(dual.steps[1]?.logits).not.toEqual(full.steps[1]?.logits);
  });
});

describe('a draft', () => {
  it('stays, and only its holes cost forwards', async () => {
    const draft = Array.from({ length: 16 }, (_, p) => (p === 3 || p === 4 || p === 14 ? maskId : p + 20));
    const { tokens, forwards } = await finish(start({}, { draft }));
    draft.forEach((id, p) => {
      if (id !== maskId) expect(tokens[p]).toBe(id);
      else expect(tokens[p]).not.toBe(maskId);
    });
    expect(forwards).toBe(4);
  });

  it('without holes is the answer', async () => {
    const draft = Array.from({ length: 16 }, (_, p) => p);
    expect(await finish(start({}, { draft }))).toEqual({
      tokens: Int32Array.from(draft),
      forwards: 0,
      steps: [],
    });
  });
});

describe('ending early', () => {
  it('stops after a block of nothing but end tokens, if asked to', async () => {
    const whole = await finish(start());
    const endIds = [...new Set(whole.tokens.slice(4, 8))];
    const cut = await finish(start({}, { endIds }));
    expect(cut.tokens).toEqual(whole.tokens.slice(0, cut.tokens.length));
    expect(cut.tokens.length).toBeLessThan(16);
    expect(cut.forwards).toBe(1 + cut.tokens.length);
  });
});

describe('cancelling', () => {
  it.each(['prefix', 'full'] as const)('between steps ends a %s run and computes no more', async (cache) => {
    const controller = new AbortController();
    const run = start({}, { cache, signal: controller.signal });
    await run.next();
    const committed = await run.next();
    controller.abort();
    await expect(run.next()).rejects.toThrow(/abort/iu);
    expect(committed.done).toBe(false);
    expect(await run.next()).toEqual({ done: true, value: undefined });
  });
});

describe('seeds', () => {
  it('decide at a temperature, the same answer every time', async () => {
    const answer = async (seed: number) =>
      (await finish(start({ temperature: 1 }, { noise: new SeededTextNoise(seed) }))).tokens;
    expect(await answer(5)).toEqual(await answer(5));
    expect(await answer(6)).not.toEqual(await answer(5));
  });
});
