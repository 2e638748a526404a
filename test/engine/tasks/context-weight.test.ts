import { describe, expect, it } from 'vitest';
import type { ReflectionSettings } from '../../../electron/contract/reflection.ts';
import type { PlanSettings, TextToImageRequest } from '../../../electron/contract/request.ts';
import {
  asSource,
  editRequest,
  finalCodes,
  only,
  openFullEngine,
  paintRequest,
  runAll,
  testPicture,
  the,
} from '../../support/engine-runs.ts';

const boxes = [{ name: 'red car', box: [0, 64, 512, 512] as [number, number, number, number] }];
const given = (weight?: number): PlanSettings => ({
  mode: 'given',
  boxes,
  ...(weight === undefined ? {} : { weight }),
});
const unguided = (change: Partial<TextToImageRequest>): TextToImageRequest =>
  paintRequest({ guidanceScale: 0, ...change });

describe('the weight of a layout', () => {
  it('of 1 is the published prompt, of 0 the prompt without a layout, code for code', async () => {
    const { engine } = await openFullEngine();
    const codes = async (plan?: PlanSettings) =>
      finalCodes(await runAll(engine, unguided(plan ? { plan } : {})));
    const [bare, published] = [await codes(), await codes(given())];
    expect(published).not.toEqual(bare);
    expect(await codes(given(1))).toEqual(published);
    expect(await codes(given(0))).toEqual(bare);
    const between = await codes(given(0.5));
    expect(between).not.toEqual(bare);
    expect(between).not.toEqual(published);
  });

  it('between them computes one more sequence a step, says so, and tells where the layout makes a difference', async () => {
    const { engine } = await openFullEngine();
    const run = (weight: number, guidanceScale: number) =>
      runAll(engine, paintRequest({ plan: given(weight), guidanceScale }));
    const forwards = async (...how: [number, number]) => the(await run(...how), 'run.done').result.forwards;
    expect(await forwards(1, 0)).toBe(4);
    expect(await forwards(0.5, 0)).toBe(8);
    expect(await forwards(0.5, 4)).toBe(12);
    const events = await run(0.5, 0);
    const [conditional, promptOnly] = the(events, 'branches').rows;
    expect(conditional).toMatchObject({ name: 'conditional', masked: [] });
    expect(promptOnly).toEqual({ name: 'promptOnly', masked: ['plan'], gen: ['canvas'] });
    const distance = only(events, 'step.logits')[0]?.guidanceDelta ?? [];
    expect(Math.max(...distance)).toBeGreaterThan(0);
  });

  it('holds outside the guidance interval too', async () => {
    const { engine } = await openFullEngine();
    const codes = async (change: Partial<TextToImageRequest>) =>
      finalCodes(await runAll(engine, paintRequest({ guidanceInterval: [0, 0], ...change })));
    expect(await codes({ plan: given(0) })).toEqual(await codes({}));
  });

  it('counts for edits', async () => {
    const { engine } = await openFullEngine();
    const source = asSource(testPicture(32, 32));
    const codes = async (plan?: PlanSettings) => {
      const scales = { guidanceScale: 0, imageGuidanceScale: 0 };
      return finalCodes(await runAll(engine, editRequest(source, { ...scales, ...(plan ? { plan } : {}) })));
    };
    const bare = await codes();
    expect(await codes(given())).not.toEqual(bare);
    expect(await codes(given(0))).toEqual(bare);
  });
});

describe('the weight of what a round of reflection is told', () => {
  it('of 0 paints the round as if it were told nothing', async () => {
    const { engine } = await openFullEngine({ says: 'This image is incorrect.' });
    const codes = async (reflection: Omit<ReflectionSettings, 'rounds' | 'history'>) => {
      const request = unguided({ reflection: { rounds: 2, history: 3, ...reflection } });
      return finalCodes(await runAll(engine, request));
    };
    const untold = await codes({ mode: 'self-verify' });
    expect(await codes({ mode: 'reflection' })).not.toEqual(untold);
    expect(await codes({ mode: 'reflection', weight: 0 })).toEqual(untold);
  });
});
