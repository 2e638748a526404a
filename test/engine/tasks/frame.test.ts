import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addedStretch, frameAround, legalFrame } from '../../../electron/contract/frame.ts';
import type { RgbImage } from '../../../electron/contract/events.ts';
import { extendPicture } from '../../../native/imaging/extend.ts';
import { TraceFile } from '../../../native/trace/reader.ts';
import { RunRecorder } from '../../../native/trace/run-recorder.ts';
import {
  asSource,
  editRequest,
  finalCodes,
  openFullEngine,
  runAll,
  testPicture,
  the,
} from '../../support/engine-runs.ts';
import { fullCodes } from '../../support/full-bundle.ts';

const box = (...edges: [number, number, number, number]) =>
  ({ kind: 'box', box: edges, feather: 0 }) as const;

function differs(a: RgbImage, b: RgbImage, x: number, y: number, dx = 0, dy = 0): boolean {
  const one = (y * a.width + x) * 3;
  const other = ((y - dy) * b.width + x - dx) * 3;
  return [0, 1, 2].some((c) => a.rgb[one + c] !== b.rgb[other + c]);
}

describe('a frame around what may change', () => {
  const picture = { x0: 0, y0: 0, x1: 768, y1: 512 };
  const model = { cells: 32, side: 256 };

  it('is as large as the model’s own picture, or as what may change with its padding, in whole pixels a token', () => {
    expect(frameAround({ x0: 300, y0: 200, x1: 340, y1: 220 }, picture, model)).toEqual({
      left: 192,
      top: 80,
      side: 256,
    });
    expect(frameAround({ x0: 0, y0: 0, x1: 200, y1: 40 }, picture, model)).toEqual({
      left: 0,
      top: 0,
      side: 416,
    });
    expect(frameAround({ x0: 0, y0: 0, x1: 200, y1: 40 }, picture, model, 0).side).toBe(256);
    expect(frameAround({ x0: 300, y0: 10, x1: 760, y1: 500 }, picture, model)).toMatchObject({
      side: 512,
      top: 0,
    });
  });

  it('leaves the picture where that is too narrow, by the same on both sides', () => {
    const wide = frameAround({ x0: 0, y0: 100, x1: 768, y1: 200 }, picture, model);
    expect(wide).toEqual({ left: 0, top: -128, side: 768 });
  });

  it('always holds what may change', () => {
    for (let i = 0; i < 400; i++) {
      const [width, height] = [40 + ((i * 37) % 900), 40 + ((i * 91) % 700)];
      const x0 = (i * 13) % (width - 8);
      const y0 = (i * 29) % (height - 8);
      const part = {
        x0,
        y0,
        x1: Math.min(width, x0 + 5 + i),
        y1: Math.min(height, y0 + 3 + ((i * 7) % 300)),
      };
      const frame = frameAround(part, { x0: 0, y0: 0, x1: width, y1: height }, model, (i % 4) / 4);
      expect(frame.side % 32).toBe(0);
      expect(frame.left).toBeLessThanOrEqual(part.x0);
      expect(frame.top).toBeLessThanOrEqual(part.y0);
      expect(frame.left + frame.side).toBeGreaterThanOrEqual(part.x1);
      expect(frame.top + frame.side).toBeGreaterThanOrEqual(part.y1);
    }
  });

  it('is made legal from any drawn one', () => {
    const legal = (left: number, top: number, side: number) => legalFrame({ left, top, side }, picture, 32);
    expect(legal(101, 55, 250)).toEqual({ left: 104, top: 56, side: 256 });
    expect(legal(700, -40, 100)).toEqual({ left: 672, top: 0, side: 96 });
    expect(legal(0, 0, 5000)).toEqual({ left: 0, top: 0, side: 512 });
    expect(legal(0, 0, 3)).toMatchObject({ side: 32 });
  });

  it('knows what an extension adds', () => {
    const size = { width: 100, height: 60 };
    const none = { left: 0, top: 0, right: 0, bottom: 0 };
    expect(addedStretch(size, { ...none, right: 20 })).toEqual({ x0: 100, y0: 0, x1: 120, y1: 60 });
    expect(addedStretch(size, { ...none, top: 8 })).toEqual({ x0: 0, y0: -8, x1: 100, y1: 0 });
    expect(addedStretch(size, { ...none, left: 8, bottom: 4 })).toEqual({ x0: -8, y0: 0, x1: 100, y1: 64 });
  });
});

