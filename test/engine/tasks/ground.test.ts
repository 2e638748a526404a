import { afterEach, describe, expect, it } from 'vitest';
import type { RgbImage, RunEvent, RunEventOf } from '../../../electron/contract/events.ts';
import { runEventSchema } from '../../../electron/contract/events.ts';
import { groundDefaults, type BoxCoordinate, type GroundRequest } from '../../../electron/contract/ground.ts';
import { binsToPixelBox, type BinBox } from '../../../native/imaging/locations.ts';
import type { TaskContext } from '../../../native/tasks/context.ts';
import { ground, groundedBox } from '../../../native/tasks/ground.ts';
import { openContext } from '../../support/engine-runs.ts';
import { byteTokenizer, seeingBundle, type SeeingBundleOptions } from '../../support/seeing-bundle.ts';
import { smallSizes } from '../network/random-bundle.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function open(options: SeeingBundleOptions = {}): Promise<TaskContext> {
  const bundle = await seeingBundle(options);
  cleanups.push(bundle.remove);
  const context = await openContext(bundle.path);
  cleanups.push(() => context.network.release());
  return context;
}

function picture(width: number, height: number): RgbImage {
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0; i < rgb.length; i++) rgb[i] = Math.imul(i, 2654435761) >>> 24;
  return { width, height, rgb };
}

function request(phrases: string[], change: Partial<GroundRequest> = {}): GroundRequest {
  return { version: 1, task: 'ground', ...groundDefaults, phrases, ...change };
}

async function run(
  context: TaskContext,
  asked: GroundRequest,
  image = picture(80, 50),
  onEvent: (event: RunEvent) => void = () => undefined,
  signal = new AbortController().signal,
): Promise<{ events: RunEvent[]; forwards: number }> {
  const events: RunEvent[] = [];
  const task = ground(asked, image, context, { signal, previews: false });
  let next = await task.next();
  while (!next.done) {
    events.push(next.value);
    onEvent(next.value);
    next = await task.next();
  }
  return { events, forwards: next.value.forwards };
}

function only<T extends RunEvent['type']>(events: RunEvent[], type: T): RunEventOf<T>[] {
  return events.filter((event): event is RunEventOf<T> => event.type === type);
}

describe('grounding on a real network', () => {
  it('asks for all phrases in one forward and answers in their order', async () => {
    const context = await open();
    const { events, forwards } = await run(
      context,
      request(['a dog', 'the sky', 'it'], { restrictToBins: true }),
    );
    expect(forwards).toBe(1);
    expect(only(events, 'box.update').map((event) => event.object)).toEqual([0, 1, 2]);
    const [done] = only(events, 'run.boxes');
    expect(done?.boxes.map((box) => box.phrase)).toEqual(['a dog', 'the sky', 'it']);
    for (const [i, box] of (done?.boxes ?? []).entries()) {
      const update = only(events, 'box.update')[i];
      expect(box.bins).toEqual(update?.coordinates.map((c) => c.bin));
      expect(box.box).toEqual(binsToPixelBox(box.bins as unknown as BinBox, { width: 80, height: 50 }));
      expect(box.confidence).toBe(Math.min(...(update?.coordinates ?? []).map((c) => c.probability)));
    }
    for (const event of events) expect(runEventSchema.safeParse(event).success).toBe(true);
  });

  it('announces what it will do: segments, views, forwards', async () => {
    const context = await open();
    const asked = request(['a', 'b'], { mode: 'expression', steps: 2 });
    const { events, forwards } = await run(context, asked);
    const [start] = only(events, 'ground.start');
    expect(start).toMatchObject({ views: 5, forwards: 4, image: { width: 80, height: 50 } });
    expect(start?.prompts).toHaveLength(2);
    expect(forwards).toBe(4);
    expect(only(events, 'phase').filter((event) => event.detail.includes('view'))).toHaveLength(5);
    expect(only(events, 'box.update').map((event) => [event.object, event.step])).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
  });

  it('sees the picture: another one gives other coordinates', async () => {
    const context = await open();
    const asked = request(['a dog'], { restrictToBins: true });
    const dark: RgbImage = { width: 80, height: 50, rgb: new Uint8Array(80 * 50 * 3) };
    const distribution = async (image: RgbImage): Promise<number[]> => {
      const [event] = only((await run(context, asked, image)).events, 'box.update');
      return [...(event?.coordinates[0]?.distribution ?? [])];
    };
    const first = await distribution(picture(80, 50));
    expect(await distribution(picture(80, 50))).toEqual(first);
    expect(await distribution(dark)).not.toEqual(first);
  });

  it('reports a box that is none: with a head of zeros every token is equally likely, and the first is no coordinate', async () => {
    const shape = [byteTokenizer().size, smallSizes.d_model];
    const bytes = new Uint8Array((shape[0] ?? 0) * (shape[1] ?? 0) * 4);
    const head = { name: 'model.transformer.ff_out.weight', dtype: 'F32' as const, shape, bytes };
    const context = await open({ tensors: [head] });
    const free = only((await run(context, request(['a dog', 'a cat']))).events, 'run.boxes');
    expect(free[0]?.boxes.map((box) => [box.problem, box.box, box.bins])).toEqual([
      ['malformed', null, null],
      ['malformed', null, null],
    ]);
    const asked = request(['a dog'], { restrictToBins: true });
    const restricted = only((await run(context, asked)).events, 'run.boxes');
    expect(restricted[0]?.boxes[0]).toMatchObject({ problem: 'inverted', bins: [0, 0, 0, 0] });
  });

  it('stops between views and between passes', async () => {
    const context = await open();
    for (const [type, asked] of [
      ['phase', request(['a'])],
      ['box.update', request(['a', 'b'], { mode: 'expression' })],
    ] as const) {
      const controller = new AbortController();
      let seen = 0;
      const cancelled = run(
        context,
        asked,
        picture(80, 50),
        (event) => {
          if (event.type === type && ++seen === (type === 'phase' ? 3 : 1)) controller.abort();
        },
        controller.signal,
      );
      await expect(cancelled).rejects.toMatchObject({ name: 'AbortError' });
    }
  });
});

