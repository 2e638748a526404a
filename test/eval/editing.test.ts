import { expect, test } from 'vitest';
import { exampleSets } from './example-sets.ts';
import { Composer } from './scene/composer.ts';
import { wayOf, type Item } from './scene/scene.ts';
import { SpriteSheet } from './scene/sheet.ts';
import { plainAnswer, matchBoxes } from './tasks/answers.ts';
import { judgeScene, meanDifference, standsRight, untouched } from './tasks/editing.ts';

const sets = exampleSets(128);
const composer = new Composer(new SpriteSheet(), 128);
const bench = {
  composer,
  codeSize: 8,
  sets,
  sameLook: (_: string, a: string | null, b: string | null) => a === b,
};
const edit = { ...sets.edit[0], kind: 'add', scene: 0, instruction: 'Add a cup.', region: null };
const dog: Item = { name: 'dog', color: null, size: 64, x: 0, y: 0 };
const cup: Item = { name: 'cup', color: 'red', size: 64, x: 64, y: 64 };
const seenAt = (item: Item, x: number, y: number) => {
  const moved = { ...item, x, y };
  return { ...moved, box: composer.boxOf(moved), score: 0.9, depth: 0, facing: wayOf(moved, sets.faces) };
};

function judged(
  instruction: string,
  detections: ReturnType<typeof seenAt>[],
  background = 'grass',
): string[] {
  const target = { background: 'grass', items: [dog, cup] };
  const isNear = standsRight({ ...edit, target, instruction }, [dog], 128, (item) => composer.boxOf(item));
  return judgeScene(bench, target, { background, detections }, isNear);
}

test('what an edit adds may stand anywhere unless the instruction says where; the rest must stay', () => {
  const stays = seenAt(dog, 0, 0);
  expect(judged('Add a red cup.', [stays, seenAt(cup, 64, 0)])).toEqual([]);
  expect(judged('Add a red cup at the bottom.', [stays, seenAt(cup, 64, 0)])).toEqual([
    'red cup is not in its place',
  ]);
  expect(judged('Add a red cup at the bottom.', [stays, seenAt(cup, 48, 64)])).toEqual([]);
  expect(judged('Add a red cup.', [seenAt(dog, 0, 64), seenAt(cup, 64, 0)])).toEqual([
    'dog is not in its place',
  ]);
  expect(judged('Add a red cup.', [stays])).toEqual(['no red cup']);
  expect(judged('Add a red cup.', [stays, seenAt(cup, 64, 0), seenAt(cup, 64, 64)])).toEqual([
    'a red cup too many',
  ]);
  expect(judged('Add a red cup.', [stays, seenAt(cup, 64, 0)], 'snow')).toEqual(['background snow']);
});

test('what an edit turns must face the other way, in its place', () => {
  const car: Item = { name: 'car', color: null, size: 64, x: 0, y: 0 };
  const target = { background: 'grass', items: [{ ...car, flip: true }] };
  const turned = (item: Item): string[] => {
    const facing = wayOf(item, { car: 'left' });
    const found = { ...item, box: composer.boxOf(item), score: 0.9, depth: 0, facing };
    const seen = { background: 'grass', detections: [found] };
    return judgeScene(
      { ...bench, sets: { ...sets, faces: { car: 'left' } } },
      target,
      seen,
      (_, iou) => iou > 0.5,
    );
  };
  expect(turned({ ...car, flip: true })).toEqual([]);
  expect(turned(car)).toEqual(['no car', 'a car too many']);
});

test('pixels outside the region, and objects before a new background, count as untouched', () => {
  const target = { background: 'snow', items: [dog] };
  const region = untouched(bench, { ...edit, target, region: [0, 0, 64, 64] }, 128);
  expect(region[0]).toBe(0);
  expect(region[127]).toBe(1);
  expect(region.filter((kept) => kept === 1)).toHaveLength(128 * 128 - 72 * 72);
  const objects = untouched(bench, { ...edit, target }, 128);
  const [before, after] = ['grass', 'snow'].map((background) => composer.draw({ background, items: [dog] }));
  if (!before || !after) throw new Error('two pictures');
  expect(meanDifference(before, after, objects)).toBeLessThan(1);
  expect(meanDifference(before, after, new Uint8Array(128 * 128).fill(1))).toBeGreaterThan(10);
});

test('answers are compared as words, captions by names and boxes', () => {
  expect(plainAnswer('Two  backpacks.')).toBe(plainAnswer('2 backpacks'));
  expect(plainAnswer('in the top left')).toBe('in top left');
  expect(plainAnswer('no')).not.toBe(plainAnswer('yes'));
  const [scene] = sets.scenes;
  if (!scene) throw new Error('a scene');
  const boxes = scene.items.map(({ name, box }) => ({ name: `the ${name}`, box }));
  expect(matchBoxes(boxes, scene.items, bench)).toEqual({ matched: 2, named: 2 });
  const shifted = boxes.map(({ name }) => ({
    name,
    box: [0, 0, 10, 10] as [number, number, number, number],
  }));
  expect(matchBoxes(shifted, scene.items, bench)).toEqual({ matched: 0, named: 2 });
});
