import { describe, expect, test } from 'vitest';
import type { RgbImage } from '../../electron/contract/events.ts';
import { resize } from '../../native/imaging/resize.ts';
import { RandomStream } from '../../native/sampler/random.ts';
import { intersectionOverUnion } from '../../electron/contract/boxes.ts';
import { Checker, faintThresholds } from './checker/checker.ts';
import { clean } from './checker/stray.ts';
import { Composer } from './scene/composer.ts';
import { sampleScene } from './scene/sample-scene.ts';
import { colorNames, wayOf, type ColorName, type Scene } from './scene/scene.ts';
import { SpriteSheet } from './scene/sheet.ts';

const names = [
  'dog',
  'cat',
  'car',
  'bus',
  'apple',
  'clock',
  'book',
  'umbrella',
  'bicycle',
  'teddy bear',
  'cup',
  'bird',
];
const sheet = new SpriteSheet();
const composer = new Composer(sheet, 128);
const checker = new Checker(sheet, { names, colors: colorNames, imageSize: 128, sizes: [64] });

const listed = (things: readonly { name: string; color: string | null }[]): string[] =>
  things.map(({ name, color }) => `${color ?? 'own'} ${name}`).sort();

/** A third less sharp, and with noise of about 28 dB. */
function worn(image: RgbImage, stream: RandomStream): RgbImage {
  const { width } = image;
  const small = Math.round(width * 0.69);
  const soft = resize(resize(image, small, small, 'bilinear'), width, width, 'bicubic');
  return { ...soft, rgb: soft.rgb.map((value) => Math.min(Math.max(value + stream.below(35) - 17, 0), 255)) };
}

function rightShare(count: number, change: (image: RgbImage, stream: RandomStream) => RgbImage): number {
  const stream = new RandomStream(11, 'draft');
  let right = 0;
  for (let i = 0; i < count; i++) {
    const scene = sampleScene(stream, names, 128);
    const seen = checker.look(change(composer.draw(scene), stream));
    if (String(listed(seen.detections)) === String(listed(scene.items))) right++;
  }
  return right / count;
}

