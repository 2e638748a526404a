import { t } from '../../i18n/index.ts';

/** A phase of a run in the user's words. */
export function phaseName(phase: string): string {
  switch (phase) {
    case 'queue':
      return t('phase.queue');
    case 'load':
      return t('phase.load');
    case 'prepare':
      return t('phase.prepare');
    case 'see':
      return t('phase.see');
    case 'plan':
      return t('phase.plan');
    case 'critique':
      return t('phase.critique');
    case 'answer':
      return t('phase.answer');
    case 'unmask':
      return t('phase.unmask');
    case 'decode':
      return t('phase.decode');
    case 'save':
      return t('phase.save');
    default:
      return phase;
  }
}
