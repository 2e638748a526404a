import { t } from '../../i18n/index.ts';
import { showToast } from '../shell/toasts.ts';
import { openText } from './loader.ts';

/** Gives the timeline to an answer or a grounding, step by step; says so when its steps were not recorded. */
export async function lookInto(run: string): Promise<void> {
  if (!(await openText(run))) showToast(t('timeline.noSteps'));
}
