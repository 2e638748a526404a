import type { TextToImageRequest } from '../../../electron/contract/request.ts';
import type { Bench, AskedPrompt } from '../run/bench.ts';
import { keyOf, type EvalCase, type TaskName, type Verdict } from '../run/case.ts';
import { spread } from '../run/spread.ts';
import type { PaintOptions } from '../run/subject.ts';
import { matchBoxes } from './answers.ts';

/** Rounds of reflection that are reported. */
export const reportedRounds = [1, 2, 4, 8] as const;

/** Orders of revealing that are compared. */
export const comparedOrders = ['stratified', 'uniform', 'halton', 'confidence'] as const;

/** A case for each prompt; when there is a limit, as many of each class of GenEval's and of the sets' own. */
export function promptCases(
  bench: Bench,
  task: TaskName,
  variant: string,
  run: (prompt: AskedPrompt, seed: number) => Promise<Verdict>,
): EvalCase[] {
  const { geneval, own } = bench.prompts();
  const all = [...geneval, ...own];
  const groupOf = ({ origin, tag }: AskedPrompt): string => `${origin}/${tag}`;
  return spread(all, bench.limit(task, variant), groupOf).map((prompt) => {
    const index = all.indexOf(prompt);
    return {
      task,
      variant,
      group: groupOf(prompt),
      heldOut: prompt.heldOut,
      label: prompt.prompt,
      index,
      run: () => run(prompt, bench.seedOf(index)),
    };
  });
}

async function paintAndJudge(
  bench: Bench,
  prompt: AskedPrompt,
  seed: number,
  options: PaintOptions,
): Promise<Verdict> {
  const { image, plans } = await bench.subject.paint(prompt.prompt, seed, options);
  const { reasons, seen, features, clean } = bench.judgePicture(prompt, image);
  const boxes = plans[0]?.boxes.map(({ name, box }) => ({ name, box: bench.pixels(box) })) ?? [];
  const { matched } = matchBoxes(boxes, seen.objects, bench);
  return {
    correct: reasons.length === 0,
    reason: reasons.join('; '),
    values: { clean, ...(boxes.length > 0 ? { boxes: boxes.length, followed: matched } : {}) },
    detail: { seed, seen, features, ...(plans[0] ? { plan: plans[0].boxes } : {}) },
    image,
  };
}

/** Pictures from prompts, at the bundle's settings, without and with a plan. */
export function textToImageCases(bench: Bench): EvalCase[] {
  const base = promptCases(bench, 't2i', 'base', (prompt, seed) => paintAndJudge(bench, prompt, seed, {}));
  if (!bench.subject.can('plan')) return base;
  const planned: PaintOptions = { plan: bench.subject.planned() };
  return [
    ...base,
    ...promptCases(bench, 't2i', 'plan', (prompt, seed) => paintAndJudge(bench, prompt, seed, planned)),
  ];
}

/** The same prompts under each order of revealing. The bundle's own order has been painted with the other prompts. */
export function samplerCases(bench: Bench): EvalCase[] {
  return comparedOrders.flatMap((order: TextToImageRequest['order']) => {
    const cases = promptCases(bench, 'samplers', order, (prompt, seed) =>
      paintAndJudge(bench, prompt, seed, { order }),
    );
    if (order !== bench.subject.info.defaults.order) return cases;
    return cases.map((one) => ({
      ...one,
      sameAs: keyOf({ task: 't2i', variant: 'base', index: one.index }),
    }));
  });
}

/** Ways of reflecting that are compared: what is told of earlier pictures, and whether each round plans first. */
const reflections = [
  { variant: 'reflection', mode: 'reflection', planned: true },
  { variant: 'self-verify', mode: 'self-verify', planned: true },
  { variant: 'reflection, no plan', mode: 'reflection', planned: false },
] as const;

/**
 * Rounds of reflection, with planning and without. A run of few rounds is the beginning of a run of many, seeds and history
 * included, so one run gives the verdicts for every reported number of rounds: that of the last round it would have had.
 */
export function reflectionCases(bench: Bench): EvalCase[] {
  const { subject, options } = bench;
  return reflections.flatMap(({ variant, mode, planned }) =>
    promptCases(bench, 'reflect', variant, async (prompt, seed) => {
      const { rounds } = await subject.paint(prompt.prompt, seed, {
        ...(planned && subject.can('plan') ? { plan: subject.planned() } : {}),
        reflection: subject.reflecting(options.rounds, mode),
      });
      const judged = rounds.map((round) => ({ ...round, ...bench.judgePicture(prompt, round.image) }));
      const values: Record<string, number> = { rounds: rounds.length };
      for (const count of reportedRounds) {
        const last = judged[Math.min(count, judged.length) - 1];
        if (last && count <= options.rounds) values[`N${count}`] = last.reasons.length === 0 ? 1 : 0;
      }
      const last = judged.at(-1);
      return {
        correct: last?.reasons.length === 0,
        reason: last?.reasons.join('; ') ?? 'no round was painted',
        values,
        detail: {
          seed,
          rounds: judged.map(({ reply, accepted, reasons, seen }) => ({ reply, accepted, reasons, seen })),
        },
        ...(last ? { image: last.image } : {}),
      };
    }),
  );
}
