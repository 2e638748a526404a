import { expect, test } from 'vitest';
import { promptsWithin, readPrompts, tagNames } from './geneval/prompts.ts';
import { judge, relationsBetween, standsSo, type Eye, type Found } from './geneval/rules.ts';
import type { ColorName } from './scene/scene.ts';
import { spread } from './run/spread.ts';
import { ownColors } from './scene/own-colors.ts';
import { SpriteSheet } from './scene/sheet.ts';
import { judgePlan, liesApart } from './tasks/plans.ts';
import { readPhrase } from './tasks/phrases.ts';

const at = (name: string, color: ColorName | null, x: number, y: number, size = 40): Found => ({
  name,
  color,
  size,
  box: [x, y, x + size, y + size],
  score: 0.9,
  depth: 0,
  facing: null,
});
const eye: Eye = {
  shows: (found, color) => found.color === color,
  hasSize: (found, size) => found.size === { small: 24, large: 60 }[size],
};

test('all of GenEval is there, and a world gets the prompts about its objects alone', async () => {
  const prompts = await readPrompts();
  expect(prompts).toHaveLength(553);
  expect(new Set(prompts.map(({ tag }) => tag))).toEqual(new Set(Object.keys(tagNames)));
  const within = promptsWithin(prompts, { objects: ['dog', 'cup'], colors: ['red'] });
  expect(within.length).toBeGreaterThan(1);
  for (const { include } of within)
    for (const { class: name } of include) expect(['dog', 'cup']).toContain(name);
});

test('an object of its class is enough, whatever else there is, unless more are excluded', () => {
  const one = { include: [{ class: 'dog', count: 2 }], exclude: [{ class: 'dog', count: 3 }] };
  const dogs = [at('dog', null, 0, 0), at('dog', 'red', 60, 0), at('dog', null, 0, 60)];
  expect(judge(one, dogs.slice(0, 1), eye)).toEqual(['expected 2 dog, found 1']);
  expect(judge(one, [...dogs.slice(0, 2), at('cat', null, 60, 60)], eye)).toEqual([]);
  expect(judge(one, dogs, eye)).toEqual(['expected fewer than 3 dog, found 3']);
});

test('colours are looked at on the surest objects only', () => {
  const red = { include: [{ class: 'cup', count: 1, color: 'red' as const }] };
  expect(judge(red, [at('cup', 'red', 0, 0), at('cup', 'blue', 60, 0)], eye)).toEqual([]);
  expect(judge(red, [at('cup', 'blue', 60, 0), at('cup', 'red', 0, 0)], eye)).toEqual([
    'expected 1 red cup, found blue',
  ]);
});

test('sizes are looked at on the surest objects only, and where the prompt says one', () => {
  const small = {
    include: [
      { class: 'cup', count: 2, size: 'small' },
      { class: 'dog', count: 1 },
    ],
  };
  const cups = [at('cup', null, 0, 0, 24), at('cup', 'red', 60, 0, 24)];
  expect(judge(small, [...cups, at('cup', null, 0, 60), at('dog', null, 60, 60, 60)], eye)).toEqual([]);
  expect(judge(small, [at('cup', null, 0, 0), ...cups, at('dog', null, 60, 60)], eye)).toEqual([
    'expected 2 small cup, found 40 pixels, 24 pixels',
  ]);
});

test('every one must face the way that is asked for', () => {
  const two = { include: [{ class: 'car', count: 2, facing: 'right' as const }] };
  const [first, second] = [at('car', null, 0, 0), at('car', 'red', 60, 0)];
  const right = [first, second].map((car) => ({ ...car, facing: 'right' as const }));
  expect(judge(two, right, eye)).toEqual([]);
  expect(judge(two, [{ ...first, facing: 'left' }, ...right.slice(1)], eye)).toEqual([
    'expected 2 car facing right, found left, right',
  ]);
  expect(judge(two, [first, second], eye)).toEqual(['expected 2 car facing right, found no way, no way']);
});

test('a relation needs an offset beyond a tenth of both sides, and a group that was found', () => {
  expect(relationsBetween([0, 0, 40, 40], [60, 0, 100, 40])).toEqual(['left of']);
  expect(relationsBetween([60, 60, 100, 100], [0, 0, 40, 40])).toEqual(['right of', 'below']);
  expect(relationsBetween([0, 0, 40, 40], [7, 0, 47, 40])).toEqual([]);
  const left = {
    include: [
      { class: 'car', count: 1, color: 'red' as const },
      { class: 'dog', count: 1, position: ['left of', 0] as ['left of', number] },
    ],
  };
  expect(judge(left, [at('dog', null, 0, 0), at('car', 'red', 60, 0)], eye)).toEqual([]);
  expect(judge(left, [at('dog', null, 60, 0), at('car', 'red', 0, 0)], eye)).toEqual([
    'expected dog left of car',
  ]);
  expect(judge(left, [at('dog', null, 0, 0), at('car', 'blue', 60, 0)], eye)).toHaveLength(2);
});

