import type { GraphicsFit, MemoryFit } from '../../../electron/contract/hardware.ts';
import { formatBytes, t } from '../../i18n/index.ts';

/** What a run needs and what there is. */
export function needWords({ needBytes, limitBytes, freeBytes, graphics }: MemoryFit): string {
  const words = t('fit.need', {
    need: formatBytes(needBytes),
    limit: formatBytes(limitBytes),
    free: formatBytes(freeBytes),
  });
  return graphics ? `${words} ${graphicsWords(graphics)}` : words;
}

/** What a backend takes of an adapter's own memory, and what is not known of it. */
export function graphicsWords({ backend, needBytes, adapter, haveBytes }: GraphicsFit): string {
  const need = formatBytes(needBytes);
  if (adapter === null) return t('fit.graphics.which', { backend, need });
  if (haveBytes === null) return t('fit.graphics.unknown', { backend, need, adapter });
  const key = haveBytes < needBytes ? 'fit.graphics.short' : 'fit.graphics.has';
  return t(key, { backend, need, adapter, have: formatBytes(haveBytes) });
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
