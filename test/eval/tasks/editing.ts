import type { RgbImage } from '../../../electron/contract/events.ts';
import { intersectionOverUnion } from '../../../electron/contract/boxes.ts';
import type { PlanSettings } from '../../../electron/contract/request.ts';
import type { Detection, Seen } from '../checker/checker.ts';
import { clean } from '../checker/stray.ts';
import type { Bench } from '../run/bench.ts';
import type { EvalCase } from '../run/case.ts';
import { spread } from '../run/spread.ts';
import { wayOf, type Item } from '../scene/scene.ts';
import type { Box } from '../scene/sheet.ts';
import type { EvalSets } from '../sets.ts';

type Edit = EvalSets['edit'][number];
type Asked = Edit & { index: number };

/** IoU from which an object counts as standing where it should: half a step of the grid off still does. */
const inPlaceAt = 0.35;

/**
 * Pixels [side · side] an edit must leave alone: outside its region and the codes around it, or without a region, where
 * objects stay.
 */
export function untouched(
  { composer, codeSize }: Pick<Bench, 'composer' | 'codeSize'>,
  edit: Edit,
  side: number,
): Uint8Array {
  const mask = new Uint8Array(side * side);
  const { region, target } = edit;
  if (region) {
    const [left, top, right, bottom] = region;
    for (let i = 0; i < mask.length; i++) {
      const x = i % side;
      const y = Math.floor(i / side);
      const inside =
        x >= left - codeSize && x < right + codeSize && y >= top - codeSize && y < bottom + codeSize;
      mask[i] = inside ? 0 : 1;
    }
    return mask;
  }
  for (const item of target.items) {
    const { name, size, x, y } = item;
    composer.sheet.sprite(name, null, size, item).alpha.forEach((alpha, i) => {
      if (alpha > 0.9) mask[(y + Math.floor(i / size)) * side + x + (i % size)] = 1;
    });
  }
  return mask;
}

/** Mean absolute difference of the masked pixels, in levels of 255. */
export function meanDifference(a: RgbImage, b: RgbImage, mask: Uint8Array): number {
  let sum = 0;
  let count = 0;
  mask.forEach((kept, i) => {
    if (kept === 0) return;
    count += 3;
    for (let c = i * 3; c < i * 3 + 3; c++) sum += Math.abs((a.rgb[c] as number) - (b.rgb[c] as number));
  });
  return count > 0 ? sum / count : 0;
}

/** What is wrong with a scene as seen: every item of the target once, in its place, and nothing else. */
export function judgeScene(
  bench: Pick<Bench, 'composer' | 'sameLook' | 'sets'>,
  target: Edit['target'],
  seen: Pick<Seen, 'background' | 'detections'>,
  isNear: (item: Item, iou: number, box: Box) => boolean,
): string[] {
  const reasons: string[] = [];
  const free = new Set(seen.detections);
  const missing: Item[] = [];
  const alike = (item: Item): Detection[] =>
    [...free].filter(
      ({ name, color, facing }) =>
        name === item.name &&
        bench.sameLook(name, color, item.color) &&
        facing === wayOf(item, bench.sets.faces),
    );
  for (const item of target.items) {
    const truth = bench.composer.boxOf(item);
    const found = alike(item)
      .map((detection) => ({ detection, iou: intersectionOverUnion(detection.box, truth) }))
      .sort((a, b) => b.iou - a.iou)
      .find(({ detection, iou }) => isNear(item, iou, detection.box));
    if (found) free.delete(found.detection);
    else missing.push(item);
  }
  for (const item of missing) {
    const [elsewhere] = alike(item);
    const what = `${item.color ?? ''} ${item.name}`.trim();
    reasons.push(elsewhere ? `${what} is not in its place` : `no ${what}`);
    if (elsewhere) free.delete(elsewhere);
  }
  for (const { name, color } of free) reasons.push(`a ${`${color ?? ''} ${name}`.trim()} too many`);
  if (seen.background !== target.background) reasons.push(`background ${seen.background ?? 'unknown'}`);
  return reasons;
}

/** Whether an instruction says where. */
const place = /\b(left|right|top|bottom|middle|corner|center|centre)\b/iu;

/**
 * Whether an object stands where it should. What an edit adds may stand anywhere when the instruction does not say where,
 * and within a quarter of the picture of the target when it does.
 */
