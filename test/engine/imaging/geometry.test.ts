import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { black, midGray, solid } from '../../../native/imaging/canvas.ts';
import {
  bestResolution,
  fitInside,
  letterBox,
  letterBoxOf,
  padToSquareAndResize,
  resizeAndCenterCrop,
  resizeAndPad,
  unpaddedWindow,
} from '../../../native/imaging/geometry.ts';
import { resize } from '../../../native/imaging/resize.ts';
import { SafetensorsFile } from '../../../native/tensor/safetensors.ts';
import type { RgbImage } from '../../../electron/contract/events.ts';

const golden = new URL('../../fixtures/golden/', import.meta.url);
const file = await SafetensorsFile.open(fileURLToPath(new URL('siglip.safetensors', golden)));

async function recorded(name: string): Promise<RgbImage> {
  const [height, width] = file.entry(name).shape.slice(-3) as [number, number];
  return { width, height, rgb: Uint8Array.from(await file.readInt32(name)) };
}

/** A picture whose every pixel differs from its neighbours. */
function noise(width: number, height: number): RgbImage {
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0; i < rgb.length; i++) rgb[i] = Math.imul(i, 2654435761) >>> 24;
  return { width, height, rgb };
}

describe('preparing pictures as the published implementation does', () => {
  for (const name of ['crop_100x64', 'crop_33x71']) {
    it(`${name}: letter-box, pad and resize, resize and crop`, async () => {
      const image = await recorded(`input.${name}.image`);
      expect(letterBox(image, midGray)).toEqual(await recorded(`expected.${name}.expand2square`));
      expect(padToSquareAndResize(image, 48, black)).toEqual(
        await recorded(`expected.${name}.pad_to_square_and_resize_48`),
      );
      expect(resizeAndCenterCrop(image, 48)).toEqual(
        await recorded(`expected.${name}.resize_and_center_crop_48`),
      );
    });
  }
});

describe('letter-boxes', () => {
  it('puts an odd remainder right and below', () => {
    expect(letterBoxOf({ width: 10, height: 7 })).toEqual({ side: 10, left: 0, top: 1 });
    expect(letterBoxOf({ width: 7, height: 10 })).toEqual({ side: 10, left: 1, top: 0 });
  });

  it('resizes the square without building it, to the same bytes', () => {
    for (const [width, height] of [
      [31, 12],
      [12, 31],
      [24, 24],
      [200, 3],
    ] as const) {
      const image = noise(width, height);
      expect(padToSquareAndResize(image, 24, midGray)).toEqual(
        resize(letterBox(image, midGray), 24, 24, 'bicubic'),
      );
    }
  });

  it('handles a panorama whose square would not fit in memory', () => {
    const panorama = solid(19_999, 300, [200, 10, 30]);
    const view = padToSquareAndResize(panorama, 64, midGray);
    expect([...view.rgb.subarray(0, 3)]).toEqual([127, 127, 127]);
    const center = (32 * 64 + 32) * 3;
    expect(view.rgb[center]).toBeGreaterThan(140);
  });
});

describe('crops', () => {
  it('keeps the centre of a very wide picture without making all of it', () => {
    const wide = solid(18_000, 1, [1, 2, 3]);
    const square = resizeAndCenterCrop(wide, 256);
    expect(square).toEqual(solid(256, 256, [1, 2, 3]));
  });
});

describe('any-res geometry', () => {
  interface Row {
    pil_size: [number, number];
    best: [number, number];
    grid: [number, number];
    side: number;
    unpadded_h_w: [number, number];
  }
  const json = JSON.parse(readFileSync(new URL('siglip.json', golden), 'utf8')) as {
    anyres_table: { pinpoints: [number, number][]; rows: Row[] };
  };
  const { pinpoints, rows } = json.anyres_table;
  const candidates = pinpoints.map(([width, height]) => ({ width, height }));

  it(`chooses the resolution and cuts the margins of ${rows.length} recorded sizes`, () => {
    expect(rows.length).toBeGreaterThan(50);
    for (const row of rows) {
      const image = { width: row.pil_size[0], height: row.pil_size[1] };
      const best = bestResolution(image, candidates);
      expect([best.width, best.height], `best of ${row.pil_size.join('x')}`).toEqual(row.best);
      const grid = { width: row.grid[0] * row.side, height: row.grid[1] * row.side };
      const window = unpaddedWindow(grid, image);
      expect([window.bottom - window.top, window.right - window.left]).toEqual(row.unpadded_h_w);
    }
  });

  it('fits a picture with its ratio kept, the free side rounded up', () => {
    expect(fitInside({ width: 100, height: 64 }, { width: 120, height: 120 })).toEqual({
      width: 120,
      height: 77,
    });
    expect(fitInside({ width: 64, height: 100 }, { width: 120, height: 120 })).toEqual({
      width: 77,
      height: 120,
    });
    expect(fitInside({ width: 5000, height: 1 }, { width: 768, height: 384 })).toEqual({
      width: 768,
      height: 1,
    });
    expect(fitInside({ width: 1, height: 1 }, { width: 384, height: 768 })).toEqual({
      width: 384,
      height: 384,
    });
  });

  it('centres the fitted picture on black', () => {
    const padded = resizeAndPad(solid(10, 4, [9, 9, 9]), { width: 20, height: 20 });
    const lit = Array.from({ length: 20 }, (_, y) => padded.rgb[y * 60] as number);
    expect(lit).toEqual([
      ...new Array<number>(6).fill(0),
      ...new Array<number>(8).fill(9),
      ...new Array<number>(6).fill(0),
    ]);
  });

  it('refuses an empty list of resolutions', () => {
    expect(() => bestResolution({ width: 4, height: 4 }, [])).toThrow(RangeError);
  });
});
