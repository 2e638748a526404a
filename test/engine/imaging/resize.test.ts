import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { resize, type ResizeFilter, type SourceBox } from '../../../native/imaging/resize.ts';
import { crop } from '../../../native/imaging/canvas.ts';
import type { RgbImage } from '../../../electron/contract/events.ts';

interface Case {
  kind: 'noise' | 'edges';
  from: [number, number];
  to: [number, number];
  box: [number, number, number, number] | null;
  filter: ResizeFilter;
  sha256: string;
  sum: number;
}

const { cases } = JSON.parse(
  readFileSync(new URL('../../fixtures/imaging/resize.json', import.meta.url), 'utf8'),
) as { cases: Case[] };

/** The same picture that make_resize.py draws. */
function picture([width, height]: [number, number], kind: Case['kind']): RgbImage {
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0; i < rgb.length; i++) {
    const pixel = Math.floor(i / 3);
    rgb[i] =
      kind === 'noise'
        ? Math.imul(i, 2654435761) >>> 24
        : ((Math.floor((pixel % width) / 3) + Math.floor(Math.floor(pixel / width) / 2) + (i % 3)) % 2) * 255;
  }
  return { width, height, rgb };
}

describe('resizing equals Pillow bit for bit', () => {
  for (const filter of ['box', 'bilinear', 'bicubic', 'lanczos'] as const) {
    const mine = cases.filter((entry) => entry.filter === filter);
    it(`${filter}: ${mine.length} pictures, up, down, odd ratios and boxes`, () => {
      const wrong: string[] = [];
      for (const entry of mine) {
        const box = entry.box as SourceBox | null;
        const image = picture(entry.from, entry.kind);
        const out = box ? resize(image, ...entry.to, filter, { box }) : resize(image, ...entry.to, filter);
        const sum = out.rgb.reduce((a, b) => a + b, 0);
        const hash = createHash('sha256').update(out.rgb).digest('hex');
        if (hash !== entry.sha256) {
          wrong.push(
            `${entry.kind} ${entry.from.join('x')} -> ${entry.to.join('x')}: sum ${sum}, Pillow ${entry.sum}`,
          );
        }
      }
      expect(mine.length).toBeGreaterThan(60);
      expect(wrong).toEqual([]);
    });
  }

  it('leaves the source untouched and never hands it out as the result', () => {
    const image = picture([16, 16], 'noise');
    const before = image.rgb.slice();
    const same = resize(image, 16, 16, 'bicubic');
    same.rgb.fill(0);
    resize(image, 5, 7, 'lanczos');
    expect(image.rgb).toEqual(before);
  });

  it('makes any window of a result as the whole result holds it', () => {
    const image = picture([40, 30], 'noise');
    for (const [width, height] of [
      [77, 55],
      [13, 9],
      [40, 55],
      [77, 30],
      [40, 30],
    ] as const) {
      const whole = resize(image, width, height, 'bicubic');
      const window = { left: 3, top: 2, width: width - 7, height: height - 5 };
      const part = resize(image, width, height, 'bicubic', { window });
      const { left, top } = window;
      expect(part).toEqual(crop(whole, left, top, window.width, window.height));
    }
  });

  it('refuses sizes and boxes that make no picture', () => {
    const image = picture([4, 4], 'noise');
    expect(() => resize(image, 0, 4, 'box')).toThrow(RangeError);
    expect(() => resize(image, 4, 2.5, 'box')).toThrow(RangeError);
    expect(() => resize(image, 2, 2, 'box', { box: [0, 0, 5, 4] })).toThrow('leaves');
    expect(() => resize(image, 2, 2, 'box', { box: [2, 2, 2, 4] })).toThrow('empty');
    expect(() => resize(image, 2, 2, 'box', { box: [Number.NaN, 0, 2, 4] })).toThrow(RangeError);
  });
});
