import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelInfo } from '../../../electron/contract/engine.ts';
import type { RgbImage } from '../../../electron/contract/events.ts';
import { editStart, type EditRequest } from '../../../electron/contract/request.ts';
import { createEngine } from '../../../native/engine.ts';
import { resize } from '../../../native/imaging/resize.ts';
import { nanoDirectory } from '../../support/cli.ts';
import { asSource, runAll, testPicture, the } from '../../support/engine-runs.ts';

const engine = createEngine();
let info: ModelInfo;
beforeAll(async () => {
  info = await engine.open({ modelDirectory: nanoDirectory, backend: 'cpu', threads: 1 }, () => undefined);
});
afterAll(() => engine.close());

function request(picture: RgbImage, change: Partial<EditRequest>): EditRequest {
  return {
    version: 1,
    task: 'edit',
    prompt: 'Add a red cup.',
    seed: 5,
    ...editStart(info.defaults, info.editDefaults),
    image: asSource(picture),
    steps: 2,
    ...change,
  };
}

/** Pixels whose bytes differ, as [x, y]; the second picture lies at (dx, dy) of the first. */
function changed(now: RgbImage, was: RgbImage, dx = 0, dy = 0): [number, number][] {
  const places: [number, number][] = [];
  for (let y = 0; y < was.height; y++) {
    for (let x = 0; x < was.width; x++) {
      const to = ((y + dy) * now.width + x + dx) * 3;
      const from = (y * was.width + x) * 3;
      if ([0, 1, 2].some((c) => now.rgb[to + c] !== was.rgb[from + c])) places.push([x, y]);
    }
  }
  return places;
}

describe('the shipped nano in a picture of three times its size', () => {
  it('changes the framed mask alone, and paints it at the picture’s own resolution', async () => {
    const side = info.imageSize;
    const picture = testPicture(3 * side, 3 * side);
    const mask: RgbImage = { width: 3 * side, height: 3 * side, rgb: new Uint8Array(27 * side * side) };
    const [middle, radius] = [1.6 * side, side / 4];
    const inside = (x: number, y: number): boolean => Math.hypot(x - middle, y - middle) < radius;
    for (let y = 0; y < mask.height; y++) {
      for (let x = 0; x < mask.width; x++) {
        const at = (y * mask.width + x) * 3;
        if (inside(x, y)) mask.rgb.fill(255, at, at + 3);
      }
    }
    const frame = { left: side, top: side, side };
    const region = { kind: 'mask', mask: asSource(mask, 'mask.png'), feather: 6 } as const;
    const run = async (change: Partial<EditRequest>) =>
      runAll(engine, request(picture, { region, ...change }));
    const framed = await run({ frame });
    expect(the(framed, 'run.start').result).toEqual({
      width: 3 * side,
      height: 3 * side,
      square: [side, side, 2 * side, 2 * side],
    });
    const { image } = the(framed, 'run.image');
    const places = changed(image, picture);
    expect(places.length).toBeGreaterThan(0);
    expect(places.every(([x, y]) => inside(x, y))).toBe(true);
    // One token stands for 8 pixels in the frame, for 24 in the whole picture: nine times as many are painted.
    const counts = (events: Awaited<ReturnType<typeof run>>) =>
      the(events, 'run.start').transferCounts.reduce((sum, count) => sum + count);
    const begun = await runAll(engine, request(picture, { region }), (event, abort) => {
      if (event.type === 'run.start') abort();
    });
    expect(counts(framed)).toBeGreaterThan(6 * counts(begun));
  });

  it('paints around a picture after a description, and leaves every byte of it', async () => {
    const picture = resize(testPicture(64, 64), info.imageSize, info.imageSize, 'bilinear');
    const quarter = info.imageSize / 4;
    const extend = { left: quarter, top: 0, right: 0, bottom: quarter, feather: 4 };
    const change = { extend, reads: 'description', prompt: 'a photo of a cat', fit: 'pad' } as const;
    const { image } = the(await runAll(engine, request(picture, change)), 'run.image');
    expect([image.width, image.height]).toEqual([5 * quarter, 5 * quarter]);
    expect(changed(image, picture, quarter, 0)).toEqual([]);
    const added = image.rgb.subarray(0, quarter * 3);
    expect(new Set(added).size).toBeGreaterThan(3);
  });
});
