import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GenerationRequest } from '../../../electron/contract/request.ts';
import { groundDefaults } from '../../../electron/contract/ground.ts';
import {
  estimateMemory,
  outlineOfConfigs,
  outlineOfFolder,
  type ModelOutline,
} from '../../../native/hardware/estimate.ts';
import { workOf, workOfRequest } from '../../../native/hardware/work.ts';
import { usableMemory } from '../../../native/network/weight-mode.ts';
import { officialConfig, officialVqConfig } from '../../../native/models/official.ts';
import { nanoDirectory } from '../../support/cli.ts';
import { askRequest, asSource, editRequest, paintRequest, testPicture } from '../../support/engine-runs.ts';
import type { MeasuredAnswer, MeasuredJob } from '../../support/measured-run.ts';
import { midBundle, midConfig, midVq } from '../../support/mid-bundle.ts';

const measuredRun = fileURLToPath(new URL('../../support/measured-run.ts', import.meta.url));
const gib = 2 ** 30;
/** An estimate promises enough: never less than was measured, and not more than this many times as much. */
const most = 2;

/** Runs a request in a process of its own and returns its peak of resident memory. */
async function peakOf(job: MeasuredJob): Promise<number> {
  const child = fork(measuredRun, [], { serialization: 'advanced', execArgv: [] });
  const answer = await new Promise<MeasuredAnswer>((resolve, reject) => {
    child.once('message', (message) => {
      resolve(message as MeasuredAnswer);
    });
    child.once('exit', (code, signal) => {
      reject(new Error(`the measured run ended with ${signal ?? String(code)}`));
    });
    child.send(job);
  });
  expect(answer.error).toBeNull();
  return answer.peakBytes;
}

async function ratio(modelDirectory: string, request: GenerationRequest): Promise<number> {
  const outline = await outlineOfFolder(modelDirectory);
  const { peak } = estimateMemory(outline, workOfRequest(request, outline.imageSize), usableMemory());
  return peak / (await peakOf({ modelDirectory, request }));
}

function expectEnough(value: number): void {
  expect(value).toBeGreaterThanOrEqual(1);
  expect(value).toBeLessThan(most);
}

const picture = asSource(testPicture(512, 512));
const unguided = { guidanceScale: 0, imageGuidanceScale: 0 };
const requests = {
  'text-to-image': paintRequest({ steps: 6 }),
  'text-to-image without guidance': paintRequest({ steps: 6, guidanceScale: 0 }),
  edit: editRequest(picture, { steps: 6 }),
  'edit without guidance': editRequest(picture, { steps: 6, ...unguided }),
  ask: askRequest(picture, { length: 32, blockLength: 16 }),
  'ask without a picture, at length': askRequest(null, { length: 256, blockLength: 32 }),
  ground: { version: 1, task: 'ground', phrases: ['a car'], ...groundDefaults, image: picture },
  plan: { version: 1, task: 'plan', prompt: 'a red car', seed: 7, microConditions: null, length: 32 },
} as const satisfies Record<string, GenerationRequest>;

describe('the estimate beside the measured peak', () => {
  it.each(Object.entries(requests))('nano: %s', async (_, request) => {
    expectEnough(await ratio(nanoDirectory, request));
  });

  describe.each(['fp32', 'int4'] as const)('a mid-size model of every part at %s', (precision) => {
    let bundle: Awaited<ReturnType<typeof midBundle>>;
    beforeAll(async () => {
      bundle = await midBundle(precision);
    });
    afterAll(() => bundle.remove());

    it.each(['text-to-image', 'ask'] as const)('%s', async (task) => {
      const request = requests[task];
      const short = 'steps' in request ? { ...request, steps: 1 } : request;
      expectEnough(await ratio(bundle.path, short));
    });
  });

  // Measured once on the exact shapes with random weights: docs/quantisation.md.
  it('the full size at int4: a whole text-to-image run and grounding', () => {
    const outline = outlineOfConfigs(officialConfig, officialVqConfig, 'int4');
    const peak = (task: 'text-to-image' | 'ground') =>
      estimateMemory(outline, workOf(task, 1024), 24 * gib).peak / gib;
    expectEnough(peak('text-to-image') / 8.6);
    expectEnough(peak('ground') / 5.2);
  });
});

describe('what an estimate follows', () => {
  let full: ModelOutline;
  beforeAll(() => {
    full = outlineOfConfigs(officialConfig, officialVqConfig, 'int8');
  });
  const needs = (outline: ModelOutline, limit = 24 * gib, size = 1024) =>
    estimateMemory(outline, workOf('text-to-image', size), limit);

  it('smaller precisions and smaller pictures need less', () => {
    const int4 = outlineOfConfigs(officialConfig, officialVqConfig, 'int4');
    expect(needs(int4).peak).toBeLessThan(needs(full).peak);
    expect(needs(full, 24 * gib, 512).working).toBeLessThan(needs(full).working / 2);
  });

  it('every guidance row costs its states, but the logits are made once for all', () => {
    const sizes = outlineOfConfigs(midConfig, midVq, 'fp32');
    const working = (rows: number, wider = 1) => {
      const { imageTokens } = sizes.sizes;
      if (!imageTokens) throw new Error('no image tokens');
      const wide = {
        ...sizes,
        sizes: { ...sizes.sizes, imageTokens: { ...imageTokens, codes: imageTokens.codes * wider } },
      };
      return estimateMemory(wide, { ...workOf('text-to-image', 256), rows }, 24 * gib).working;
    };
    expect(working(2)).toBeGreaterThan(working(1));
    const logits = (rows: number) => working(rows, 4) - working(rows);
    expect(logits(1)).toBeGreaterThan(0);
    expect(logits(2)).toBe(logits(1));
  });

  it('a long answer needs more than a short one', () => {
    const of = (length: number) =>
      estimateMemory(full, workOfRequest(askRequest(picture, { length, blockLength: 32 }), 1024), 24 * gib);
    expect(of(1024).working).toBeGreaterThan(of(32).working);
  });

  it('published half precision is cast into memory where it has room, and used from its file where not', () => {
    const published = outlineOfConfigs(officialConfig, officialVqConfig, 'published');
    expect(needs(published, 24 * gib).mapped).toBeGreaterThan(10 * gib);
    expect(needs(published, 128 * gib)).toMatchObject({ mapped: 0 });
    expect(needs(published, 128 * gib).weights).toBeGreaterThan(20 * gib);
  });

  it('the least leaves out what can be let go and read again', () => {
    const { least, peak } = needs(full);
    expect(least).toBeLessThan(peak * 0.6);
  });
});
