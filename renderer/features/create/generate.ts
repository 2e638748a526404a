import { create } from 'zustand';
import type { ReflectionSettings } from '../../../electron/contract/reflection.ts';
import type { TextToImageRequest } from '../../../electron/contract/request.ts';
import { t } from '../../i18n/index.ts';
import {
  advanceCreate,
  editCreate,
  useDocument,
  type CreateOverrides,
  type PlanDraft,
  type ReflectionDraft,
} from '../../state/document.ts';
import { usePromptBook } from '../prompts/store.ts';
import { setSession, useSession } from '../../state/session.ts';
import { useEngine } from '../engine/store.ts';
import { startRuns } from '../runs/service.ts';
import { showToast } from '../shell/toasts.ts';
import { usePlayback } from '../playback/store.ts';
import { styleOf, wildcardProblem, writePrompts } from '../prompts/written.ts';
import {
  buildRequest,
  defaultsOf,
  isAdvanced,
  ownReflection,
  planWeightOf,
  problemsOf,
  ranges,
  type Problems,
} from './settings.ts';

interface CreateUi {
  /** The user pressed Generate on something that cannot run: now say why beside each field. */
  asked: boolean;
  /** Grows when the prompt should take the focus. */
  focusPrompt: number;
  /** Why the prompt could not be drawn, when Generate was pressed. */
  promptProblem: string | undefined;
  historyOpen: boolean;
}

export const useCreateUi = create<CreateUi>(() => ({
  asked: false,
  focusPrompt: 0,
  promptProblem: undefined,
  historyOpen: false,
}));

export function focusPrompt(): void {
  useCreateUi.setState(({ focusPrompt: n }) => ({ focusPrompt: n + 1 }));
}

export function randomSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
}

/** Queues the draft once, or once a variation with seeds in a row. */
export async function generate(): Promise<void> {
  const { create: draft } = useDocument.getState().document;
  const { model } = useEngine.getState();
  const problems: Problems = problemsOf(draft, model);
  // How long the prompt is shows once it is drawn.
  if (draft.prompt.trim() !== '') delete problems.prompt;
  if (Object.keys(problems).length > 0) {
    useCreateUi.setState({ asked: true });
    if (Object.keys(problems).some(isAdvanced)) setSession({ advancedOpen: true });
    if (problems.prompt) focusPrompt();
    return;
  }
  useCreateUi.setState({ asked: false, promptProblem: undefined });
  const { variations } = useSession.getState();
  const seeds = Array.from({ length: variations }, (_, i) => (draft.seed + i) % (ranges.seed.max + 1));
  const written = await writePrompts(draft.prompt, styleOf(draft.style), seeds);
  const problem =
    written === null ? t('connection.lost') : wildcardProblem(written.flatMap((w) => w.problems));
  const prompts = written?.map(({ prompt }) => ({ ...draft, prompt }));
  const wrong = problem ?? prompts?.map((drawn) => problemsOf(drawn, model).prompt).find((found) => found);
  if (!written || wrong !== undefined) {
    useCreateUi.setState({ promptProblem: wrong });
    focusPrompt();
    return;
  }
  // The next picture in view is the one asked for now.
  usePlayback.setState({ follow: true });
  if (!draft.seedLocked) advanceCreate({ seed: randomSeed() });
  await startRuns(seeds.map((seed, i) => buildRequest(draft, model, seed, written[i])));
}

/** Makes a finished run's prompt and settings the draft; undo brings the old draft back. */
export function recallSettings(request: TextToImageRequest): void {
  const {
    version: _version,
    task: _task,
    origin: _origin,
    branch: _branch,
    prompt,
    seed,
    plan,
    reflection,
    ...settings
  } = request;
  const { plan: planBefore, reflection: reflectionBefore } = useDocument.getState().document.create;
  const defaults = defaultsOf(useEngine.getState().model) as Record<string, unknown>;
  const overrides = Object.fromEntries(
    Object.entries(settings).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(defaults[name]),
    ),
  ) as CreateOverrides;
  editCreate('recall', {
    prompt,
    seed,
    seedLocked: true,
    overrides,
    style: null,
    plan: recalledPlan(plan, planBefore),
    reflection: reflection ? recalledReflection(reflection) : { ...reflectionBefore, on: false },
  });
  setSession({ task: 'create' });
  showToast(t('results.recalled'), t('results.recalled.detail'));
}

/** What a round was told, and how far that counted, is kept as the user's wish where the model's own way is another. */
function recalledReflection({ rounds, mode, history, weight = 1 }: ReflectionSettings): ReflectionDraft {
  const own = ownReflection(useEngine.getState().model);
  return {
    on: true,
    rounds,
    history,
    ...(mode === own.mode ? {} : { mode }),
    ...(mode !== 'reflection' || weight === own.weight ? {} : { weight }),
  };
}

function recalledPlan(plan: TextToImageRequest['plan'], before: PlanDraft): PlanDraft {
  if (!plan || plan.mode === 'off') return { mode: 'off', boxes: before.boxes };
  const { weight = 1 } = plan;
  const counts = weight === planWeightOf(useEngine.getState().model, plan.mode) ? {} : { weight };
  if (plan.mode === 'given') {
    const boxes = plan.boxes.map((box, i) => ({ ...box, id: `recalled-${String(i)}` }));
    return { mode: 'given', boxes, ...counts };
  }
  const { length, temperature } = plan;
  return {
    mode: 'auto',
    boxes: before.boxes,
    ...counts,
    ...(length === undefined ? {} : { length }),
    ...(temperature === undefined ? {} : { temperature }),
  };
}

/** Makes the prompt as it was written the draft, with its wildcards and style, instead of what was drawn. */
export function recallTemplate({ prompt, origin }: TextToImageRequest): void {
  const style = usePromptBook.getState().styles.find(({ template }) => template === origin?.style?.template);
  editCreate('recall template', { prompt: origin?.template ?? prompt, style: style?.id ?? null });
  showToast(t('results.recalled'), t('results.recalled.detail'));
}

export function recallSeed(request: TextToImageRequest): void {
  editCreate('recall seed', { seed: request.seed, seedLocked: true });
  showToast(t('results.seedRecalled', { seed: request.seed }));
}

export function resetSettings(): void {
  editCreate('reset', { overrides: {} });
}
