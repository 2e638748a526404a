import { useEffect, useRef, useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { ProgressRing } from '../../../components/progress-ring.tsx';
import { formatDuration, formatNumber, t } from '../../../i18n/index.ts';
import { engineDetail, errorWords } from '../../../i18n/studio-words.ts';
import { useLoader } from '../../playback/loader.ts';
import { getRecord, useRecord } from '../../playback/records.ts';
import { usePlayback } from '../../playback/store.ts';
import { phaseName } from '../../runs/phases.ts';
import { runningRun, useRuns, type LiveRun } from '../../runs/store.ts';

const announceEvery = 2500;

/** Where the run under way stands: phase, step, share of tokens, time left. */
export function RunHud() {
  const run = useRuns(useShallow((state) => runningRun(state)));
  const waiting = useRuns((state) => state.order.length);
  return (
    <>
      {run ? <Progress run={run} /> : <StoppedChip />}
      <UnreadableChip />
      <Announcer run={run} waiting={waiting} />
    </>
  );
}

function Progress({ run }: { run: LiveRun }) {
  const { phase, step, steps, revealed, left, detail } = run;
  const unmasking = phase === 'unmask';
  return (
    <div className="hud-chip run-hud num" data-testid="run-hud">
      <ProgressRing share={steps > 0 ? step / steps : 0} />
      <b>{phaseName(phase)}</b>
      {unmasking ? (
        <>
          <span>{t('run.ofSteps', { step, steps })}</span>
          <span>{t('hud.tokens', { n: formatNumber(revealed * 100) })}</span>
          {left === null ? null : (
            <span className="hud-left">{t('hud.left', { time: formatDuration(left) })}</span>
          )}
        </>
      ) : (
        <span>{engineDetail(detail)}</span>
      )}
    </div>
  );
}

/** Says why the steps on show have no pictures. */
function UnreadableChip() {
  const runId = usePlayback((state) => state.runId);
  const error = useLoader((state) => state.error);
  if (!error || !getRecord(runId)) return null;
  return (
    <div className="hud-chip" role="status">
      <b>{errorWords(error).message}</b>
      <span>{errorWords(error).action}</span>
    </div>
  );
}

/** Says of a cancelled run on show that nobody kept it. */
function StoppedChip() {
  const runId = usePlayback((state) => state.runId);
  useRecord(runId);
  const stopped = useRuns((state) => runId !== null && runId in state.cancelled);
  const record = getRecord(runId);
  if (!stopped || !record) return null;
  return (
    <div className="hud-chip run-hud num">
      <b>{t('hud.cancelled')}</b>
      <span>{t('hud.cancelled.at', { step: record.reached, steps: record.steps })}</span>
    </div>
  );
}

/** Tells screen readers how the run goes, not more often than one can listen. */
function Announcer({ run, waiting }: { run: LiveRun | null; waiting: number }) {
  const [text, setText] = useState('');
  const last = useRef({ time: 0, phase: '' });
  const phase = run?.phase ?? '';
  const step = run?.step ?? 0;
  const steps = run?.steps ?? 0;
  useEffect(() => {
    const now = performance.now();
    const due = phase !== last.current.phase || now - last.current.time > announceEvery;
    if (!due) return;
    const ended = phase === '' && last.current.phase !== '';
    last.current = { time: now, phase };
    const words =
      phase === 'unmask'
        ? `${phaseName(phase)}. ${t('hud.announce', { step, steps })}`
        : phase === ''
          ? ended && waiting === 0
            ? t('hud.finished')
            : ''
          : phaseName(phase);
    setText(words);
  }, [phase, step, steps, waiting]);
  return (
    <div className="sr-only" aria-live="polite" role="status">
      {text}
    </div>
  );
}
