import {
  contextWeightSchema,
  ownWeight,
  type LayoutKind,
  publishedPlan,
  saidWeight,
} from '../../../electron/contract/context-weight.ts';
import type { ModelInfo } from '../../../electron/contract/engine.ts';
import {
  publishedReflection,
  type ReflectionDefaults,
  type ReflectionSettings,
} from '../../../electron/contract/reflection.ts';
import {
  publishedDefaults,
  textToImageRequestSchema,
  type PlanSettings,
  type TextToImageDefaults,
  type TextToImageRequest,
} from '../../../electron/contract/request.ts';
import { t } from '../../i18n/index.ts';
import { editCreate, useDocument, type CreateDraft, type CreateOverrides } from '../../state/document.ts';
import { useEngine } from '../engine/store.ts';
import type { WrittenPrompt } from '../prompts/written.ts';

/** Every setting of a text-to-image request but prompt and seed. */
export type Settings = TextToImageDefaults & Pick<CreateOverrides, 'explicitOrder'>;
export type SettingName = keyof Settings;

export function defaultsOf(model: ModelInfo | null): TextToImageDefaults {
  return model?.defaults ?? publishedDefaults;
}

export function settingsOf(overrides: CreateOverrides, model: ModelInfo | null): Settings {
  return { ...defaultsOf(model), ...overrides } as Settings;
}

/** The settings now in force. */
export function useSettings(): Settings {
  const overrides = useDocument(({ document }) => document.create.overrides);
  const model = useEngine((state) => state.model);
  return settingsOf(overrides, model);
}

/** Changes one setting; the model's own default is remembered as such. */
export function setSetting<N extends SettingName>(name: N, value: Settings[N] | undefined): void {
  const { overrides } = useDocument.getState().document.create;
  const { [name]: _before, ...others } = overrides;
  const byDefault = (defaultsOf(useEngine.getState().model) as Settings)[name];
  const keep = value !== undefined && JSON.stringify(value) !== JSON.stringify(byDefault);
  editCreate(`setting ${name}`, { overrides: keep ? { ...others, [name]: value } : others });
}

/** How far a layout counts where the user does not say. */
export function planWeightOf(model: ModelInfo | null, kind: LayoutKind): number {
  return ownWeight(model?.planDefaults ?? publishedPlan, kind);
}

/** The layout a request asks for; undefined for none, and for models that cannot follow one. */
function planOf({ plan }: CreateDraft, model: ModelInfo | null): PlanSettings | undefined {
  if (plan.mode === 'off' || !model?.tasks.includes('plan')) return undefined;
  const weight = saidWeight(plan.weight ?? planWeightOf(model, plan.mode));
  if (plan.mode === 'auto') {
    const { length, temperature } = plan;
    return {
      mode: 'auto',
      ...weight,
      ...(length === undefined ? {} : { length }),
      ...(temperature === undefined ? {} : { temperature }),
    };
  }
  if (plan.boxes.length === 0) return undefined;
  const boxes = plan.boxes.map(({ name, box }) => ({ name: name.trim(), box }));
  return { mode: 'given', boxes, ...weight };
}

/** What a round of reflection is told, and how far that counts, where the user does not say. */
export function ownReflection(model: ModelInfo | null): ReflectionDefaults {
  return model?.reflectionDefaults ?? publishedReflection;
}

function reflectionOf({ reflection }: CreateDraft, model: ModelInfo | null): ReflectionSettings | undefined {
  const { on, rounds, history } = reflection;
  if (!on || !model?.tasks.includes('reflect')) return undefined;
  const own = ownReflection(model);
  const { mode = own.mode, weight = own.weight } = reflection;
  return { rounds, mode, history, ...(mode === 'reflection' ? saidWeight(weight) : {}) };
}

