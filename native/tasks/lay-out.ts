import { publishedPlan } from '../../electron/contract/context-weight.ts';
import type { RunEvent } from '../../electron/contract/events.ts';
import type { PlanBox, PlanSettings, PromptForm } from '../../electron/contract/request.ts';
import { turnPieces, type PromptPiece } from '../text/image-prompt.ts';
import { asTrained, parsePlan, planIds, serialisePlan } from '../text/plan.ts';
import type { TextTokenizer } from '../text/tokenizer.ts';
import { requireTask } from './abilities.ts';
import type { TaskContext, TaskOptions } from './context.ts';
import { textPrompt, writeText, type WrittenText } from './write-text.ts';

/** Published budget and block of a plan (PIPELINE §1.2). */
const planLength = 64;
const planBlock = 16;

export interface LayOutTask {
  kind: 'paint' | 'edit';
  /** User turn of the planner. */
  content: readonly PromptPiece[];
  /** Semantic tokens of its pictures. */
  pictures: readonly Float32Array[];
  seed: number;
  form: PromptForm | undefined;
  /** T when the request says nothing. */
  temperature: number;
}

/** What stands before the canvas. */
export interface Layout {
  /** Empty without a plan. */
  ids: number[];
  /** λ, how far it counts. */
  weight: number;
  forwards: number;
}

/** Passes a planner's events on, and tells each box as soon as the text in front of it is settled. */
async function* tellBoxes(
  writing: AsyncGenerator<RunEvent, WrittenText>,
  tokenizer: TextTokenizer,
): AsyncGenerator<RunEvent, WrittenText> {
  const ids: (number | undefined)[] = [];
  let told: PlanBox[] = [];
  for (;;) {
    const next = await writing.next();
    if (next.done) return next.value;
    yield next.value;
    if (next.value.type !== 'plan.token') continue;
    const { positions, ids: committed } = next.value;
    positions.forEach((position, i) => (ids[position] = committed[i]));
    const open = ids.findIndex((id) => id === undefined);
    const settled = (open < 0 ? ids : ids.slice(0, open)) as number[];
    const { boxes } = parsePlan(tokenizer.decode(planIds(tokenizer, settled)));
    if (boxes.length > told.length) {
      told = boxes;
      yield { type: 'plan.boxes', boxes };
    }
  }
}

/**
 * Layout planning (PIPELINE §3): the planner's answer, or the user's boxes, as ids before the canvas. An answer without
 * a single readable box is no plan and is left out (ours; the reference would keep its words).
 * @throws LavidaError model.incomplete, prompt.too-long; AbortError when cancelled
 */
export async function* layOut(
  settings: PlanSettings | undefined,
  task: LayOutTask,
  context: TaskContext,
  options: TaskOptions,
): AsyncGenerator<RunEvent, Layout> {
  if (settings === undefined || settings.mode === 'off') return { ids: [], weight: 1, forwards: 0 };
  const { tokenizer } = context;
  const { weight = 1 } = settings;
  requireTask(context, 'plan');
  if (settings.mode === 'given') {
    const { boxes } = settings;
    const { grid, sorted } = context.info.planDefaults ?? publishedPlan;
    // An edit's boxes say what it does in their order: from where, to where.
    const said = asTrained(boxes, { grid, sorted: sorted && task.kind === 'paint' });
    const ids = said.length > 0 ? serialisePlan(tokenizer, said, task.kind) : [];
    yield { type: 'plan.parsed', source: 'given', boxes, text: tokenizer.decode(ids), warnings: [] };
    return { ids, weight, forwards: 0 };
  }
  yield { type: 'phase', phase: 'plan', detail: 'planning the layout' };
  const writing = writeText(
    {
      purpose: 'plan',
      prompt: textPrompt(tokenizer, turnPieces(tokenizer, 'user', 'user', task.content), task.form),
      pictures: task.pictures,
      settings: {
        length: settings.length ?? planLength,
        blockLength: planBlock,
        schedule: null,
        temperature: settings.temperature ?? task.temperature,
        remasking: 'low_confidence',
        parallel: null,
      },
      prefixCache: true,
      seed: task.seed,
    },
    context,
    options,
  );
  const answer = yield* tellBoxes(writing, tokenizer);
  const ids = planIds(tokenizer, answer.ids);
  const text = tokenizer.decode(ids);
  const { boxes, warnings } = parsePlan(text);
  if (boxes.length === 0) {
    warnings.push('The planner proposed no box; the picture is made without a plan.');
    yield { type: 'plan.parsed', source: 'planner', boxes, text: '', warnings };
    return { ids: [], weight, forwards: answer.forwards };
  }
  yield { type: 'plan.parsed', source: 'planner', boxes, text, warnings };
  return { ids, weight, forwards: answer.forwards };
}
