import type { RunEvent } from '../../electron/contract/events.ts';
import type { PlanRequest } from '../../electron/contract/request.ts';
import { paintPlanContent } from '../text/task-prompts.ts';
import { requireTask } from './abilities.ts';
import type { TaskContext, TaskOptions } from './context.ts';
import { layOut } from './lay-out.ts';
import { checkedPrompt } from './picture-checks.ts';
import { planTemperature } from './text-to-image.ts';

/**
 * A layout alone (PIPELINE §3 steps 1 to 3), to be looked at and changed before anything is painted. A picture request
 * with `plan: { mode: 'auto' }` and the same prompt and seed would follow the same layout.
 * @throws LavidaError model.incomplete, prompt.empty, prompt.too-long; AbortError when cancelled
 */
export async function* plan(
  request: PlanRequest,
  context: TaskContext,
  options: TaskOptions,
): AsyncGenerator<RunEvent, { forwards: number }> {
  yield { type: 'phase', phase: 'prepare', detail: 'reading the prompt' };
  requireTask(context, 'plan');
  const caption = checkedPrompt(request.prompt, context);
  const { length, temperature, microConditions, seed, promptForm } = request;
  const { forwards } = yield* layOut(
    { mode: 'auto', length, temperature },
    {
      kind: 'paint',
      content: paintPlanContent(caption, microConditions),
      pictures: [],
      seed,
      form: promptForm,
      temperature: planTemperature,
    },
    context,
    options,
  );
  return { forwards };
}
