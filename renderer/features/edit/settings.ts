import type { ModelInfo } from '../../../electron/contract/engine.ts';
import { editRequestSchema, editStart, type EditIntent } from '../../../electron/contract/request.ts';
import { t } from '../../i18n/index.ts';
import { editTask, useDocument } from '../../state/document.ts';
import { editSettingsSchema, type EditDraft, type EditSettings } from '../../state/task-drafts.ts';
import { defaultsOf, rangeOf, ranges, stepLimit } from '../create/settings.ts';
import { useEngine } from '../engine/store.ts';
import { describes, promptOf } from './intents.ts';

const { shape } = editRequestSchema;
export const editRanges = {
  ...ranges,
  imageGuidanceScale: rangeOf(shape.imageGuidanceScale),
} as const;

/** What an edit of some kind starts from with the loaded model. */
export function editDefaultsOf(model: ModelInfo | null, intent: EditIntent): EditSettings {
  return editStart(defaultsOf(model), model?.editDefaults, describes(intent));
}

export function editSettings(
  overrides: Partial<EditSettings>,
  model: ModelInfo | null,
  intent: EditIntent,
): EditSettings {
  return { ...editDefaultsOf(model, intent), ...overrides };
}

export function useEditSettings(): EditSettings {
  const { overrides, intent } = useDocument(({ document }) => document.tasks.edit);
  const model = useEngine((state) => state.model);
  return editSettings(overrides, model, intent);
}

/** Changes one setting; the model's own default is remembered as such. */
export function setEditSetting<N extends keyof EditSettings>(
  name: N,
  value: EditSettings[N] | undefined,
): void {
  const { overrides, intent } = useDocument.getState().document.tasks.edit;
  const { [name]: _before, ...others } = overrides;
  const byDefault = editDefaultsOf(useEngine.getState().model, intent)[name];
  const keep = value !== undefined && JSON.stringify(value) !== JSON.stringify(byDefault);
  editTask('edit', `edit ${name}`, { overrides: keep ? { ...others, [name]: value } : others });
}

export type EditProblems = Partial<Record<'words' | 'seed' | keyof EditSettings, string>>;

/** What keeps the settings from being run, field by field. */
export function editProblems(draft: EditDraft, model: ModelInfo | null): EditProblems {
  const settings = editSettings(draft.overrides, model, draft.intent);
  const problems: EditProblems = {};
  for (const { path } of editSettingsSchema.safeParse(settings).error?.issues ?? []) {
    const name = path[0] as keyof EditSettings;
    problems[name] ??= rangeProblem(name, model);
  }
  if (!shape.seed.safeParse(draft.seed).success) problems.seed = t('problem.whole', ranges.seed);
  const most = stepLimit(model);
  if (!problems.steps && settings.steps > most) problems.steps = t('create.steps.tooMany', { most });
  const prompt = promptOf(draft);
  const longest = model?.maxCaptionCharacters;
  if (prompt === '') problems.words = t(`edit.empty.${draft.intent}`);
  else if (longest !== undefined && [...prompt].length > longest)
    problems.words = t('create.prompt.tooLong', { most: longest });
  return problems;
}

function rangeProblem(name: keyof EditSettings, model: ModelInfo | null): string {
  switch (name) {
    case 'steps':
      return t('problem.whole', { min: ranges.steps.min, max: stepLimit(model) });
    case 'guidanceScale':
    case 'imageGuidanceScale':
    case 'temperature':
      return t('problem.range', editRanges[name]);
    default:
      return t('problem.number');
  }
}
