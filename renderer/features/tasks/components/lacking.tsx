import { Boxes, Info } from 'lucide-react';
import { Button } from '../../../components/button.tsx';
import { formatList, t } from '../../../i18n/index.ts';
import { setSession } from '../../../state/session.ts';
import { taskNames } from '../../../state/task-drafts.ts';
import { useEngine } from '../../engine/store.ts';
import { openModels } from '../../models/store.ts';
import { abilityOf, abilityWords, canDo, type Ability } from '../abilities.ts';

const tasks = ['text-to-image', 'edit', 'ask', 'caption', 'ground'] as const;

/** Says that the loaded model cannot do a task, and what it can, each a step away. */
export function Lacking({ ability }: { ability: Ability }) {
  const model = useEngine((state) => state.model);
  if (!model || canDo(model, ability)) return null;
  const can = tasks.filter((task) => canDo(model, task)).map((task) => t(abilityWords[task]));
  const panels = taskNames.filter((name) => canDo(model, abilityOf[name]));
  return (
    <div className="lacking" role="note">
      <Info size={16} aria-hidden="true" />
      <div>
        <b>{t('lacking.title', { model: model.name, what: t(abilityWords[ability]) })}</b>
        <p>{can.length > 0 ? t('lacking.can', { can: formatList(can) }) : t('lacking.nothing')}</p>
        <div className="lacking-ways">
          {panels.map((name) => (
            <Button
              key={name}
              size="s"
              onClick={() => {
                setSession({ task: name });
              }}
            >
              {t(`tasks.${name}`)}
            </Button>
          ))}
        </div>
        <p>{t('lacking.action')}</p>
        <div className="lacking-ways">
          <Button size="s" icon={Boxes} onClick={openModels}>
            {t('models.open')}
          </Button>
        </div>
      </div>
    </div>
  );
}
