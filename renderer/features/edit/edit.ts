import { create } from 'zustand';
import type { ModelInfo } from '../../../electron/contract/engine.ts';
import type { EditRequest, Region } from '../../../electron/contract/request.ts';
import { hasMask, maskRegion, selectedBox, useMask } from '../../canvas/selection-api.ts';
import { t } from '../../i18n/index.ts';
import { editTask, advanceTask, useDocument } from '../../state/document.ts';
import { setSession, useSession } from '../../state/session.ts';
import {
  editSettingsSchema,
  type EditDraft,
  type EditSettings,
  type RegionChoice,
} from '../../state/task-drafts.ts';
import { randomSeed } from '../create/generate.ts';
import { useEngine } from '../engine/store.ts';
import { useNotes } from '../notes/store.ts';
import { nameOf } from '../notes/sync.ts';
import { usePlayback } from '../playback/store.ts';
import { startRuns } from '../runs/service.ts';
import { showToast } from '../shell/toasts.ts';
import { canDo } from '../tasks/abilities.ts';
import { focusField } from '../tasks/focus.ts';
import { editDefaultsOf, editProblems, editSettings } from './settings.ts';

/** The user asked for an edit that cannot run: now say why beside each field. */
export const useEditUi = create<{ asked: boolean }>(() => ({ asked: false }));

/** What the edit may change, as chosen or as the mask suggests. */
export function effectiveRegion(choice: RegionChoice | null, masked: boolean): RegionChoice {
  return choice ?? (masked ? 'mask' : 'none');
}

export function useRegion(): RegionChoice {
  const choice = useDocument(({ document }) => document.tasks.edit.region);
  const masked = useMask((state) => state.pixels > 0);
  return effectiveRegion(choice, masked);
}

/** The region of the request: undefined for everything, null when the chosen one is not there. */
async function regionOf(choice: RegionChoice): Promise<Region | undefined | null> {
  if (choice === 'none') return undefined;
  if (choice === 'mask') return maskRegion();
  const box = selectedBox();
  if (!box) return null;
  const { x0, y0, x1, y1 } = box;
  return { kind: 'box', box: [x0, y0, x1, y1], feather: useSession.getState().feather };
}

/** The request of a draft for a picture, without its region. */
export function editRequest(
  { instruction, seed, overrides, plan }: EditDraft,
  model: ModelInfo | null,
  image: EditRequest['image'],
): EditRequest {
  return {
    version: 1,
    task: 'edit',
    prompt: instruction.trim(),
    seed,
    image,
    ...editSettings(overrides, model),
    ...(plan && canDo(model, 'plan') ? { plan: { mode: 'auto' } } : {}),
  };
}

/** Asks for the drafted edit of the picture on the canvas. */
export async function runEdit(): Promise<void> {
  const { edit: draft } = useDocument.getState().document.tasks;
  const { model } = useEngine.getState();
  const { picture } = useNotes.getState();
  const problems = editProblems(draft, model);
  useEditUi.setState({ asked: true });
  if (problems.instruction !== undefined) focusField('instruction');
  if (Object.keys(problems).length > 0 || !picture || !canDo(model, 'edit')) return;
  const region = await regionOf(effectiveRegion(draft.region, hasMask()));
  if (region === null) {
    showToast(draft.region === 'box' ? t('edit.region.noBox') : t('edit.region.noMask'));
    return;
  }
  const request = { ...editRequest(draft, model, nameOf(picture)), ...(region ? { region } : {}) };
  useEditUi.setState({ asked: false });
  usePlayback.setState({ follow: true });
  if (!draft.seedLocked) advanceTask('edit', { seed: randomSeed() });
  await startRuns([request]);
}

/** Makes a finished edit's instruction and settings the draft; undo brings the old draft back. */
export function recallEdit(request: EditRequest): void {
  const defaults: Record<string, unknown> = editDefaultsOf(useEngine.getState().model);
  const settings = editSettingsSchema.parse(request);
  const overrides = Object.fromEntries(
    Object.entries(settings).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(defaults[name]),
    ),
  ) as Partial<EditSettings>;
  editTask('edit', 'recall', {
    instruction: request.prompt,
    seed: request.seed,
    seedLocked: true,
    plan: request.plan !== undefined && request.plan.mode !== 'off',
    overrides,
  });
  setSession({ task: 'edit' });
  showToast(t('results.recalled'), t('results.recalled.detail'));
}
