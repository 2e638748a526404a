import type { MemoryFit } from '../../../electron/contract/hardware.ts';
import { formatBytes, t } from '../../i18n/index.ts';

/** What a run needs and what there is. */
export function needWords({ needBytes, limitBytes, freeBytes }: MemoryFit): string {
  return t('fit.need', {
    need: formatBytes(needBytes),
    limit: formatBytes(limitBytes),
    free: formatBytes(freeBytes),
  });
}

/** What would need less; empty when nothing would. */
export function adviceWords({ advice }: MemoryFit): string {
  const [first] = advice;
  if (!first) return '';
  const size = formatBytes(first.needBytes);
  if (first.what === 'close') return t('fit.advice.close');
  if (first.what === 'precision')
    return t('fit.advice.precision', { precision: first.precision ?? '', size });
  return t(`fit.advice.${first.what}`, { size });
}
