import { Button } from '../../../components/button.tsx';
import { t } from '../../../i18n/index.ts';
import { acceptStaged, useAcceptable } from '../../viewer/staging.ts';

/** Says that a task is not about the result that lies over the picture, and takes the result where it is meant. */
export function WaitingLine() {
  if (!useAcceptable()) return null;
  return (
    <div className="task-note" role="note">
      <p>{t('task.waiting')}</p>
      <Button size="s" onClick={() => void acceptStaged()} title={t('staging.accept.about')}>
        {t('task.waiting.accept')}
      </Button>
    </div>
  );
}
