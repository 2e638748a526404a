import { captionCases, critiqueCases, questionCases } from '../tasks/answers.ts';
import { checkerCases } from '../tasks/checker-accuracy.ts';
import { editCases } from '../tasks/editing.ts';
import { groundingCases } from '../tasks/grounding.ts';
import { planCases } from '../tasks/plans.ts';
import { reflectionCases, samplerCases, textToImageCases } from '../tasks/text-to-image.ts';
import type { Bench } from './bench.ts';
import { taskNames, type EvalCase, type TaskName } from './case.ts';

/** The cases of each task, and the ability of the bundle they need. */
const makers: Record<TaskName, { needs: string | null; make: (bench: Bench) => EvalCase[] }> = {
  checker: { needs: null, make: checkerCases },
  t2i: { needs: 'text-to-image', make: textToImageCases },
  reflect: { needs: 'reflect', make: reflectionCases },
  samplers: { needs: 'text-to-image', make: samplerCases },
  plan: { needs: 'plan', make: planCases },
  ground: { needs: 'ground', make: groundingCases },
  ask: { needs: 'ask', make: questionCases },
  caption: { needs: 'caption', make: captionCases },
  critique: { needs: 'reflect', make: critiqueCases },
  edit: { needs: 'edit', make: editCases },
};

/**
 * All cases of the chosen tasks.
 * @param leftOut told of each task the bundle does not have, and of the ability it lacks
 */
export function allCases(
  bench: Bench,
  chosen: readonly TaskName[],
  leftOut: (task: TaskName, needs: string) => void = () => undefined,
): EvalCase[] {
  return taskNames
    .filter((task) => chosen.includes(task))
    .flatMap((task) => {
      const { needs, make } = makers[task];
      if (needs === null || bench.subject.can(needs)) return make(bench);
      leftOut(task, needs);
      return [];
    });
}