describe('requests that cannot be met', () => {
  it('an empty phrase', async () => {
    const context = await open();
    await expect(run(context, request(['a', '  ']))).rejects.toMatchObject({
      code: 'prompt.empty',
      message: 'Phrase 2 is empty.',
    });
  });

  it('several steps for several phrases at once', async () => {
    const context = await open();
    await expect(run(context, request(['a'], { steps: 4 }))).rejects.toMatchObject({
      code: 'request.invalid',
    });
  });

  it('phrases that do not fit', async () => {
    const context = await open();
    const many = Array.from({ length: 20 }, (_, i) => `thing number ${i} `.repeat(10));
    const refused = run(context, request(many));
    await expect(refused).rejects.toMatchObject({ code: 'prompt.too-long' });
    await expect(refused).rejects.toThrow('this model reads 2048');
  });

  it('a model without eyes, and one without coordinates', async () => {
    const blind = await open({ tower: null });
    await expect(run(blind, request(['a']))).rejects.toMatchObject({ code: 'model.incomplete' });
    const speechless = await open({ coordinates: false });
    await expect(run(speechless, request(['a']))).rejects.toThrow('no coordinate tokens');
  });
});

describe('boxes from coordinates', () => {
  const coordinate = (bin: number | null, probability = 0.5): BoxCoordinate => ({
    id: 1,
    bin,
    probability,
    committed: true,
    distribution: new Float32Array(1025),
  });
  const box = (...bins: (number | null)[]) =>
    groundedBox(
      'it',
      bins.map((bin) => coordinate(bin)),
      { width: 200, height: 100 },
      (id) => `<LOC_${id}>`,
    );

  it('are in pixels of the original picture, clamped to it', () => {
    expect(box(0, 256, 1024, 768)).toMatchObject({ box: [0, 0, 200, 100], problem: null });
    expect(box(0, 0, 512, 1024)).toMatchObject({ box: [0, 0, 100, 100], problem: null });
  });

  it('are called inverted when a side is not beyond its opposite', () => {
    expect(box(600, 300, 400, 700)).toMatchObject({ problem: 'inverted', bins: [600, 300, 400, 700] });
    expect(box(100, 300, 400, 300).problem).toBe('inverted');
  });

  it('are called malformed when a coordinate is missing', () => {
    expect(box(1, 2, null, 4)).toMatchObject({ box: null, bins: null, problem: 'malformed' });
  });
});
