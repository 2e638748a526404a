import { formatSeconds } from '../../../native/cli/progress.ts';
import { LavidaError } from '../../../native/errors.ts';
import { keyOf, type EvalCase, type Verdict } from './case.ts';
import type { Recording } from './record.ts';

/** Runs one case, here or in another process. */
export type Runner = (one: EvalCase) => Promise<Verdict>;

/** Runs a case in this process; a failure of the model is a verdict, one of the evaluation is thrown. */
export async function runCase(one: EvalCase): Promise<Verdict> {
  try {
    return await one.run();
  } catch (error) {
    if (error instanceof LavidaError && (error.code === 'model.numerics' || error.code === 'prompt.too-long'))
      return { correct: false, reason: `${error.message} ${error.detail}`.trim() };
    throw error;
  }
}

/** How far a run is, on standard error: one line that is written over on a terminal, and one in ten cases elsewhere. */
class Progress {
  readonly #cases: readonly EvalCase[];
  readonly #runners: number;
  // Time per case of each task and variant, because a reflection takes many times as long as a question.
  readonly #spent = new Map<string, { seconds: number; cases: number }>();
  #done = 0;
  #shown = 0;

  constructor(cases: readonly EvalCase[], runners: number) {
    this.#cases = cases;
    this.#runners = runners;
  }

  /** @param next place of the first case that nobody has begun */
  finished(one: EvalCase, { correct }: Verdict, seconds: number, next: number): void {
    this.#done++;
    const kind = kindOf(one);
    const sum = this.#spent.get(kind) ?? { seconds: 0, cases: 0 };
    this.#spent.set(kind, { seconds: sum.seconds + seconds, cases: sum.cases + 1 });
    const judged = correct ? 'right' : 'wrong';
    const count = `${this.#done}/${this.#cases.length}`;
    const left = formatSeconds(this.#secondsLeft(next));
    this.#say(`${count}  ${kind}  ${judged}  ${left} left  ${one.label}`, this.#done === this.#cases.length);
  }

  #secondsLeft(next: number): number {
    const all = { seconds: 0, cases: 0 };
    for (const { seconds, cases } of this.#spent.values()) {
      all.seconds += seconds;
      all.cases += cases;
    }
    let left = 0;
    for (const later of this.#cases.slice(next)) {
      const { seconds, cases } = this.#spent.get(kindOf(later)) ?? all;
      left += seconds / cases;
    }
    return left / this.#runners;
  }

  #say(text: string, last: boolean): void {
    const { stderr } = process;
    if (stderr.isTTY)
      stderr.write(`\r\u001b[2K${text.slice(0, (stderr.columns || 80) - 1)}${last ? '\n' : ''}`);
    else if (last || this.#shown % 10 === 0) stderr.write(`${text}\n`);
    this.#shown++;
  }
}

function kindOf({ task, variant }: EvalCase): string {
  return `${task} ${variant}`;
}

/**
 * Runs the cases that have no verdict yet, each runner one at a time. Progress goes to standard error.
 * @param stopped asked between cases
 */
export async function runCases(
  cases: readonly EvalCase[],
  recording: Recording,
  stopped: () => boolean,
  runners: readonly Runner[],
): Promise<void> {
  const open = cases.filter((one) => !recording.has(keyOf(one)));
  const progress = new Progress(open, runners.length);
  let next = 0;
  let failed = false;
  const work = async (run: Runner): Promise<void> => {
    while (next < open.length && !stopped() && !failed) {
      const one = open[next++] as EvalCase;
      const started = performance.now();
      const { run: _, sameAs, ...about } = one;
      const twin = sameAs === undefined ? undefined : recording.get(sameAs);
      if (twin) {
        recording.addCopy(twin, about);
        progress.finished(one, twin, 0, next);
        continue;
      }
      let verdict: Verdict;
      try {
        verdict = await run(one);
      } catch (error) {
        if (stopped()) return;
        failed = true;
        throw error;
      }
      const seconds = (performance.now() - started) / 1000;
      const { image, ...rest } = verdict;
      recording.add({ ...about, values: {}, detail: null, ...rest, seconds }, image);
      progress.finished(one, verdict, seconds, next);
    }
  };
  await Promise.all(runners.map(work));
}
