import type { GroundedBox } from '../../../electron/contract/ground.ts';
import { intersectionOverUnion } from '../../../electron/contract/boxes.ts';
import { drawBoxes } from '../../../native/imaging/draw-boxes.ts';
import type { Bench } from '../run/bench.ts';
import type { EvalCase } from '../run/case.ts';
import { spread } from '../run/spread.ts';

const variants = [
  { name: 'REC, 1 step', mode: 'expression', steps: 1 },
  { name: 'REC, 4 steps', mode: 'expression', steps: 4 },
  { name: 'dense', mode: 'dense', steps: 1 },
] as const;

/** IoU from which a box counts as found. */
export const foundAt = 0.5;

/** Phrases to boxes, one phrase at a time and all of a scene at once. */
export function groundingCases(bench: Bench): EvalCase[] {
  const { subject, sets } = bench;
  const asked = sets.ground.map((one, index) => ({ ...one, index }));
  return variants.flatMap(({ name, mode, steps }) => {
    const answers = new Map<string, Promise<GroundedBox[]>>();
    // In dense mode the phrases of a scene share one run.
    const boxes = (scene: number, phrases: readonly string[]): Promise<GroundedBox[]> => {
      const key = `${scene}/${phrases.join('/')}`;
      const known = answers.get(key) ?? subject.ground(bench.picture(scene), phrases, { mode, steps });
      answers.set(key, known);
      return known;
    };
    return spread(asked, bench.limit('ground', name), ({ scene }) => String(bench.scene(scene).held_out)).map(
      ({ scene, phrase, item, index }) => ({
        task: 'ground',
        variant: name,
        group: `${sets.scenes.find(({ id }) => id === scene)?.items.length ?? 0} objects`,
        heldOut: bench.scene(scene).held_out,
        label: phrase,
        index,
        run: async () => {
          const together = [...new Set(asked.filter((one) => one.scene === scene).map((one) => one.phrase))];
          const found = await boxes(scene, mode === 'dense' ? together : [phrase]);
          const grounded = found.find((one) => one.phrase === phrase);
          const truth = bench.scene(scene).items[item]?.box ?? [0, 0, 0, 0];
          const box = grounded?.box ?? null;
          const iou = box ? intersectionOverUnion(box, truth) : 0;
          const problem = grounded?.problem;
          return {
            correct: iou >= foundAt,
            reason: iou >= foundAt ? '' : (problem ?? `IoU ${iou.toFixed(2)}`),
            values: { iou },
            detail: { scene, box, truth },
            image: drawBoxes(
              bench.picture(scene),
              [truth, ...(box ? [box] : [])].map((edges, i) => ({ box: edges, label: i })),
            ),
          };
        },
      }),
    );
  });
}
