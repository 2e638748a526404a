import type { RgbImage } from '../../../electron/contract/events.ts';
import { intersectionOverUnion } from '../../../electron/contract/boxes.ts';
import { clean } from '../checker/stray.ts';
import type { Bench } from '../run/bench.ts';
import type { EvalCase, Verdict } from '../run/case.ts';
import { spread } from '../run/spread.ts';
import { wayOf, type Way } from '../scene/scene.ts';
import type { TruthScene } from '../sets.ts';

/** Names with colours, sorted: equal for equal scenes, wherever things stand. */
function listed(things: readonly { name: string; color: string | null }[]): string {
  const words = things.map(({ name, color }) => (color === null ? name : `${color} ${name}`));
  return words.sort().join(', ');
}

function judgeChecker(bench: Bench, scene: TruthScene, image: RgbImage): Verdict {
  const { background, detections, stray } = bench.look(image);
  const expected = listed(scene.items);
  const seen = listed(detections);
  const names = (things: readonly { name: string }[]): string =>
    listed(things.map(({ name }) => ({ name, color: null })));
  const sizes = (things: readonly { name: string; size: number }[]): string =>
    listed(things.map(({ name, size }) => ({ name: `${name} ${size}`, color: null })));
  const headed = (things: readonly { name: string; facing: Way | null }[]): string =>
    listed(things.map(({ name, facing }) => ({ name: `${name} ${facing ?? ''}`, color: null })));
  const truth = scene.items.map((item) => ({ name: item.name, facing: wayOf(item, bench.sets.faces) }));
  const overlaps = scene.items.map((item) => {
    const same = detections.filter(({ name }) => name === item.name);
    return Math.max(0, ...same.map(({ box }) => intersectionOverUnion(box, item.box)));
  });
  return {
    correct: seen === expected,
    reason: seen === expected ? '' : `saw ${seen || 'nothing'} for ${expected || 'nothing'}`,
    values: {
      names: names(detections) === names(scene.items) ? 1 : 0,
      sizes: sizes(detections) === sizes(scene.items) ? 1 : 0,
      ...(Object.keys(bench.sets.faces).length > 0
        ? { ways: headed(detections) === headed(truth) ? 1 : 0 }
        : {}),
      count: detections.length === scene.items.length ? 1 : 0,
      background: background === scene.background ? 1 : 0,
      clean: clean(stray),
      ...(overlaps.length > 0 ? { iou: overlaps.reduce((a, b) => a + b, 0) / overlaps.length } : {}),
    },
    image,
  };
}

/** The checker on scenes whose truth is known, drawn and after the bundle's own VQ autoencoder. */
export function checkerCases(bench: Bench): EvalCase[] {
  const scenes = bench.sets.scenes.map((scene, index) => ({ scene, index }));
  const variants: [string, (image: RgbImage) => Promise<RgbImage>][] = [
    ['drawn', (image) => Promise.resolve(image)],
  ];
  if (bench.canRoundTrip) variants.push(['through the VQ', (image) => bench.throughVq(image)]);
  return variants.flatMap(([variant, change]) =>
    spread(scenes, bench.limit('checker', variant), ({ scene }) => String(scene.items.length)).map(
      ({ scene, index }) => ({
        task: 'checker' as const,
        variant,
        group: `${scene.items.length} objects`,
        heldOut: scene.held_out,
        label: `scene ${scene.id}`,
        index,
        run: async () => judgeChecker(bench, scene, await change(bench.picture(scene.id))),
      }),
    ),
  );
}
