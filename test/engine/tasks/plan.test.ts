import { describe, expect, it } from 'vitest';
import { fullImageSize } from '../../support/full-bundle.ts';
import type { PlanBox } from '../../../electron/contract/request.ts';
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

const saidPlan = '<box_p> dog </box_p><LOC_BEGIN><LOC_10><LOC_20><LOC_500><LOC_600><LOC_END>';
const dog: PlanBox = { name: 'dog', box: [10, 20, 500, 600] };

describe('planning', () => {
  it('writes a layout, reads its boxes and puts it before the canvas, hidden from the unconditional branch', async () => {
    const { engine } = await openFullEngine({ says: saidPlan });
    const events = await runAll(engine, paintRequest({ plan: { mode: 'auto', length: 16 } }));
    const parsed = the(events, 'plan.parsed');
    expect(parsed.source).toBe('planner');
    expect(parsed.boxes.length).toBe(16);
    expect(parsed.boxes[0]).toEqual(dog);
    expect(only(events, 'plan.token')).toHaveLength(16);
    const types = events.map(({ type }) => type);
    expect(types.indexOf('plan.parsed')).toBeLessThan(types.indexOf('run.start'));
    const plan = the(events, 'run.start').segments.find(({ kind }) => kind === 'plan');
    expect(plan?.length).toBe(16);
    expect(the(events, 'branches').rows[0]?.masked).toEqual(['system', 'user', 'header', 'plan']);
    expect(the(events, 'run.done').result.forwards).toBe(16 + 1 + 8);
  });

  it('writes a layout alone, telling each box as it can be read, and a picture with the same seed follows it', async () => {
    const { engine } = await openFullEngine({ says: saidPlan });
    const { prompt, seed, microConditions } = paintRequest();
    const asked = { version: 1, task: 'plan', prompt, seed, microConditions, length: 16 } as const;
    const events = await runAll(engine, asked);
    const told = only(events, 'plan.boxes').map(({ boxes }) => boxes.length);
    expect(told.length).toBeGreaterThan(1);
    expect(told).toEqual([...told].sort((a, b) => a - b));
    const parsed = the(events, 'plan.parsed');
    expect(parsed.boxes[0]).toEqual(dog);
    expect(only(events, 'plan.boxes').at(-1)?.boxes).toEqual(parsed.boxes);
    expect(only(events, 'run.image')).toEqual([]);
    expect(the(events, 'run.done').result.forwards).toBe(16 + 1);
    const painted = await runAll(engine, paintRequest({ plan: { mode: 'auto', length: 16 } }));
    expect(the(painted, 'plan.parsed').text).toBe(parsed.text);
    expect((await runAll(engine, { ...asked, prompt: ' ' })).at(-1)).toMatchObject({
      type: 'run.error',
      error: { code: 'prompt.empty' },
    });
  });

  it('follows boxes the user gave without asking the planner', async () => {
    const { engine } = await openFullEngine();
    const events = await runAll(engine, paintRequest({ plan: { mode: 'given', boxes: [dog] } }));
    expect(the(events, 'plan.parsed')).toMatchObject({
      source: 'given',
      boxes: [dog],
      text: `Sure I should place the objects in the following manner ${saidPlan}`,
    });
    expect(only(events, 'text.start')).toHaveLength(0);
    const moved = { ...dog, box: [10, 20, 700, 600] as PlanBox['box'] };
    const other = await runAll(engine, paintRequest({ plan: { mode: 'given', boxes: [moved] } }));
    const plain = await runAll(engine, paintRequest());
    expect(finalCodes(other)).not.toEqual(finalCodes(events));
    expect(finalCodes(plain)).not.toEqual(finalCodes(events));
    const empty = await runAll(engine, paintRequest({ plan: { mode: 'given', boxes: [] } }));
    expect(finalCodes(empty)).toEqual(finalCodes(plain));
  });

  it('tells boxes that the user gave as the bundle says boxes were told in training', async () => {
    const config = {
      lavida_studio: {
        name: 'Full',
        image_size: fullImageSize,
        defaults: { plan: { weight: 1, grid: 32, sorted: true } },
      },
    };
    const { engine } = await openFullEngine({ config });
    const cat: PlanBox = { name: 'cat', box: [600, 20, 1000, 600] };
    const events = await runAll(engine, paintRequest({ plan: { mode: 'given', boxes: [cat, dog] } }));
    const { boxes, text } = the(events, 'plan.parsed');
    expect(boxes).toEqual([cat, dog]);
    expect(text).toMatch(
      /dog .*<LOC_0><LOC_32><LOC_512><LOC_608>.*cat .*<LOC_608><LOC_32><LOC_992><LOC_608>/u,
    );
  });

  it('paints without a plan when the planner proposes no box, and says so', async () => {
    const { engine } = await openFullEngine({ says: 'no idea' });
    const events = await runAll(engine, paintRequest({ plan: { mode: 'auto', length: 16 } }));
    const { boxes, text, warnings } = the(events, 'plan.parsed');
    expect([boxes, text]).toEqual([[], '']);
    expect(warnings.join()).toContain('no box');
    expect(finalCodes(events)).toEqual(finalCodes(await runAll(engine, paintRequest())));
  });

  it('plans an edit with sight of the picture', async () => {
    const { engine } = await openFullEngine({ says: saidPlan });
    const source = asSource(testPicture(40, 40));
    const events = await runAll(
      engine,
      editRequest(source, { plan: { mode: 'auto', length: 16 }, steps: 2 }),
    );
    const text = the(events, 'text.start');
    expect(text.segments.some(({ kind }) => kind === 'semantic')).toBe(true);
    expect(the(events, 'run.start').segments.map(({ kind }) => kind)).toContain('plan');
    expect(the(events, 'branches').rows[0]?.masked).toContain('plan');
  });

  it('is refused by a model whose config says that it was trained for less', async () => {
    const studio = { name: 'Painter', image_size: fullImageSize, tasks: ['text-to-image'] };
    const { engine, info } = await openFullEngine({ config: { lavida_studio: studio } });
    expect(info.tasks).toEqual(['text-to-image']);
    expect((await runAll(engine, paintRequest({ plan: { mode: 'auto' } }))).at(-1)).toMatchObject({
      error: {
        code: 'model.untrained',
        message: 'Painter was not trained to plan a layout.',
        cause: 'the tasks of its config.json are text-to-image',
        action: 'Choose a task this model was trained for, or load a model that learnt this one.',
      },
    });
    expect((await runAll(engine, paintRequest())).at(-1)?.type).toBe('run.done');
  });

  it('is refused by a model without coordinate tokens', async () => {
    const { engine } = await openFullEngine({ without: ['coordinates'] });
    expect((await runAll(engine, paintRequest({ plan: { mode: 'auto' } }))).at(-1)).toMatchObject({
      error: {
        code: 'model.incomplete',
        message: 'Full cannot plan a layout: it has no coordinate tokens in its tokenizer.',
      },
    });
  });
});
