import { askRequestSchema, publishedAnswerDefaults } from '../../../electron/contract/request.ts';
import { t } from '../../i18n/index.ts';
import { editTask, useDocument } from '../../state/document.ts';
import { answerSettingsSchema, type AnswerSettings } from '../../state/task-drafts.ts';
import { rangeOf } from '../create/settings.ts';

export const answerDefaults: AnswerSettings = { seed: 42, ...publishedAnswerDefaults };
/** Room for a sentence and about ten boxes of 11 tokens. */
const captionLength = 128;

const { shape } = askRequestSchema;
export const answerRanges = {
  seed: rangeOf(shape.seed),
  length: rangeOf(shape.length),
  blockLength: rangeOf(shape.blockLength),
  stepRatio: rangeOf(shape.stepRatio),
  temperature: rangeOf(shape.temperature),
} as const;

export function answerSettings(overrides: Partial<AnswerSettings>, kind: 'ask' | 'caption'): AnswerSettings {
  const length = kind === 'caption' ? captionLength : answerDefaults.length;
  return { ...answerDefaults, length, ...overrides };
}

export function useAnswerSettings(): AnswerSettings {
  const overrides = useDocument(({ document }) => document.tasks.ask.overrides);
  return answerSettings(overrides, 'ask');
}

/** Changes one setting; the default is remembered as such. */
export function setAnswerSetting<N extends keyof AnswerSettings>(
  name: N,
  value: AnswerSettings[N] | undefined,
): void {
  const { overrides } = useDocument.getState().document.tasks.ask;
  const { [name]: _before, ...others } = overrides;
  const keep = value !== undefined && JSON.stringify(value) !== JSON.stringify(answerDefaults[name]);
  editTask('ask', `ask ${name}`, { overrides: keep ? { ...others, [name]: value } : others });
}

/** An answer is whole blocks: the length that will be asked for. */
export function wholeBlocks({ length, blockLength }: AnswerSettings): number {
  return Math.ceil(length / blockLength) * blockLength;
}

export type AnswerProblems = Partial<Record<keyof AnswerSettings, string>>;

/** What keeps the settings from being used, field by field. */
export function answerProblems(settings: AnswerSettings): AnswerProblems {
  const problems: AnswerProblems = {};
  for (const { path } of answerSettingsSchema.safeParse(settings).error?.issues ?? []) {
    const name = path[0] as keyof AnswerSettings;
    if (name === 'seed' || name === 'length' || name === 'blockLength')
      problems[name] = t('problem.whole', answerRanges[name]);
    else if (name === 'stepRatio') problems[name] = t('ask.stepRatio.range');
    else if (name === 'temperature') problems[name] = t('problem.range', answerRanges.temperature);
    else problems[name] = t('problem.number');
  }
  if (Object.keys(problems).length === 0 && wholeBlocks(settings) > answerRanges.length.max) {
    problems.blockLength = t('ask.block.tooLong', { most: answerRanges.length.max });
  }
  return problems;
}