export function standsRight(edit: Edit, before: readonly Item[], side: number, truth: (item: Item) => Box) {
  return (item: Item, iou: number, box: Box): boolean => {
    const isNew = edit.kind === 'add' && !before.some((earlier) => sameItem(earlier, item));
    if (!isNew) return iou >= inPlaceAt;
    if (!place.test(edit.instruction)) return true;
    const [left, top, right, bottom] = truth(item);
    const across = Math.abs(box[0] + box[2] - left - right) / 2;
    const down = Math.abs(box[1] + box[3] - top - bottom) / 2;
    return Math.max(across, down) <= side / 4;
  };
}

function sameItem(a: Item, b: Item): boolean {
  return a.name === b.name && a.color === b.color && a.x === b.x && a.y === b.y && a.size === b.size;
}

/** How the edits are asked for: with or without a plan, of drawn scenes or of pictures that the model paints of them. */
interface Asking {
  variant: string;
  plan?: PlanSettings;
  painted?: boolean;
}

/** Instructions, each way they can be asked: is the result the target scene, and is the rest of the picture as it was? */
export function editCases(bench: Bench): EvalCase[] {
  const { subject } = bench;
  const ways: Asking[] = [{ variant: 'edit' }];
  if (subject.can('plan')) ways.push({ variant: 'plan', plan: subject.planned('edit') });
  if (subject.can('text-to-image')) ways.push({ variant: 'own', painted: true });
  return ways.flatMap((way) => casesOf(bench, way));
}

/** The scene of an edit as the model paints it, everything at its place. */
async function paintScene(bench: Bench, { scene, index, caption = '' }: Asked): Promise<RgbImage> {
  const { subject, composer } = bench;
  const boxes = bench.scene(scene).items.map((item) => {
    const name = item.color === null ? item.name : `${item.color} ${item.name}`;
    return { name, box: bench.bins(composer.boxOf(item)) };
  });
  return (await subject.paint(caption, bench.seedOf(index), { plan: subject.following(boxes) })).image;
}

function casesOf(bench: Bench, { variant, plan, painted = false }: Asking): EvalCase[] {
  const asked = bench.sets.edit
    .map((one, index) => ({ ...one, index }))
    .filter(({ caption }) => !painted || caption !== undefined);
  return spread(asked, bench.limit('edit', variant), ({ kind }) => kind).map((edit) => ({
    task: 'edit',
    variant,
    group: edit.kind,
    heldOut: bench.scene(edit.scene).held_out,
    label: edit.instruction,
    index: edit.index,
    run: async () => {
      const source = painted ? await paintScene(bench, edit) : bench.picture(edit.scene);
      const scene = bench.scene(edit.scene);
      // A caption may leave the background open; the edit then begins from the one that was painted.
      const start = painted ? bench.look(source) : null;
      const behind = start === null ? scene.background : (start.background ?? '');
      const background = edit.kind === 'background' ? edit.target.background : behind;
      const before = scene.items;
      const result = await bench.subject.edit(source, edit.instruction, bench.seedOf(edit.index), plan);
      const seen = bench.look(result);
      const isNear = standsRight(edit, before, source.width, (item) => bench.composer.boxOf(item));
      const reasons = judgeScene(bench, { ...edit.target, background }, seen, isNear);
      // A picture of its own that lacks something already says nothing of its edits.
      const sourceReasons = start
        ? judgeScene(bench, { ...scene, background: behind }, start, (_, iou) => iou >= inPlaceAt)
        : [];
      const mask = untouched(bench, edit, source.width);
      const throughVq = await bench.throughVq(source);
      return {
        correct: reasons.length === 0,
        reason: [...sourceReasons.map((reason) => `in its own picture ${reason}`), ...reasons].join('; '),
        values: {
          ...(painted ? { source: sourceReasons.length === 0 ? 1 : 0 } : {}),
          ...(painted && sourceReasons.length === 0 ? { ofRight: reasons.length === 0 ? 1 : 0 } : {}),
          clean: clean(seen.stray),
          untouched: meanDifference(result, source, mask),
          untouchedVq: meanDifference(throughVq, source, mask),
        },
        detail: { scene: edit.scene, seen },
        image: beside(source, result),
      };
    },
  }));
}

/** Two pictures of one height side by side. */
function beside(a: RgbImage, b: RgbImage): RgbImage {
  const rgb = new Uint8Array((a.width + b.width) * a.height * 3);
  for (let y = 0; y < a.height; y++) {
    const to = y * (a.width + b.width) * 3;
    rgb.set(a.rgb.subarray(y * a.width * 3, (y + 1) * a.width * 3), to);
    rgb.set(b.rgb.subarray(y * b.width * 3, (y + 1) * b.width * 3), to + a.width * 3);
  }
  return { width: a.width + b.width, height: a.height, rgb };
}
