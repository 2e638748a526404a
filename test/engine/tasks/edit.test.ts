import { describe, expect, it } from 'vitest';
import { runEventSchema, type RgbImage } from '../../../electron/contract/events.ts';
import type { Region } from '../../../electron/contract/request.ts';
import { pictureSource } from '../../../native/tasks/picture-source.ts';
import {
  asSource,
  editRequest,
  finalCodes,
  only,
  openFullEngine,
  runAll,
  testPicture,
  the,
} from '../../support/engine-runs.ts';
import { fullCodes, fullImageSize, fullSlots } from '../../support/full-bundle.ts';

const small = testPicture(fullImageSize, fullImageSize);

function pixel(image: RgbImage, x: number, y: number): number[] {
  return [...image.rgb.subarray((y * image.width + x) * 3, (y * image.width + x) * 3 + 3)];
}

/** Pixels that differ between two pictures of one size, as "x,y". */
function changed(a: RgbImage, b: RgbImage): Set<string> {
  expect([a.width, a.height]).toEqual([b.width, b.height]);
  const places = new Set<string>();
  for (let y = 0; y < a.height; y++) {
    for (let x = 0; x < a.width; x++) {
      if (pixel(a, x, y).join() !== pixel(b, x, y).join()) places.add(`${x},${y}`);
    }
  }
  return places;
}

describe('an edit', () => {
  it('feeds the picture twice, runs three branches a step and reveals every code', async () => {
    const { engine } = await openFullEngine();
    const events = await runAll(engine, editRequest(asSource(testPicture(50, 40))));
    for (const event of events) expect(runEventSchema.safeParse(event).success).toBe(true);
    const start = the(events, 'run.start');
    expect(start.segments.map(({ kind, branch }) => `${kind} ${branch}`)).toEqual([
      'system und',
      'user und',
      'semantic und',
      'vqSource gen',
      'user und',
      'header und',
      'canvas gen',
      'tail und',
    ]);
    for (const kind of ['vqSource', 'canvas']) {
      expect(start.segments.find((segment) => segment.kind === kind)?.length).toBe(fullSlots);
    }
    expect(start.request).not.toHaveProperty('image.bytes');
    expect(start.transferCounts.reduce((sum, count) => sum + count)).toBe(fullCodes);
    const rows = the(events, 'branches').rows;
    expect(rows.map(({ name }) => name)).toEqual(['unconditional', 'sourceOnly', 'conditional']);
    expect(rows[0]?.masked).toEqual(['system', 'user', 'semantic', 'vqSource']);
    expect(rows[0]?.gen).toEqual(['canvas']);
    expect(rows[1]?.masked).not.toContain('vqSource');
    expect(rows[1]?.masked).toContain('tail');
    expect(rows[1]?.gen).toEqual(['vqSource', 'canvas']);
    expect(rows[2]).toMatchObject({ masked: [], gen: ['vqSource', 'canvas'] });
    expect([...finalCodes(events)].some((id) => id === start.maskId)).toBe(false);
    const { image } = the(events, 'run.image');
    expect([image.width, image.height]).toEqual([fullImageSize, fullImageSize]);
    expect(the(events, 'run.done').result.forwards).toBe(12);
  });

  it('depends on the request alone: instruction, picture, seed and fit change it, repeating does not', async () => {
    const { engine } = await openFullEngine();
    const source = asSource(testPicture(50, 40));
    const codesOf = async (change: Parameters<typeof editRequest>[1], image = source) =>
      finalCodes(await runAll(engine, editRequest(image, change))).join();
    const first = await codesOf({});
    expect(await codesOf({})).toBe(first);
    expect(await codesOf({ seed: 8 })).not.toBe(first);
    expect(await codesOf({ prompt: 'remove the car' })).not.toBe(first);
    expect(await codesOf({ fit: 'pad' })).not.toBe(first);
    expect(await codesOf({ editMode: 3 })).not.toBe(first);
    expect(await codesOf({ promptForm: 'trained' })).not.toBe(first);
    expect(await codesOf({}, asSource(testPicture(44, 40)))).not.toBe(first);
  });

  it('computes only the branches that count', async () => {
    const { engine } = await openFullEngine();
    const forwards = async (guidanceScale: number, imageGuidanceScale: number) =>
      the(
        await runAll(engine, editRequest(asSource(small), { guidanceScale, imageGuidanceScale, steps: 2 })),
        'run.done',
      ).result.forwards;
    expect(await forwards(0, 0)).toBe(2);
    expect(await forwards(1, 0)).toBe(4);
    expect(await forwards(0, 1)).toBe(4);
  });

  it('stops between forwards when cancelled', async () => {
    const { engine } = await openFullEngine();
    const events = await runAll(engine, editRequest(asSource(small)), (event, abort) => {
      if (event.type === 'step.state' && event.step === 1) abort();
    });
    expect(events.at(-1)).toEqual({ type: 'run.cancelled', step: 2 });
    expect(only(events, 'step.state')).toHaveLength(2);
    expect(only(events, 'run.image')).toHaveLength(0);
  });
});

