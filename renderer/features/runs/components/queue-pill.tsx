import { ListOrdered, Pause, Play } from 'lucide-react';
import { useState } from 'react';
import { Button, IconButton } from '../../../components/button.tsx';
import { Popover } from '../../../components/popover.tsx';
import { formatDuration, t } from '../../../i18n/index.ts';
import { timeLeft } from '../estimate.ts';
import { usePace } from '../pace.ts';
import { cancelAll, pauseQueue } from '../service.ts';
import { useRuns } from '../store.ts';
import { LeftList } from './left-list.tsx';
import { QueueList } from './queue-list.tsx';
import '../queue.css';

/** How many runs wait or work; behind it the queue with everything that can be done to it. */
export function QueuePill() {
  const order = useRuns((state) => state.order);
  const left = useRuns((state) => state.left);
  const paused = useRuns((state) => state.paused);
  return (
    <Popover
      label={t('queue.label')}
      trigger={
        <button
          type="button"
          className="pill"
          data-quiet={(order.length === 0 && left.length === 0) || undefined}
          data-warn={left.length > 0 || undefined}
        >
          {paused ? <Pause size={14} aria-hidden="true" /> : <ListOrdered size={14} aria-hidden="true" />}
          {t('queue.title')}
          <b className="num">{order.length}</b>
          {left.length > 0 ? (
            <span className="queue-left num" title={t('queue.failedTitle')}>
              {`! ${String(left.length)}`}
            </span>
          ) : null}
        </button>
      }
    >
      <QueuePanel />
    </Popover>
  );
}

function QueuePanel() {
  const { order, live, paused, left } = useRuns();
  const pace = usePace();
  const [announced, announce] = useState('');
  const runs = order.flatMap((id) => live[id] ?? []);
  const waiting = runs.filter(({ state }) => state === 'queued').length;
  const remaining = timeLeft(runs, pace);
  return (
    <div className="queue">
      <header>
        <b>{t('queue.title')}</b>
        {remaining ? (
          <span className="queue-time num">
            {t(remaining.atMost ? 'queue.leftAtMost' : 'queue.left', { time: formatDuration(remaining.ms) })}
          </span>
        ) : null}
        <span className="grow" />
        <IconButton
          icon={paused ? Play : Pause}
          size="s"
          label={paused ? t('queue.resume') : t('queue.pause')}
          pressed={paused}
          onClick={() => void pauseQueue(!paused)}
        />
      </header>
      {paused ? <p className="queue-note">{t('queue.paused')}</p> : null}
      {runs.length === 0 ? <p>{t('queue.empty')}</p> : <QueueList runs={runs} announce={announce} />}
      {runs.length > 1 ? (
        <footer>
          {waiting > 0 && waiting < runs.length ? (
            <Button size="s" variant="quiet" onClick={() => void cancelAll(false)}>
              {t('queue.cancelWaiting')}
            </Button>
          ) : null}
          <Button size="s" variant="quiet" onClick={() => void cancelAll()}>
            {t('queue.cancelAll')}
          </Button>
        </footer>
      ) : null}
      {left.length > 0 ? <LeftList left={left} /> : null}
      <span className="sr-only" role="status">
        {announced}
      </span>
    </div>
  );
}
