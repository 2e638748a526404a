import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readImage } from '../../native/imaging/decode.ts';
import { projectRoot } from '../support/cli.ts';
import { Composer } from './scene/composer.ts';
import { sceneSchema } from './scene/scene.ts';
import { SpriteSheet } from './scene/sheet.ts';

const folder = join(projectRoot, 'test', 'fixtures', 'eval');
/** Scenes as models/train/compose.py drew them; for some also the boxes it gave their items. */
const recordedSchema = sceneSchema.extend({
  boxes: z.array(z.tuple([z.int(), z.int(), z.int(), z.int()])).optional(),
});
const scenes = z.array(recordedSchema).parse(JSON.parse(await readFile(join(folder, 'scenes.json'), 'utf8')));
const composer = new Composer(new SpriteSheet(), 128);

describe('the composer', () => {
  test.each(scenes.map((scene, i) => ({ i, scene })))(
    'draws scene $i as the training recipe drew it',
    async ({ i, scene }) => {
      const drawn = composer.draw(scene).rgb;
      const { rgb } = (await readImage(join(folder, `scene-${i}.png`))).image;
      const apart = drawn.map((value, k) => Math.abs(value - (rgb[k] as number)));
      expect(Math.max(...apart)).toBeLessThanOrEqual(1);
      expect(apart.filter((difference) => difference > 0).length / apart.length).toBeLessThan(0.005);
    },
  );

  test('tells the box of the visible pixels, not of the square', () => {
    const box = composer.boxOf({ name: 'skis', color: null, size: 64, x: 16, y: 32 });
    expect(box[0]).toBeGreaterThan(16);
    expect(box[2]).toBeLessThanOrEqual(80);
    expect(box[2] - box[0]).toBeGreaterThan(40);
  });

  test('tells the boxes of flipped and turned items as the training recipe told them', () => {
    const recorded = scenes.filter(({ boxes }) => boxes !== undefined);
    expect(recorded.flatMap(({ items }) => items).some(({ angle, flip }) => angle && flip)).toBe(true);
    for (const { items, boxes } of recorded) expect(items.map((item) => composer.boxOf(item))).toEqual(boxes);
  });

  test('keeps a sprite apart from the same one flipped or turned', () => {
    const item = { name: 'bicycle', color: null, size: 64, x: 32, y: 32 };
    const turns = [{}, { flip: true }, { angle: 90 }, { flip: true, angle: 90 }];
    const drawn = turns.map((turn) =>
      composer.draw({ background: 'grass', items: [{ ...item, ...turn }] }).rgb.join(),
    );
    expect(new Set(drawn).size).toBe(turns.length);
  });

  test('refuses what the world has not', () => {
    const item = { name: 'unicorn', color: null, size: 64, x: 0, y: 0 };
    expect(() => composer.draw({ background: 'grass', items: [item] })).toThrow('no "unicorn"');
    expect(() => composer.draw({ background: 'moon', items: [] })).toThrow('no background "moon"');
  });
});