describe('the checker', () => {
  test('counts blots on the background as stray, and neither objects nor what the VQ blurs', () => {
    const stream = new RandomStream(12, 'draft');
    let cleanOnes = 0;
    for (let i = 0; i < 12; i++) {
      const image = composer.draw(sampleScene(stream, names, 128));
      expect(checker.look(image).stray).toBe(0);
      cleanOnes += clean(checker.look(worn(image, stream)).stray);
    }
    // The stars of a night are smaller than what wears it.
    expect(cleanOnes).toBeGreaterThanOrEqual(10);
    const image = composer.draw({
      background: 'grass',
      items: [{ name: 'cat', color: null, size: 64, x: 0, y: 32, flip: false, angle: 0 }],
    });
    const blot = image.rgb.slice();
    for (let y = 96; y < 104; y++) {
      for (let x = 96; x < 104; x++) blot.set([255, 0, 255], (y * 128 + x) * 3);
    }
    const seen = checker.look({ ...image, rgb: blot });
    expect(seen.stray).toBeCloseTo(64 / (128 * 128), 6);
    expect(clean(seen.stray)).toBe(0);
    expect(seen.detections.map(({ name }) => name)).toEqual(['cat']);
  });

  test('names objects, colours and counts of clean scenes', () => {
    expect(rightShare(30, (image) => image)).toBeGreaterThan(0.97);
  });

  test('still does when the picture is blurred and noisy', () => {
    expect(rightShare(20, worn)).toBeGreaterThan(0.9);
  });

  test('tells where things are, and the background', () => {
    const scene: Scene = {
      background: 'night',
      items: [
        { name: 'car', color: 'red', size: 64, x: 0, y: 48 },
        { name: 'bird', color: null, size: 64, x: 64, y: 0 },
      ],
    };
    const seen = checker.look(composer.draw(scene));
    expect(seen.background).toBe('night');
    for (const item of scene.items) {
      const found = seen.detections.find(({ name }) => name === item.name);
      expect(found?.color).toBe(item.color);
      expect(intersectionOverUnion(found?.box ?? [0, 0, 0, 0], composer.boxOf(item))).toBeGreaterThan(0.9);
    }
  });

  test('sees nothing in empty pictures and in noise', () => {
    for (const background of ['grass', 'room', 'white']) {
      expect(checker.look(composer.draw({ background, items: [] })).detections).toEqual([]);
    }
    const stream = new RandomStream(3, 'draft');
    const rgb = Uint8Array.from({ length: 128 * 128 * 3 }, () => stream.below(256));
    expect(checker.look({ width: 128, height: 128, rgb }).detections).toEqual([]);
  });

  test('tells sizes apart', () => {
    const sized = new Checker(sheet, { names, colors: colorNames, imageSize: 128, sizes: [40, 64, 88] });
    const sides = [40, 88, 64] as const;
    const scenes = names.map((name, i): Scene => {
      const size = sides[i % 3] as number;
      const small = { name: names[(i + 1) % names.length] as string, color: null, size: 40, x: 88, y: 88 };
      const large = { name, color: colorNames[i % 8] as ColorName, size, x: 0, y: 0 };
      return { background: 'grass', items: [large, small] };
    });
    for (const scene of scenes) {
      const { detections } = sized.look(composer.draw(scene));
      const told = (things: readonly { name: string; size: number; x: number; y: number }[]): string[] =>
        things.map(({ name, size, x, y }) => `${name} ${size} at ${x}, ${y}`).sort();
      expect(told(detections)).toEqual(told(scene.items));
    }
  });

  test('tells which way things face, where it is told which way they do on the sheet', () => {
    const faces = { car: 'left', bird: 'left', bicycle: 'left', bus: 'left' } as const;
    const facing = new Checker(sheet, { names, colors: colorNames, imageSize: 128, sizes: [64], faces });
    for (const [i, name] of Object.keys(faces).entries()) {
      const [first, second] = i % 2 === 0 ? [true, false] : [false, true];
      const items = [
        { name, color: null, size: 64, x: 0, y: 8, flip: first },
        { name, color: 'green' as const, size: 64, x: 64, y: 48, flip: second },
      ];
      const { detections } = facing.look(composer.draw({ background: 'grass', items }));
      const told = detections.map(({ x, facing: way, box }) => ({ x, way, box }));
      const truth = items.map((item) => ({ x: item.x, way: wayOf(item, faces), box: composer.boxOf(item) }));
      expect(told.sort((a, b) => a.x - b.x)).toEqual(truth);
    }
    const cat = { name: 'cat', color: null, size: 64, x: 32, y: 32 };
    const [seen] = facing.look(composer.draw({ background: 'grass', items: [cat] })).detections;
    expect(seen?.facing).toBeNull();
  });

  test('tells what stands in front, and sees what is partly hidden', () => {
    const place = (front: 'car' | 'cat', dx: number, dy: number): Scene => ({
      background: 'grass',
      items: [
        { name: front === 'car' ? 'cat' : 'car', color: null, size: 64, x: 32, y: 24 },
        { name: front, color: 'red', size: 64, x: 32 + dx, y: 24 + dy },
      ],
    });
    for (const front of ['car', 'cat'] as const) {
      for (const [dx, dy] of [
        [32, 16],
        [-28, 12],
        [24, -16],
      ] as const) {
        const scene = place(front, dx, dy);
        const { detections } = checker.look(composer.draw(scene));
        expect(listed(detections)).toEqual(listed(scene.items));
        for (const { name, depth } of detections) expect(depth).toBe(name === front ? 1 : 0);
      }
    }
    const apart = checker.look(composer.draw(place('car', 32, 40)));
    expect(apart.detections.map(({ depth }) => depth)).toEqual([0, 0]);
  });

  test('swears to nothing that is half spoilt, but knows what it may be', () => {
    const faint = new Checker(
      sheet,
      { names, colors: colorNames, imageSize: 128, sizes: [64] },
      faintThresholds,
    );
    const empty = composer.draw({ background: 'white', items: [] });
    const image = composer.draw({
      background: 'white',
      items: [{ name: 'bus', color: null, size: 64, x: 32, y: 32 }],
    });
    // A third of the pixels is gone, in stripes.
    const rgb = image.rgb.map((value, i) => (Math.floor(i / 3) % 6 < 4 ? value : (empty.rgb[i] as number)));
    expect(checker.look({ ...image, rgb }).detections).toEqual([]);
    expect(faint.look({ ...image, rgb }).detections[0]?.name).toBe('bus');
  });

  test('does not depend on backgrounds it knows', () => {
    const image = composer.draw({
      background: 'white',
      items: [{ name: 'cat', color: 'blue', size: 64, x: 32, y: 32 }],
    });
    // White becomes a slope of violet that no scene has.
    for (let i = 0; i < image.rgb.length; i += 3) {
      if (image.rgb[i] === 255 && image.rgb[i + 1] === 255) image.rgb.set([120 + (i >> 10), 40, 160], i);
    }
    expect(listed(checker.look(image).detections)).toEqual(['blue cat']);
  });
});

