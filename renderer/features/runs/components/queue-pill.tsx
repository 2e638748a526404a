import { ListOrdered, X } from 'lucide-react';
import { Button, IconButton } from '../../../components/button.tsx';
import { Popover } from '../../../components/popover.tsx';
import { t } from '../../../i18n/index.ts';
import { phaseName } from '../phases.ts';
import { seedOf, titleOf } from '../request-words.ts';
import { cancelAll, cancelRun } from '../service.ts';
import { useRuns } from '../store.ts';

/** How many runs wait or work, and the list of them. */
export function QueuePill() {
  const { order, live } = useRuns();
  const runs = order.flatMap((id) => live[id] ?? []);
  return (
    <Popover
      label={t('queue.label')}
      trigger={
        <button type="button" className="pill" data-quiet={runs.length === 0 || undefined}>
          <ListOrdered size={14} aria-hidden="true" />
          {t('queue.title')}
          <b className="num">{runs.length}</b>
        </button>
      }
    >
      <div className="queue">
        <header>
          <b>{t('queue.title')}</b>
          {runs.length > 1 ? (
            <Button size="s" variant="quiet" onClick={() => void cancelAll()}>
              {t('queue.cancelAll')}
            </Button>
          ) : null}
        </header>
        {runs.length === 0 ? <p>{t('queue.empty')}</p> : null}
        <ol>
          {runs.map((run) => (
            <li key={run.id}>
              <span className="queue-prompt">{titleOf(run.request)}</span>
              <small className="num">
                {run.state === 'running' && run.phase === 'unmask'
                  ? t('run.ofSteps', { step: run.step, steps: run.steps })
                  : phaseName(run.phase)}
                {' · '}
                {t('queue.seed', { seed: seedOf(run.request) ?? '–' })}
              </small>
              <IconButton
                icon={X}
                size="s"
                side="left"
                label={t('results.cancel')}
                disabled={run.cancelling}
                onClick={() => void cancelRun(run.id)}
              />
            </li>
          ))}
        </ol>
      </div>
    </Popover>
  );
}
