import { useEffect, useState, type ReactNode } from 'react';
import type { ModelJob } from '../../../../electron/contract/models.ts';
import { formatBytes, formatNumber, t } from '../../../i18n/index.ts';
import { errorWords } from '../../../i18n/studio-words.ts';

/** How far a job is, what it is at, and what can be done about it. */
export function JobLine({ job, actions }: { job: ModelJob; actions: ReactNode }) {
  const { state, phase, done, total, file } = job;
  useEverySecond(state === 'waiting');
  const share = total === null || total === 0 ? null : Math.min(1, done / total);
  const words = wordsOf(job);
  return (
    <div className="model-job" data-state={state}>
      <div className="model-job-head">
        <b>{t(state === 'running' ? `models.phase.${phase}` : `models.job.${state}`)}</b>
        <span className="num">{words}</span>
        <span className="model-job-actions">{actions}</span>
      </div>
      <div
        className="model-progress"
        role="progressbar"
        aria-label={t(`models.phase.${phase}`)}
        aria-valuemin={0}
        aria-valuemax={100}
        {...(share === null ? {} : { 'aria-valuenow': Math.floor(share * 100) })}
      >
        <i style={{ width: `${String((share ?? 0) * 100)}%` }} />
      </div>
      {file !== '' && state === 'running' ? <p className="model-file mono">{file}</p> : null}
      <Problem job={job} />
    </div>
  );
}

/** Draws anew each second, so that a time left counts down. */
function useEverySecond(active: boolean): void {
  const [, draw] = useState(0);
  useEffect(() => {
    if (!active) return;
    const timer = window.setInterval(() => {
      draw((count) => count + 1);
    }, 1000);
    return () => {
      window.clearInterval(timer);
    };
  }, [active]);
}

function Problem({ job: { error, state } }: { job: ModelJob }) {
  if (!error) return null;
  const { message, action, cause } = errorWords(error);
  return (
    <div className="model-problem" role={state === 'failed' ? 'alert' : undefined}>
      <b>{message}</b> {state === 'failed' ? action : null}
      {cause === '' ? null : <p className="mono">{cause}</p>}
    </div>
  );
}

function wordsOf({ state, done, total, bytesPerSecond, secondsLeft, retryAt }: ModelJob): string {
  const parts: string[] = [];
  if (total !== null && total > 0)
    parts.push(t('models.ofBytes', { done: formatBytes(done), total: formatBytes(total) }));
  else if (done > 0) parts.push(formatBytes(done));
  if (state === 'running' && bytesPerSecond !== null)
    parts.push(t('models.speed', { speed: formatSpeed(bytesPerSecond) }));
  if (state === 'running' && secondsLeft !== null) parts.push(t('models.left', { time: formatTime(secondsLeft) }));
  if (state === 'waiting' && retryAt !== null) {
    const seconds = Math.max(0, Math.ceil((Date.parse(retryAt) - Date.now()) / 1000));
    parts.push(t('models.again', { time: formatTime(seconds) }));
  }
  return parts.join(' · ');
}

function formatSpeed(bytes: number): string {
  return t('unit.mib', { n: formatNumber(bytes / 2 ** 20, bytes < 10 * 2 ** 20 ? 1 : 0) });
}

function formatTime(seconds: number): string {
  if (seconds < 60) return t('models.seconds', { n: formatNumber(seconds) });
  if (seconds < 3600) return t('models.minutes', { n: formatNumber(seconds / 60) });
  return t('models.hours', { n: formatNumber(seconds / 3600, 1) });
}