/** @param written what the prompt became with this seed; absent = as the user wrote it */
export function buildRequest(
  draft: CreateDraft,
  model: ModelInfo | null,
  seed: number,
  written?: Pick<WrittenPrompt, 'prompt' | 'origin'>,
): TextToImageRequest {
  const { explicitOrder, ...settings } = settingsOf(draft.overrides, model);
  const plan = planOf(draft, model);
  const reflection = reflectionOf(draft, model);
  const origin = written?.origin;
  return {
    version: 1,
    task: 'text-to-image',
    prompt: written?.prompt ?? draft.prompt.trim(),
    seed,
    ...settings,
    ...(plan ? { plan } : {}),
    ...(reflection ? { reflection } : {}),
    ...(origin ? { origin } : {}),
    ...(settings.order === 'explicit' && explicitOrder ? { explicitOrder } : {}),
  };
}

/** Range of a number of the request, from the contract's schema. */
export function rangeOf(schema: { minValue: number | null; maxValue: number | null }): {
  min: number;
  max: number;
} {
  return { min: schema.minValue ?? 0, max: schema.maxValue ?? Number.MAX_SAFE_INTEGER };
}

const { shape } = textToImageRequestSchema;

export const ranges = {
  seed: rangeOf(shape.seed),
  steps: rangeOf(shape.steps),
  guidanceScale: rangeOf(shape.guidanceScale),
  temperature: rangeOf(shape.temperature),
  topK: rangeOf(shape.topK),
  topP: rangeOf(shape.topP),
  shift: rangeOf(shape.schedule.shape.shift),
  orderCutoff: rangeOf(shape.orderCutoff),
  selection: rangeOf(shape.selectionTemperature.shape.value),
  selectionMin: rangeOf(shape.selectionTemperature.shape.min),
} as const;

/** Range of the weight of a layout or of what a round is told. */
export const contextWeights = rangeOf(contextWeightSchema);

/** Steps a model can take: each must reveal at least one code. */
export function stepLimit(model: ModelInfo | null): number {
  return Math.min(ranges.steps.max, model ? model.grid.width * model.grid.height : ranges.steps.max);
}

/** `plan` and `reflection` are their boxes and rounds; their other settings say themselves what is wrong with them. */
const drafted = ['prompt', 'seed', 'plan', 'planSettings', 'reflection', 'reflectionSettings'] as const;
export type Problems = Partial<Record<(typeof drafted)[number] | SettingName, string>>;

/** Whether a problem is one of the fields under Advanced. */
export function isAdvanced(name: string): boolean {
  return ![...drafted, 'steps', 'guidanceScale'].includes(name);
}

/** What of the draft an issue of the schema is about. */
function problemName([first, second]: PropertyKey[]): keyof Problems {
  if (first === 'plan') return second === 'boxes' ? 'plan' : 'planSettings';
  if (first === 'reflection') return second === 'rounds' ? 'reflection' : 'reflectionSettings';
  return first as keyof Problems;
}

/** What keeps the draft from being run, setting by setting, in words for the user. */
export function problemsOf(draft: CreateDraft, model: ModelInfo | null): Problems {
  const problems: Problems = {};
  const request = buildRequest(draft, model, draft.seed);
  const parsed = textToImageRequestSchema.safeParse(request);
  for (const issue of parsed.error?.issues ?? []) {
    const name = problemName(issue.path);
    problems[name] ??= rangeProblem(name);
  }
  const most = stepLimit(model);
  if (!problems.steps && request.steps > most) problems.steps = t('create.steps.tooMany', { most });
  if (request.prompt === '') problems.prompt = t('create.prompt.empty');
  const longest = model?.maxCaptionCharacters;
  if (longest !== undefined && [...request.prompt].length > longest) {
    problems.prompt = t('create.prompt.tooLong', { most: longest });
  }
  return problems;
}

function rangeProblem(name: keyof Problems): string {
  switch (name) {
    case 'seed':
      return t('problem.whole', ranges.seed);
    case 'steps':
      return t('problem.whole', { min: ranges.steps.min, max: stepLimit(useEngine.getState().model) });
    case 'guidanceScale':
    case 'temperature':
    case 'orderCutoff':
      return t('problem.range', ranges[name]);
    case 'topK':
      return t('problem.wholeFrom', { min: 0 });
    case 'topP':
      return t('create.topP.range');
    case 'plan':
      return t('plan.nameless');
    case 'reflection':
      return t('reflection.rounds.wrong');
    case 'schedule':
      return t('problem.range', ranges.shift);
    default:
      return t('problem.number');
  }
}