describe('an edit in a frame', () => {
  it('shows the model the frame alone, and says where its square lies', async () => {
    const { engine, folder } = await openFullEngine();
    const picture = testPicture(96, 70);
    const frame = { left: 40, top: 20, side: 32 };
    const events = await runAll(
      engine,
      editRequest(asSource(picture), { frame, region: box(48, 24, 60, 40) }),
    );
    const { result, initial, maskId } = the(events, 'run.start');
    expect(result).toEqual({ width: 96, height: 70, square: [40, 20, 72, 52] });
    // Codes stand for 4 pixels a side: columns 2 to 4, rows 1 to 4 of the frame.
    const open = [...(initial ?? [])].flatMap((id, p) => (id === maskId ? [p] : []));
    expect(open).toEqual([10, 11, 12, 18, 19, 20, 26, 27, 28, 34, 35, 36]);
    // A recorded run says it too.
    const recorder = new RunRecorder();
    for (const event of events) recorder.consume(event);
    const file = join(folder, 'framed.trace');
    await writeFile(file, recorder.encode(the(events, 'run.start').request) ?? new Uint8Array());
    const trace = await TraceFile.open(file);
    expect((await trace.readHead('framed')).result).toEqual(result);
    await trace.close();
    const { image } = the(events, 'run.image');
    let changed = 0;
    for (let y = 0; y < 70; y++) {
      for (let x = 0; x < 96; x++) {
        if (!differs(image, picture, x, y)) continue;
        expect(x >= 48 && x < 60 && y >= 24 && y < 40).toBe(true);
        changed++;
      }
    }
    expect(changed).toBeGreaterThan(100);
    // What lies outside of the frame is not seen.
    const elsewhere = { ...picture, rgb: picture.rgb.slice() };
    elsewhere.rgb.fill(0, 0, 96 * 3 * 10);
    const other = await runAll(
      engine,
      editRequest(asSource(elsewhere), { frame, region: box(48, 24, 60, 40) }),
    );
    expect(finalCodes(other)).toEqual(finalCodes(events));
  });

  it('paints all of the frame without a region, and takes one that leaves the picture', async () => {
    const { engine } = await openFullEngine();
    const picture = testPicture(96, 40);
    const events = await runAll(
      engine,
      editRequest(asSource(picture), { frame: { left: 30, top: -4, side: 48 } }),
    );
    const { result, transferCounts } = the(events, 'run.start');
    expect(result?.square).toEqual([30, -4, 78, 44]);
    expect(transferCounts.reduce((sum, count) => sum + count)).toBe(fullCodes);
    const { image } = the(events, 'run.image');
    expect([image.width, image.height]).toEqual([96, 40]);
    expect(differs(image, picture, 29, 20) || differs(image, picture, 78, 20)).toBe(false);
    expect(differs(image, picture, 40, 20)).toBe(true);
  });

  it('names what is wrong with a frame, and the way out', async () => {
    const { engine } = await openFullEngine();
    const errorOf = async (change: Parameters<typeof editRequest>[1]) => {
      const last = (await runAll(engine, editRequest(asSource(testPicture(60, 40)), change))).at(-1);
      if (last?.type !== 'run.error') throw new Error('the run did not fail');
      return last.error;
    };
    const frame = { left: 0, top: 0, side: 32 };
    const beside = await errorOf({ frame: { ...frame, left: 60 } });
    expect(beside).toMatchObject({ code: 'frame.outside', message: 'The frame lies beside the picture.' });
    expect(beside.cause).toContain('60 × 40 pixels');
    expect(beside.action).toContain('Fit the frame');
    expect((await errorOf({ frame: { ...frame, side: 7 } })).message).toContain('at least 8');
    const vast = await errorOf({ frame: { ...frame, side: 40_000 } });
    expect(vast).toMatchObject({
      code: 'frame.outside',
      cause: expect.stringContaining('20000 pixels a side'),
    });
    const cut = await errorOf({ frame, region: box(20, 10, 40, 20) });
    expect(cut).toMatchObject({
      code: 'frame.outside',
      cause: '80 of 200 pixels; the frame is 32 pixels wide from 0, 0',
    });
    const added = { left: 0, top: 0, right: 0, bottom: 0, feather: 0 };
    expect((await errorOf({ extend: added })).message).toContain('adds nothing');
    const endless = await errorOf({ extend: { ...added, left: 8192, right: 8192, top: 8192, bottom: 8192 } });
    expect(endless.message).toBe('The extended picture would be too large: 16444 × 16424 pixels.');
    expect(endless.cause).toContain('100 megapixels');
    const both = { extend: { ...added, right: 8 }, region: box(20, 10, 40, 20) };
    expect((await errorOf(both)).message).toContain('not both at once');
    expect((await errorOf({ reads: 'description' })).message).toContain('A description needs a part');
  });
});

describe('an extension', () => {
  it('continues the picture’s edge to start from', () => {
    const { width, height, rgb } = extendPicture(testPicture(5, 4), { left: 2, top: 1, right: 3, bottom: 2 });
    expect([width, height]).toEqual([10, 7]);
    const own = testPicture(5, 4).rgb;
    expect([...rgb.subarray(0, 3)]).toEqual([...own.subarray(0, 3)]);
    expect([...rgb.subarray(rgb.length - 3)]).toEqual([...own.subarray(own.length - 3)]);
    expect([...rgb.subarray((3 * 10 + 4) * 3, (3 * 10 + 4) * 3 + 3)]).toEqual([...own.subarray(36, 39)]);
  });

  it('paints around the picture and leaves every byte of it', async () => {
    const { engine } = await openFullEngine();
    const picture = testPicture(40, 32);
    const extend = { left: 8, top: 0, right: 16, bottom: 4, feather: 3 };
    for (const reads of ['instruction', 'description'] as const) {
      const events = await runAll(engine, editRequest(asSource(picture), { extend, reads, fit: 'pad' }));
      expect(the(events, 'run.start').result).toEqual({ width: 64, height: 36, square: [0, -14, 64, 50] });
      const kinds = the(events, 'run.start').segments.map(({ kind }) => kind);
      expect(kinds.includes('semantic')).toBe(reads === 'instruction');
      const { image } = the(events, 'run.image');
      expect([image.width, image.height]).toEqual([64, 36]);
      for (let y = 0; y < 32; y++)
        for (let x = 8; x < 48; x++) expect(differs(image, picture, x, y, 8, 0)).toBe(false);
      expect(differs(image, extendPicture(picture, extend), 60, 20)).toBe(true);
    }
  });
});
