import { LavidaError } from '../../../native/errors.ts';
import { RandomStream } from '../../../native/sampler/random.ts';
import { formatSeconds } from '../../../native/cli/progress.ts';
import { keyOf, type EvalCase, type Verdict } from './case.ts';
import type { Recording } from './record.ts';

/**
 * `limit` entries, as many of each group as can be, and within a group any: always the same ones, whatever rhythm the
 * list has. They keep their order.
 */
export function spread<T>(list: readonly T[], limit: number | undefined, groupOf: (entry: T) => string): T[] {
  if (limit === undefined || limit >= list.length) return [...list];
  const stream = new RandomStream(0, 'draft');
  const shuffled = [...list.keys()];
  for (let i = shuffled.length - 1; i > 0; i--) {
    const other = stream.below(i + 1);
    [shuffled[i], shuffled[other]] = [shuffled[other] as number, shuffled[i] as number];
  }
  const groups = [...Map.groupBy(shuffled, (index) => groupOf(list[index] as T)).values()];
  const rounds = Math.max(...groups.map(({ length }) => length));
  const inTurn = Array.from({ length: rounds }, (_, round) =>
    groups.flatMap((group) => group[round] ?? []),
  ).flat();
  return inTurn
    .slice(0, limit)
    .sort((a, b) => a - b)
    .map((index) => list[index] as T);
}

/** A failure of the model, which is a verdict, and not of the evaluation. */
function failure(error: unknown): Verdict {
  if (error instanceof LavidaError && (error.code === 'model.numerics' || error.code === 'prompt.too-long')) {
    return { correct: false, reason: `${error.message} ${error.detail}`.trim() };
  }
  throw error;
}

/** One line that is written over on a terminal, and one in ten cases elsewhere. */
class Progress {
  #shown = 0;

  say(text: string, last: boolean): void {
    const { stderr } = process;
    if (stderr.isTTY)
      stderr.write(`\r\u001b[2K${text.slice(0, (stderr.columns || 80) - 1)}${last ? '\n' : ''}`);
    else if (last || this.#shown % 10 === 0) stderr.write(`${text}\n`);
    this.#shown++;
  }
}

/**
 * Runs the cases that have no verdict yet. Progress goes to standard error.
 * @param stopped asked between cases
 */
export async function runCases(
  cases: readonly EvalCase[],
  recording: Recording,
  stopped: () => boolean,
): Promise<void> {
  const open = cases.filter((one) => !recording.has(keyOf(one)));
  const progress = new Progress();
  // Time per case of each task and variant, because a reflection takes many times as long as a question.
  const spent = new Map<string, { seconds: number; cases: number }>();
  const kind = ({ task, variant }: EvalCase): string => `${task} ${variant}`;
  for (const [i, one] of open.entries()) {
    if (stopped()) return;
    const started = performance.now();
    let verdict: Verdict;
    try {
      verdict = await one.run();
    } catch (error) {
      if (stopped()) return;
      verdict = failure(error);
    }
    const seconds = (performance.now() - started) / 1000;
    const { image, ...rest } = verdict;
    const { run: _, ...about } = one;
    recording.add({ ...about, values: {}, detail: null, ...rest, seconds }, image);
    const sum = spent.get(kind(one)) ?? { seconds: 0, cases: 0 };
    spent.set(kind(one), { seconds: sum.seconds + seconds, cases: sum.cases + 1 });
    let left = 0;
    const all = [...spent.values()].reduce((a, b) => ({
      seconds: a.seconds + b.seconds,
      cases: a.cases + b.cases,
    }));
    for (const later of open.slice(i + 1)) {
      const { seconds: total, cases: count } = spent.get(kind(later)) ?? all;
      left += total / count;
    }
    const last = i + 1 === open.length;
    progress.say(
      `${i + 1}/${open.length}  ${kind(one)}  ${verdict.correct ? 'right' : 'wrong'}  ${formatSeconds(left)} left  ${one.label}`,
      last,
    );
  }
}
