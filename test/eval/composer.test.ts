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
const scenes = z.array(sceneSchema).parse(JSON.parse(await readFile(join(folder, 'scenes.json'), 'utf8')));
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

  test('refuses what the world has not', () => {
    const item = { name: 'unicorn', color: null, size: 64, x: 0, y: 0 };
    expect(() => composer.draw({ background: 'grass', items: [item] })).toThrow('no "unicorn"');
    expect(() => composer.draw({ background: 'moon', items: [] })).toThrow('no background "moon"');
  });
});
