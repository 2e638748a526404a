import { Info } from 'lucide-react';
import { formatList, t } from '../../../i18n/index.ts';
import { useEngine } from '../../engine/store.ts';
import { abilityWords, canDo, type Ability } from '../abilities.ts';

const tasks = ['text-to-image', 'edit', 'ask', 'caption', 'ground'] as const;

/** Says that the loaded model cannot do a task, what it can, and what to do about it. */
export function Lacking({ ability }: { ability: Ability }) {
  const model = useEngine((state) => state.model);
  if (!model || canDo(model, ability)) return null;
  const can = tasks.filter((task) => canDo(model, task)).map((task) => t(abilityWords[task]));
  return (
    <div className="lacking" role="note">
      <Info size={16} aria-hidden="true" />
      <div>
        <b>{t('lacking.title', { model: model.name, what: t(abilityWords[ability]) })}</b>
        <p>
          {can.length > 0 ? t('lacking.can', { can: formatList(can) }) : t('lacking.nothing')}{' '}
          {t('lacking.action')}
        </p>
      </div>
    </div>
  );
}
