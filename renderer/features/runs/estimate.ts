import type { GenerationRequest } from '../../../electron/contract/request.ts';
import type { LiveRun } from './store.ts';

/** How long a request will take by the measure of the last steps, milliseconds; null where nothing is known. */
function durationOf(request: GenerationRequest, stepMs: number): { ms: number; atMost: boolean } | null {
  if (request.task !== 'text-to-image' && request.task !== 'edit') return null;
  const rounds = request.task === 'text-to-image' ? (request.reflection?.rounds ?? 1) : 1;
  return { ms: stepMs * request.steps * rounds, atMost: rounds > 1 };
}

/**
 * Time until the queue is done: what the run under way has left by its own measure, and the others by the last one.
 * @param stepMs wall time of one step; null before the first run
 */
export function timeLeft(
  runs: readonly LiveRun[],
  stepMs: number | null,
): { ms: number; atMost: boolean } | null {
  let ms = 0;
  let atMost = false;
  let known = false;
  for (const run of runs) {
    const whole = stepMs === null ? null : durationOf(run.request, stepMs);
    const left = run.left ?? whole?.ms;
    if (left === undefined) continue;
    known = true;
    ms += left;
    atMost ||= whole?.atMost ?? false;
  }
  return known ? { ms, atMost } : null;
}
