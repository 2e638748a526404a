import { intersectionOverUnion } from '../../../electron/contract/boxes.ts';
import type { PlanBox } from '../../../electron/contract/request.ts';
import { isDepth, standsSo, type GenEvalPrompt } from '../geneval/rules.ts';
import type { Bench } from '../run/bench.ts';
import type { EvalCase } from '../run/case.ts';
import { readPhrase } from './phrases.ts';
import { promptCases } from './text-to-image.ts';

/** What is wrong with a layout for a prompt: names and counts, then relations. */
export function judgePlan(
  prompt: Omit<GenEvalPrompt, 'prompt' | 'tag'>,
  boxes: readonly PlanBox[],
  objects: readonly string[],
): { names: string[]; relations: string[] } {
  const read = boxes.map((box) => ({ ...box, ...readPhrase(box.name, objects) }));
  const names: string[] = [];
  const groups = prompt.include.map(({ class: name, color, count }) => {
    const group = read.filter(
      (box) => box.name === name && (color === undefined || box.color === null || box.color === color),
    );
    if (group.length !== count)
      names.push(`planned ${group.length} ${color ?? ''} ${name} for ${count}`.replace('  ', ' '));
    return group;
  });
  const planned = new Set(groups.flat());
  for (const box of read) if (!planned.has(box)) names.push(`planned "${box.name}", which nobody asked for`);
  const relations: string[] = [];
  prompt.include.forEach(({ class: name, position }, i) => {
    if (!position) return;
    const [relation, target] = position;
    const a = groups[i] ?? [];
    const b = groups[target] ?? [];
    const holds =
      a.length > 0 && b.length > 0 && a.every((one) => b.every((other) => standsSo(one, relation, other)));
    if (!holds) relations.push(`${name} is not planned ${relation} the other`);
  });
  return { names, relations };
}

/** Overlap of boxes (IoU) that rounding them may leave. */
const touching = 0.05;

/** Whether no box of a layout lies over another. */
export function liesApart(boxes: readonly PlanBox[]): boolean {
  return boxes.every(({ box }, i) =>
    boxes.slice(i + 1).every((other) => intersectionOverUnion(box, other.box) <= touching),
  );
}

/** Layouts alone: can they be read, do they name what was asked, does the relation hold? */
export function planCases(bench: Bench): EvalCase[] {
  return promptCases(bench, 'plan', 'plan', async (prompt, seed) => {
    const { boxes, warnings } = await bench.subject.plan(prompt.prompt, seed);
    const readable = boxes.length > 0 && warnings.length === 0;
    const { names, relations } = judgePlan(prompt, boxes, bench.sets.objects);
    const reasons = [...warnings, ...names, ...relations];
    const related = prompt.include.some(({ position }) => position !== undefined);
    const deep = prompt.include.some(({ position }) => position && isDepth(position[0]));
    return {
      correct: reasons.length === 0,
      reason: reasons.join('; '),
      values: {
        readable: readable ? 1 : 0,
        names: names.length === 0 ? 1 : 0,
        ...(related ? { relation: relations.length === 0 ? 1 : 0 } : {}),
        ...(deep ? {} : { apart: liesApart(boxes) ? 1 : 0 }),
      },
      detail: { seed, boxes },
    };
  });
}
