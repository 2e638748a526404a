import { RotateCw, X } from 'lucide-react';
import type { LeftRun } from '../../../../electron/contract/runs.ts';
import { Button, IconButton } from '../../../components/button.tsx';
import { t } from '../../../i18n/index.ts';
import { errorWords } from '../../../i18n/studio-words.ts';
import { nameOf, titleOf } from '../request-words.ts';
import { dismissRuns, retryRuns } from '../service.ts';

/** Runs that failed or were interrupted, to be asked for again or forgotten. */
export function LeftList({ left }: { left: readonly LeftRun[] }) {
  const ids = left.map(({ id }) => id);
  return (
    <section className="queue-failed" aria-label={t('queue.failedTitle')}>
      <header>
        <b>{t('queue.failedTitle')}</b>
      </header>
      <ol>
        {left.map(({ id, request, reason, error }) => (
          <li key={id}>
            <span className="queue-prompt" title={titleOf(request)}>
              {titleOf(request)}
            </span>
            {error ? (
              <small title={errorWords(error).cause}>{errorWords(error).message}</small>
            ) : (
              <small>{t(`queue.${reason}`)}</small>
            )}
            <IconButton
              icon={RotateCw}
              size="s"
              side="left"
              label={t('queue.retryOne', { prompt: nameOf(request) })}
              onClick={() => void retryRuns([id])}
            />
            <IconButton
              icon={X}
              size="s"
              side="left"
              label={t('queue.dismissOne', { prompt: nameOf(request) })}
              onClick={() => void dismissRuns([id])}
            />
          </li>
        ))}
      </ol>
      {left.length > 1 ? (
        <footer>
          <Button size="s" variant="quiet" onClick={() => void dismissRuns(ids)}>
            {t('queue.dismissAll')}
          </Button>
          <Button size="s" onClick={() => void retryRuns(ids)}>
            {t('queue.retryAll')}
          </Button>
        </footer>
      ) : null}
    </section>
  );
}
