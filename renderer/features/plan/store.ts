import { create } from 'zustand';
import type { PlanBox, PlanRequest } from '../../../electron/contract/request.ts';
import { addBox, boxes, clearBoxes, removeBox, updateBox } from '../../canvas/selection-api.ts';
import { studio } from '../../api/index.ts';
import { t } from '../../i18n/index.ts';
import { editCreate, useDocument, type DraftBox, type PlanDraft } from '../../state/document.ts';
import { buildRequest } from '../create/settings.ts';
import { useCreateUi } from '../create/generate.ts';
import { useEngine } from '../engine/store.ts';
import { styleOf, wildcardProblem, writePrompts } from '../prompts/written.ts';
import { startRuns } from '../runs/service.ts';
import { showToast } from '../shell/toasts.ts';
import { toPixels } from './geometry.ts';
import { canvasSize, ensurePage } from './sync.ts';

interface PlanUi {
  /** The run that writes a layout now. */
  asking: string | null;
  /** What the planner's last answer lacked. */
  warnings: readonly string[];
}

export const usePlanUi = create<PlanUi>(() => ({ asking: null, warnings: [] }));

export function canPlan(): boolean {
  return useEngine.getState().model?.tasks.includes('plan') ?? false;
}

function editPlan(patch: Partial<PlanDraft>, kind = 'plan'): void {
  const { plan } = useDocument.getState().document.create;
  editCreate(kind, { plan: { ...plan, ...patch } });
}

export function setPlanMode(mode: PlanDraft['mode']): void {
  editPlan({ mode }, 'plan mode');
  if (mode === 'given') ensurePage();
}

/** `undefined` stands for the published value, or for what suits the model. */
export function setPlanSetting(name: 'length' | 'temperature' | 'weight', value: number | undefined): void {
  const { plan } = useDocument.getState().document.create;
  const { [name]: _before, ...others } = plan;
  editCreate(`plan ${name}`, { plan: value === undefined ? others : { ...others, [name]: value } });
}

/** A new box in the middle, a little aside of the last one. Returns its id. */
export function addPlanBox(): string {
  const { plan } = useDocument.getState().document.create;
  ensurePage();
  const shift = (plan.boxes.length % 6) * 48;
  const box: PlanBox['box'] = [288 + shift, 288 + shift, 608 + shift, 608 + shift];
  return addBox({
    ...toPixels(box, canvasSize()),
    label: t('plan.newName', { n: plan.boxes.length + 1 }),
    source: 'plan',
  });
}

export function renamePlanBox(id: string, name: string): void {
  updateBox(id, { label: name }, true);
}

export function placePlanBox(id: string, box: DraftBox['box']): void {
  updateBox(id, toPixels(box, canvasSize()), true);
}

export function removePlanBox(id: string): void {
  removeBox(id);
}

export function clearPlan(): void {
  clearBoxes('plan');
}

/** Makes boxes drawn by hand part of the layout. */
export function adoptDrawnBoxes(): void {
  for (const box of boxes().filter(({ source }) => source === 'drawn')) {
    const { plan } = useDocument.getState().document.create;
    updateBox(box.id, {
      source: 'plan',
      label: box.label === '' ? t('plan.newName', { n: plan.boxes.length + 1 }) : box.label,
    });
  }
}

/** Asks the model for a layout, to be looked at and changed before anything is painted. */
export async function proposePlan(): Promise<void> {
  const { create: draft } = useDocument.getState().document;
  const { model } = useEngine.getState();
  const [written] = (await writePrompts(draft.prompt, styleOf(draft.style), [draft.seed])) ?? [];
  const problem = written && wildcardProblem(written.problems);
  if (!written || written.prompt === '' || problem) {
    useCreateUi.setState({ asked: true });
    if (problem) showToast(problem);
    return;
  }
  const { microConditions, promptForm } = buildRequest(draft, model, draft.seed);
  const { length, temperature } = draft.plan;
  const request: PlanRequest = {
    version: 1,
    task: 'plan',
    prompt: written.prompt,
    seed: draft.seed,
    microConditions,
    ...(promptForm === undefined ? {} : { promptForm }),
    ...(length === undefined ? {} : { length }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(written.origin ? { origin: written.origin } : {}),
  };
  usePlanUi.setState({ warnings: [] });
  const [id] = await startRuns([request], true);
  if (id !== undefined) usePlanUi.setState({ asking: id });
  const early = id === undefined ? undefined : answers.get(id);
  if (id !== undefined && early) take(id, early.boxes, early.done);
}

/** Boxes a request may hold. */
const mostBoxes = 64;
/** What planners said, in case the answer is quicker than the reply to the question. */
const answers = new Map<string, { boxes: readonly PlanBox[]; done: boolean }>();

/** Takes the boxes of a layout as the planner proposes them. */
export function listenToPlans(): void {
  studio.on('run.event', ({ id, event }) => {
    if (event.type === 'plan.boxes' || event.type === 'plan.parsed') {
      const done = event.type === 'plan.parsed';
      answers.set(id, { boxes: event.boxes, done });
      for (const old of answers.keys()) {
        if (answers.size <= 8) break;
        answers.delete(old);
      }
      if (id === usePlanUi.getState().asking) {
        if (event.type === 'plan.parsed') usePlanUi.setState({ warnings: event.warnings });
        take(id, event.boxes, done);
      }
    }
    const isOver = event.type === 'run.done' || event.type === 'run.error' || event.type === 'run.cancelled';
    if (isOver && id === usePlanUi.getState().asking) usePlanUi.setState({ asking: null });
  });
}

function take(run: string, proposed: readonly PlanBox[], done: boolean): void {
  if (proposed.length > 0) {
    const boxes = proposed.slice(0, mostBoxes).map((box, i) => ({ ...box, id: `${run}-${String(i)}` }));
    editPlan({ mode: 'given', boxes }, `proposed ${run}`);
  }
  if (done) usePlanUi.setState({ asking: null });
}