describe('the checker of a large world', () => {
  // Every object of the sheet in every colour, in pictures of twice the side.
  const large = new Composer(sheet, 256);
  const vocabulary = { names: sheet.names, colors: colorNames, imageSize: 256, sizes: [128] };
  const sharp = new Checker(sheet, vocabulary);
  const stream = new RandomStream(5, 'draft');

  test('names objects, colours and counts, whether the picture is worn or not', { timeout: 300_000 }, () => {
    for (let i = 0; i < 24; i++) {
      const scene = sampleScene(stream, sheet.names, 256);
      const image = large.draw(scene);
      const seen = sharp.look(i % 2 === 0 ? image : worn(image, stream));
      expect(listed(seen.detections)).toEqual(listed(scene.items));
    }
  });

  test('tells look-alikes apart', { timeout: 300_000 }, () => {
    const alike = [
      ['apple', 'orange', 'sports ball', 'donut'],
      ['cup', 'bowl', 'toilet', 'vase'],
      ['knife', 'spoon', 'toothbrush', 'skis'],
      ['horse', 'zebra', 'giraffe', 'cow'],
      ['tv', 'laptop', 'cell phone', 'book'],
      ['bear', 'teddy bear', 'dog', 'cat'],
      ['computer mouse', 'computer keyboard', 'suitcase', 'backpack'],
    ];
    for (const four of alike) {
      for (const color of [null, 'red', 'black', 'white'] as const) {
        const items = four.map((name, i) => {
          return { name, color, size: 128, x: (i % 2) * 128, y: Math.floor(i / 2) * 128 };
        });
        const seen = sharp.look(worn(large.draw({ background: 'skyblue', items }), stream));
        expect(listed(seen.detections)).toEqual(listed(items));
      }
    }
  });

  test('takes no crowd for the background', { timeout: 300_000 }, () => {
    const items = [0, 1, 2, 3].map((i) => {
      return {
        name: 'book',
        color: 'black' as const,
        size: 128,
        x: (i % 2) * 128,
        y: Math.floor(i / 2) * 128,
      };
    });
    const seen = sharp.look(large.draw({ background: 'white', items }));
    expect(seen.background).toBe('white');
    expect(listed(seen.detections)).toEqual(listed(items));
  });

  test('is of one size of picture', () => {
    expect(() => sharp.look(composer.draw({ background: 'grass', items: [] }))).toThrow('128 × 128 pixels');
  });
});
