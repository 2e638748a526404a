import { Pause, Play, Radio, SkipBack, SkipForward, StepBack, StepForward } from 'lucide-react';
import { IconButton } from '../../../components/button.tsx';
import { Segmented } from '../../../components/segmented.tsx';
import { Select } from '../../../components/select.tsx';
import { formatDuration, t } from '../../../i18n/index.ts';
import { limits, setSession, useSession } from '../../../state/session.ts';
import { useRuns } from '../../runs/store.ts';
import { RunCaption } from '../../runs/components/run-caption.tsx';
import type { RunRecord } from '../record.ts';
import { goLive, seek, stepBy, togglePlay, usePlayback } from '../store.ts';

/** Play, step, speed; what the pictures show; and which run this is. */
export function Transport({ record }: { record: RunRecord | null }) {
  const { position, playing, follow, runId } = usePlayback();
  const { speed, pictureKind } = useSession();
  const running = useRuns((state) => runId !== null && state.live[runId]?.state === 'running');
  const none = !record || record.reached === 0;
  return (
    <div className="transport" role="toolbar" aria-label={t('transport.label')}>
      <IconButton
        icon={SkipBack}
        label={t('transport.start')}
        shortcut="home"
        side="top"
        disabled={none}
        onClick={() => {
          seek(0);
        }}
      />
      <IconButton
        icon={StepBack}
        label={t('transport.back')}
        shortcut="arrowleft"
        side="top"
        disabled={none}
        onClick={() => {
          stepBy(-1);
        }}
      />
      <IconButton
        icon={playing ? Pause : Play}
        label={playing ? t('transport.pause') : t('transport.play')}
        shortcut="space"
        side="top"
        className="play"
        disabled={none}
        onClick={togglePlay}
      />
      <IconButton
        icon={StepForward}
        label={t('transport.forward')}
        shortcut="arrowright"
        side="top"
        disabled={none}
        onClick={() => {
          stepBy(1);
        }}
      />
      <IconButton
        icon={SkipForward}
        label={t('transport.end')}
        shortcut="end"
        side="top"
        disabled={none}
        onClick={goLive}
      />
      {record ? (
        <span className="transport-step num" data-testid="step-readout">
          <b>{t('transport.step', { step: position })}</b>
          {` / ${String(record.steps)}`}
          <TimeAt record={record} position={position} />
        </span>
      ) : null}
      {running && !follow ? (
        <button type="button" className="live-button" onClick={goLive}>
          <Radio size={13} aria-hidden="true" />
          {t('transport.live')}
        </button>
      ) : null}
      {record ? (
        <>
          <Select
            compact
            label={t('transport.speed')}
            value={String(speed)}
            options={limits.speeds.map((value) => ({ value: String(value), label: `${String(value)}×` }))}
            onChange={(value) => {
              setSession({ speed: Number(value) });
            }}
          />
          <Segmented
            label={t('transport.open')}
            value={pictureKind}
            options={[
              { value: 'x0', label: t('transport.drafts'), about: t('transport.drafts.about') },
              { value: 'committed', label: t('transport.committed'), about: t('transport.committed.about') },
            ]}
            onChange={(value) => {
              setSession({ pictureKind: value });
            }}
          />
        </>
      ) : null}
      <RunCaption runId={runId} />
    </div>
  );
}

function TimeAt({ record, position }: { record: RunRecord; position: number }) {
  const sum = (until: number): number =>
    record.stepMs.slice(0, until).reduce<number>((total, value) => total + (value ?? 0), 0);
  const total = sum(record.steps);
  if (total === 0) return null;
  return <span className="transport-time">{formatDuration(sum(position))}</span>;
}