test('what stands in front overlaps the other and covers it; of a layout the overlap is all that can be known', () => {
  const car = at('car', null, 0, 0);
  const dog = { ...at('dog', null, 20, 10), depth: 1 };
  expect(standsSo(dog, 'in front of', car)).toBe(true);
  expect(standsSo(car, 'behind', dog)).toBe(true);
  expect(standsSo(car, 'in front of', dog)).toBe(false);
  expect(standsSo({ ...dog, box: [60, 0, 100, 40] }, 'in front of', car)).toBe(false);
  expect(standsSo({ box: car.box }, 'in front of', { box: dog.box })).toBe(true);
  expect(standsSo({ box: car.box }, 'in front of', { box: [60, 0, 100, 40] })).toBe(false);
  const prompt = {
    include: [
      { class: 'car', count: 1 },
      { class: 'dog', count: 1, position: ['behind', 0] as ['behind', number] },
    ],
  };
  expect(judge(prompt, [car, dog], eye)).toEqual(['expected dog behind car']);
  expect(
    judge(
      prompt,
      [
        { ...car, depth: 1 },
        { ...dog, depth: 0 },
      ],
      eye,
    ),
  ).toEqual([]);
});

test('an untinted object has the colours a person would name', () => {
  const sheet = new SpriteSheet();
  expect(ownColors(sheet, 'broccoli')).toEqual(['green']);
  expect(ownColors(sheet, 'apple')).toEqual(['red']);
  expect(ownColors(sheet, 'banana')).toContain('yellow');
  expect(ownColors(sheet, 'kite')).toEqual([]);
  expect(ownColors(sheet, 'orange')).toEqual(['orange']);
  // Grey is not white, and bread is not orange.
  for (const name of ['elephant', 'spoon', 'sandwich']) expect(ownColors(sheet, name)).toEqual([]);
});

test('phrases name the longest object and its colour', () => {
  const objects = ['dog', 'hot dog', 'bus', 'teddy bear'];
  expect(readPhrase('a red hot dog', objects)).toEqual({ name: 'hot dog', color: 'red' });
  expect(readPhrase('Two blue buses', objects)).toEqual({ name: 'bus', color: 'blue' });
  expect(readPhrase('three red computer mice', ['computer mouse'])).toEqual({
    name: 'computer mouse',
    color: 'red',
  });
  expect(readPhrase('unicorn', objects)).toEqual({ name: 'unicorn', color: null });
});

test('a plan must have the names, the counts and the relation of its prompt', () => {
  const include = [
    { class: 'car', count: 1 },
    { class: 'dog', count: 1, position: ['above', 0] as ['above', number] },
  ];
  const dog = { name: 'dog', box: [0, 0, 400, 400] as [number, number, number, number] };
  const car = { name: 'red car', box: [0, 500, 400, 900] as [number, number, number, number] };
  expect(judgePlan({ include }, [dog, car], ['dog', 'car'])).toEqual({ names: [], relations: [] });
  expect(
    judgePlan(
      { include },
      [
        { ...dog, box: car.box },
        { ...car, box: dog.box },
      ],
      ['dog', 'car'],
    ).relations,
  ).toHaveLength(1);
  expect(judgePlan({ include }, [dog, car, car], ['dog', 'car']).names).toEqual(['planned 2 car for 1']);
});

test('boxes of a layout lie apart when they touch, not when one lies over another', () => {
  const dog = (x: number, y: number) => ({
    name: 'dog',
    box: [x, y, x + 448, y + 448] as [number, number, number, number],
  });
  expect(liesApart([dog(32, 288), dog(464, 288)])).toBe(true);
  expect(liesApart([dog(32, 288), dog(544, 288), dog(288, 400)])).toBe(false);
});

test('a limit takes as many of each group, whatever the rhythm of the list, and always the same', () => {
  const list = Array.from({ length: 40 }, (_, i) => ({ i, kind: i % 4 < 2 ? 'right' : 'wrong' }));
  const few = spread(list, 10, ({ kind }) => kind);
  expect(few.filter(({ kind }) => kind === 'wrong')).toHaveLength(5);
  expect(new Set(few.map(({ i }) => i % 2)).size).toBe(2);
  expect(few.map(({ i }) => i)).toEqual(few.map(({ i }) => i).sort((a, b) => a - b));
  expect(spread(list, 10, ({ kind }) => kind)).toEqual(few);
  expect(spread(list, Infinity, ({ kind }) => kind)).toEqual(list);
});
