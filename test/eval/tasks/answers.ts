import { intersectionOverUnion } from '../../../electron/contract/boxes.ts';
import { drawBoxes } from '../../../native/imaging/draw-boxes.ts';
import { isAccepted } from '../../../native/tasks/reflect.ts';
import type { LabelledBox } from '../../../electron/contract/events.ts';
import type { Bench, SeenObject } from '../run/bench.ts';
import type { EvalCase } from '../run/case.ts';
import { spread } from '../run/spread.ts';
import { foundAt } from './grounding.ts';
import { readPhrase } from './phrases.ts';

const numbers: Readonly<Record<string, string>> = {
  zero: '0',
  none: '0',
  one: '1',
  two: '2',
  three: '3',
  four: '4',
};

/** An answer without what does not matter: case, articles, full stops, and whether numbers are digits. */
export function plainAnswer(text: string): string {
  const words = text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s]/gu, ' ')
    .split(/\s+/u)
    .filter((word) => word !== '' && !['a', 'an', 'the'].includes(word));
  return words.map((word) => numbers[word] ?? word).join(' ');
}

/** Questions about drawn scenes, judged word for word. */
export function questionCases(bench: Bench): EvalCase[] {
  const asked = bench.sets.ask.map((one, index) => ({ ...one, index }));
  return spread(asked, bench.limit('ask', 'ask'), ({ kind }) => kind).map(
    ({ scene, kind, question, answer, index }) => ({
      task: 'ask',
      variant: 'ask',
      group: kind,
      heldOut: bench.scene(scene).held_out,
      label: question,
      index,
      run: async () => {
        const image = bench.picture(scene);
        const reply = await bench.subject.ask(image, question);
        const correct = plainAnswer(reply) === plainAnswer(answer);
        return {
          correct,
          reason: correct ? '' : `said "${reply}" for "${answer}"`,
          detail: { scene, reply, answer },
          image,
        };
      },
    }),
  );
}

/** How named boxes match the objects of a picture: by name, by colour where one is said, and by IoU. */
export function matchBoxes(
  boxes: readonly LabelledBox[],
  objects: readonly SeenObject[],
  bench: Pick<Bench, 'sameLook' | 'sets'>,
): { matched: number; named: number } {
  const free = new Set(objects);
  let matched = 0;
  let named = 0;
  for (const { name: phrase, box } of boxes) {
    const { name, color } = readPhrase(phrase, bench.sets.objects);
    const candidates = [...free].filter(
      (item) => item.name === name && (color === null || bench.sameLook(name, item.color, color)),
    );
    const best = candidates
      .map((item) => ({ item, iou: intersectionOverUnion(box, item.box) }))
      .sort((a, b) => b.iou - a.iou)[0];
    if (!best) continue;
    named++;
    free.delete(best.item);
    if (best.iou >= foundAt) matched++;
  }
  return { matched, named };
}

/** Captions with boxes: every object named and found, and nothing else. */
export function captionCases(bench: Bench): EvalCase[] {
  const asked = bench.sets.caption.map((one, index) => ({ ...one, index }));
  return spread(asked, bench.limit('caption', 'caption'), ({ scene }) =>
    String(bench.scene(scene).held_out),
  ).map(({ scene: id, index }) => ({
    task: 'caption',
    variant: 'caption',
    group: `${bench.scene(id).items.length} objects`,
    heldOut: bench.scene(id).held_out,
    label: `scene ${id}`,
    index,
    run: async () => {
      const scene = bench.scene(id);
      const image = bench.picture(id);
      const { text, boxes } = await bench.subject.caption(image);
      const { matched, named } = matchBoxes(boxes, scene.items, bench);
      const correct = matched === scene.items.length && boxes.length === matched;
      return {
        correct,
        reason: correct
          ? ''
          : `${matched} of ${scene.items.length} found with ${boxes.length} boxes: ${text}`,
        values: {
          precision: boxes.length > 0 ? matched / boxes.length : 0,
          recall: matched / Math.max(scene.items.length, 1),
          names: named / Math.max(scene.items.length, 1),
        },
        detail: { scene: id, text, boxes },
        image: drawBoxes(
          image,
          boxes.map(({ box }, i) => ({ box, label: i + 1 })),
        ),
      };
    },
  }));
}

/** Critiques of drawn scenes, right ones and ones with a mistake. */
export function critiqueCases(bench: Bench): EvalCase[] {
  const asked = bench.sets.critique.map((one, index) => ({ ...one, index }));
  return spread(asked, bench.limit('critique', 'drawn scenes'), ({ correct }) => String(correct)).map(
    ({ scene, prompt, correct: isRight, reply, index }) => ({
      task: 'critique',
      variant: 'drawn scenes',
      group: isRight ? 'right pictures' : 'wrong pictures',
      heldOut: bench.scene(scene).held_out,
      label: prompt,
      index,
      run: async () => {
        const image = bench.picture(scene);
        const said = await bench.subject.criticise(image, prompt);
        const correct = isAccepted(said) === isRight;
        return {
          correct,
          reason: correct ? '' : `said "${said}"`,
          values: { sameWords: plainAnswer(said) === plainAnswer(reply) ? 1 : 0 },
          detail: { scene, said, expected: reply },
          image,
        };
      },
    }),
  );
}
