import type { ModelInfo } from '../../../electron/contract/engine.ts';
import { orderNames, scheduleNames } from '../../../electron/contract/request.ts';
import { t } from '../../i18n/index.ts';
import type { CreateDraft } from '../../state/document.ts';
import { ranges, settingsOf, type Settings } from '../create/settings.ts';
import { usePromptBook } from '../prompts/store.ts';

export const axisIds = [
  'steps',
  'guidanceScale',
  'temperature',
  'seed',
  'order',
  'schedule',
  'shift',
  'topK',
  'topP',
  'selection',
  'samplePolicy',
  'score',
  'style',
  'words',
] as const;
export type AxisId = (typeof axisIds)[number];

/** A setting that a sheet of pictures can vary. */
export interface Axis {
  id: AxisId;
  label: string;
  kind: 'numbers' | 'choices' | 'words';
  /** What the field holds at first. */
  start: string;
  /** What can be chosen; empty for numbers and words. */
  options: readonly { value: string; label: string }[];
  /** The draft with this value in place. @param all the values of the axis, in order */
  apply: (draft: CreateDraft, value: string, model: ModelInfo | null, all: readonly string[]) => CreateDraft;
}

function withSettings(draft: CreateDraft, patch: Partial<Settings>): CreateDraft {
  return { ...draft, overrides: { ...draft.overrides, ...patch } };
}

type PlainNumber = 'steps' | 'guidanceScale' | 'temperature' | 'topK' | 'topP';

function numberAxis(id: PlainNumber, label: string, start: string): Axis {
  return {
    id,
    label,
    kind: 'numbers',
    start,
    options: [],
    apply: (draft, value) => withSettings(draft, { [id]: Number(value) }),
  };
}

/** The axis of an id, in the words of the window's language. */
export function axisOf(id: AxisId): Axis {
  switch (id) {
    case 'steps':
      return numberAxis(id, t('create.steps'), '8, 16, 32');
    case 'guidanceScale':
      return numberAxis(id, t('create.guidance'), '0, 2, 4');
    case 'temperature':
      return numberAxis(id, t('create.temperature'), '0.6..1.2/0.2');
    case 'topK':
      return numberAxis(id, t('create.topK'), '0, 16, 256');
    case 'topP':
      return numberAxis(id, t('create.topP'), '0.8, 0.9, 1');
    case 'seed':
      return {
        id,
        label: t('create.seed'),
        kind: 'numbers',
        start: '1..4',
        options: [],
        apply: (draft, value) => ({ ...draft, seed: Number(value) }),
      };
    case 'order':
      return {
        id,
        label: t('create.order'),
        kind: 'choices',
        start: 'stratified\nconfidence',
        options: orderNames
          .filter((name) => name !== 'explicit')
          .map((name) => ({ value: name, label: t(`order.${name}`) })),
        apply: (draft, value) =>
          withSettings(draft, { order: orderNames.find((name) => name === value) ?? 'stratified' }),
      };
    case 'schedule':
      return {
        id,
        label: t('create.schedule'),
        kind: 'choices',
        start: 'shift\ncosine',
        options: scheduleNames.map((name) => ({ value: name, label: t(`schedule.${name}`) })),
        apply: (draft, value, model) => {
          const { schedule } = settingsOf(draft.overrides, model);
          const name = scheduleNames.find((known) => known === value) ?? schedule.name;
          return withSettings(draft, { schedule: { ...schedule, name } });
        },
      };
    case 'shift':
      return {
        id,
        label: t('create.shift'),
        kind: 'numbers',
        start: '1, 3, 5',
        options: [],
        apply: (draft, value) => withSettings(draft, { schedule: { name: 'shift', shift: Number(value) } }),
      };
    case 'selection':
      return {
        id,
        label: t('create.selection'),
        kind: 'numbers',
        start: '0, 2, 5',
        options: [],
        apply: (draft, value, model) => {
          const { selectionTemperature } = settingsOf(draft.overrides, model);
          return withSettings(draft, {
            selectionTemperature: { ...selectionTemperature, value: Number(value) },
          });
        },
      };
    case 'samplePolicy':
      return {
        id,
        label: t('create.sampling'),
        kind: 'choices',
        start: 'multinomial\nargmax',
        options: (['multinomial', 'argmax'] as const).map((value) => ({
          value,
          label: t(`create.sampling.${value}`),
        })),
        apply: (draft, value) =>
          withSettings(draft, { samplePolicy: value === 'argmax' ? 'argmax' : 'multinomial' }),
      };
    case 'score':
      return {
        id,
        label: t('condition.score'),
        kind: 'numbers',
        start: '5, 6, 7',
        options: [],
        apply: (draft, value, model) => {
          const { microConditions } = settingsOf(draft.overrides, model);
          return withSettings(draft, { microConditions: { ...microConditions, score: Number(value) } });
        },
      };
    case 'style':
      return {
        id,
        label: t('styles.label'),
        kind: 'choices',
        start: '\n',
        options: [
          { value: '', label: t('styles.none') },
          ...usePromptBook.getState().styles.map((style) => ({ value: style.id, label: style.name })),
        ],
        apply: (draft, value) => ({ ...draft, style: value === '' ? null : value }),
      };
    case 'words':
      return {
        id,
        label: t('sweep.words'),
        kind: 'words',
        start: '',
        options: [],
        // The first line names the words of the prompt that the others take the place of.
        apply: (draft, value, _model, [first = '']) => ({
          ...draft,
          prompt: draft.prompt.split(first).join(value),
        }),
      };
  }
}

/** Limits of an axis of numbers, for its hint. */
export function limitsOf(id: AxisId): { min: number; max: number } | null {
  switch (id) {
    case 'steps':
    case 'guidanceScale':
    case 'temperature':
    case 'topK':
    case 'topP':
    case 'seed':
    case 'shift':
    case 'selection':
      return ranges[id];
    default:
      return null;
  }
}
