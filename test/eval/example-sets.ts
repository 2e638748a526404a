import { Composer } from './scene/composer.ts';
import type { Item, Scene } from './scene/scene.ts';
import { SpriteSheet } from './scene/sheet.ts';
import type { EvalSets } from './sets.ts';

/** A few cases of every task for pictures of any size, in the shape of models/train/evalset.py. */
export function exampleSets(imageSize: number): EvalSets {
  const size = imageSize / 2;
  const composer = new Composer(new SpriteSheet(), imageSize);
  const dog: Item = { name: 'dog', color: null, size, x: 0, y: 0 };
  const car: Item = { name: 'car', color: 'red', size, x: size, y: size };
  const cup: Item = { name: 'cup', color: 'blue', size, x: size / 2, y: size / 2 };
  const cups: Item[] = [0, 1].map((i) => ({ ...cup, x: i * size, y: 0 }));
  const truth = (id: number, { background, items }: Scene, held_out = false) => ({
    id,
    background,
    items: items.map((item) => ({ ...item, box: composer.boxOf(item) })),
    held_out,
  });
  return {
    image_size: imageSize,
    objects: ['dog', 'car', 'cup', 'apple'],
    colors: ['red', 'blue', 'green'],
    sizes: { small: size / 2 },
    faces: {},
    scenes: [
      truth(0, { background: 'grass', items: [dog, car] }),
      truth(1, { background: 'white', items: [cup] }, true),
      truth(2, { background: 'rose', items: cups }),
    ],
    t2i: [
      {
        prompt: 'a photo of a dog left of a red car',
        tag: 'position',
        include: [
          { class: 'car', count: 1, color: 'red' },
          { class: 'dog', count: 1, position: ['left of', 0] },
        ],
        held_out: true,
      },
      {
        prompt: 'a photo of two cups',
        tag: 'counting',
        include: [{ class: 'cup', count: 2 }],
        exclude: [{ class: 'cup', count: 3 }],
        held_out: false,
      },
    ],
    ground: [
      { scene: 0, phrase: 'the dog', item: 0 },
      { scene: 0, phrase: 'a red car', item: 1 },
    ],
    ask: [
      { scene: 0, kind: 'colour', question: 'What colour is the car?', answer: 'red' },
      { scene: 2, kind: 'count', question: 'How many cups are there?', answer: '2' },
    ],
    edit: [
      {
        scene: 0,
        kind: 'remove',
        instruction: 'remove the dog',
        caption: 'a photo of a dog and a red car on grass',
        target: { background: 'grass', items: [car] },
        region: [0, 0, size, size],
      },
      {
        scene: 1,
        kind: 'background',
        instruction: 'put it in the snow',
        target: { background: 'snow', items: [cup] },
        region: null,
      },
    ],
    critique: [
      { scene: 1, prompt: 'a blue cup', correct: true, reply: 'This image is correct.' },
      {
        scene: 2,
        prompt: 'three cups',
        correct: false,
        reply: 'This image is incorrect. There should be 3 cup, but only 2 exists in image.',
      },
    ],
    caption: [{ scene: 0 }, { scene: 2 }],
  };
}