describe('a region lock', () => {
  it('keeps every token whose cell lies outside, and every pixel outside byte for byte', async () => {
    const { engine } = await openFullEngine();
    // Codes stand for 4 pixels a side: columns 2 to 4 and rows 1 to 2 of the grid.
    const region: Region = { kind: 'box', box: [9, 5, 17, 12], feather: 0 };
    const events = await runAll(engine, editRequest(asSource(small), { region }));
    const { initial, maskId, transferCounts } = the(events, 'run.start');
    if (!initial) throw new Error('no codes were given');
    const open = [...initial].flatMap((id, p) => (id === maskId ? [p] : []));
    expect(open).toEqual([10, 11, 12, 18, 19, 20]);
    expect(transferCounts.reduce((sum, count) => sum + count)).toBe(6);
    const final = finalCodes(events);
    initial.forEach((id, p) => {
      if (id !== maskId) expect(final[p]).toBe(id);
    });
    const { image } = the(events, 'run.image');
    const places = changed(image, small);
    expect(places.size).toBeGreaterThan(0);
    for (const place of places) {
      const [x = -1, y = -1] = place.split(',').map(Number);
      expect(x >= 9 && x < 17 && y >= 5 && y < 12).toBe(true);
    }
  });

  it('lays the result into a picture of any size, through a mask, fading in from its border', async () => {
    const { engine } = await openFullEngine();
    const picture = testPicture(90, 61);
    const mask: RgbImage = { width: 90, height: 61, rgb: new Uint8Array(90 * 61 * 3) };
    const inside = (x: number, y: number): boolean => (x - 45) ** 2 + (y - 30) ** 2 < 20 ** 2;
    for (let y = 0; y < 61; y++)
      for (let x = 0; x < 90; x++)
        if (inside(x, y)) mask.rgb.fill(255, (y * 90 + x) * 3, (y * 90 + x) * 3 + 3);
    for (const fit of ['crop', 'pad'] as const) {
      const runWith = async (feather: number) => {
        const region: Region = { kind: 'mask', mask: asSource(mask, 'mask.png'), feather };
        const events = await runAll(engine, editRequest(asSource(picture), { region, fit }));
        return the(events, 'run.image').image;
      };
      const hard = await runWith(0);
      const soft = await runWith(6);
      for (const result of [hard, soft]) {
        for (const place of changed(result, picture)) {
          const [x = -1, y = -1] = place.split(',').map(Number);
          expect(inside(x, y)).toBe(true);
        }
      }
      const distance = (image: RgbImage, x: number, y: number): number =>
        pixel(image, x, y).reduce(
          (sum, value, c) => sum + Math.abs(value - (pixel(picture, x, y)[c] ?? 0)),
          0,
        );
      // Near the border the soft result is closer to the source, in the middle both are the same.
      expect(distance(soft, 45, 11)).toBeLessThan(distance(hard, 45, 11));
      expect(pixel(soft, 45, 30)).toEqual(pixel(hard, 45, 30));
    }
  });

  it('names what is wrong with a region', async () => {
    const { engine } = await openFullEngine();
    const picture = testPicture(60, 40);
    const errorOf = async (region: Parameters<typeof editRequest>[1]) => {
      const last = (await runAll(engine, editRequest(asSource(picture), region))).at(-1);
      if (last?.type !== 'run.error') throw new Error('the run did not fail');
      return last.error;
    };
    const box = (...edges: [number, number, number, number]) =>
      ({ region: { kind: 'box', box: edges, feather: 0 } }) as const;
    const maskOf = (width: number, height: number) =>
      ({
        region: {
          kind: 'mask',
          mask: asSource({ width, height, rgb: new Uint8Array(width * height * 3) }, 'mask.png'),
          feather: 0,
        },
      }) as const;
    expect(await errorOf(box(10, 10, 61, 20))).toMatchObject({ code: 'region.outside' });
    expect(await errorOf(box(20, 10, 20, 20))).toMatchObject({ code: 'region.outside' });
    const beyond = await errorOf(box(0, 10, 20, 20));
    expect(beyond.code).toBe('region.outside');
    expect(beyond.message).toContain('middle square');
    expect(await errorOf(maskOf(61, 40))).toMatchObject({
      code: 'region.size',
      message: 'The mask mask.png has 61 × 40 pixels, the picture 60 × 40.',
    });
    expect(await errorOf(maskOf(60, 40))).toMatchObject({ code: 'region.outside' });
    const pad = await runAll(engine, editRequest(asSource(picture), { ...box(0, 10, 20, 20), fit: 'pad' }));
    expect(pad.at(-1)?.type).toBe('run.done');
  });
});

describe('an edit that cannot run', () => {
  it('names the picture that is missing, another one, or none', async () => {
    const { engine } = await openFullEngine();
    const source = asSource(small, 'cat.png');
    const { bytes: _, ...recalled } = source;
    const other = { ...source, bytes: asSource(testPicture(9, 9)).bytes ?? new Uint8Array() };
    const text = new TextEncoder().encode('not a picture');
    for (const [image, code, words] of [
      [recalled, 'file.missing', 'cat.png'],
      [other, 'file.invalid', 'not the picture'],
      [pictureSource('notes.txt', text), 'file.invalid', 'notes.txt is not a picture'],
    ] as const) {
      const last = (await runAll(engine, editRequest(image))).at(-1);
      expect(last).toMatchObject({ type: 'run.error', error: { code } });
      expect(JSON.stringify(last)).toContain(words);
    }
    expect((await runAll(engine, editRequest(source, { prompt: '  ' }))).at(-1)).toMatchObject({
      error: { code: 'prompt.empty' },
    });
  });

  it('names the parts a model lacks', async () => {
    const { engine, info } = await openFullEngine({ without: ['vision', 'vq encoder'] });
    expect(info.tasks).toEqual(['text-to-image', 'plan']);
    expect((await runAll(engine, editRequest(asSource(small)))).at(-1)).toMatchObject({
      error: {
        code: 'model.incomplete',
        message: 'Full cannot edit pictures: it has no VQ encoder and no vision tower.',
      },
    });
  });
});
