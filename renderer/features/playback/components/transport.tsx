import { CornerLeftUp, CornerUpLeft, Pause, Play, Radio, SkipForward } from 'lucide-react';
import { ActionButton } from '../../../actions/action-button.tsx';
import { IconButton } from '../../../components/button.tsx';
import { Segmented } from '../../../components/segmented.tsx';
import { Select } from '../../../components/select.tsx';
import { formatDuration, t } from '../../../i18n/index.ts';
import { limits, setSession, useSession } from '../../../state/session.ts';
import { BranchButton } from '../../branch/branch-panel.tsx';
import { ExportMenu } from '../../export/export-menu.tsx';
import { useRuns } from '../../runs/store.ts';
import { RunCaption } from '../../runs/components/run-caption.tsx';
import type { RunFilm } from '../film.ts';
import type { RunRecord } from '../record.ts';
import { goLive, showRun, showText, usePlayback } from '../store.ts';
import { NumbersButton } from './numbers.tsx';

/** Play, step, speed, loop; what the pictures show; what can be done from here; and which run this is. */
export function Transport({ film, runId }: { film: RunFilm | null; runId: string | null }) {
  const { position, playing, follow, textRun } = usePlayback();
  const { speed, pictureKind } = useSession();
  const running = useRuns((state) => runId !== null && state.live[runId]?.state === 'running');
  return (
    <div className="transport" role="toolbar" aria-label={t('transport.label')}>
      {textRun !== null ? (
        <IconButton
          icon={CornerUpLeft}
          label={t('transport.backToPicture')}
          side="top"
          onClick={() => {
            showText(null);
          }}
        />
      ) : null}
      <ActionButton id="timeline.start" side="top" />
      <ActionButton id="timeline.back" side="top" />
      <ActionButton
        id="timeline.play"
        side="top"
        className="play"
        look={
          playing ? { icon: Pause, label: t('transport.pause') } : { icon: Play, label: t('transport.play') }
        }
      />
      <ActionButton id="timeline.forward" side="top" />
      <ActionButton id="timeline.end" side="top" look={{ icon: SkipForward, label: t('transport.end') }} />
      <ActionButton id="timeline.loop" side="top" />
      {film ? (
        <span className="transport-step num" data-testid="step-readout">
          <Readout film={film} position={position} />
        </span>
      ) : null}
      {running && !follow ? (
        <button type="button" className="live-button" onClick={goLive}>
          <Radio size={13} aria-hidden="true" />
          {t('transport.live')}
        </button>
      ) : null}
      {film ? (
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
          {film.pictures.length > 0 ? (
            <Segmented
              label={t('transport.open')}
              value={pictureKind}
              options={[
                { value: 'x0', label: t('transport.drafts'), about: t('transport.drafts.about') },
                {
                  value: 'committed',
                  label: t('transport.committed'),
                  about: t('transport.committed.about'),
                },
              ]}
              onChange={(value) => {
                setSession({ pictureKind: value });
              }}
            />
          ) : null}
          <BranchButton />
          <ActionButton id="timeline.compare" side="top" />
          <NumbersButton film={film} />
          <ExportMenu disabled={!film.ended} />
          <ParentChip film={film} />
        </>
      ) : null}
      <RunCaption runId={runId} />
    </div>
  );
}

/** Step and time of the scene at the playhead. */
function Readout({ film, position }: { film: RunFilm; position: number }) {
  const place = film.place(position);
  if (!place) return null;
  const { scene, local } = place;
  return (
    <>
      <b>{t('transport.step', { step: local })}</b>
      {` / ${String(scene.record.steps)}`}
      {scene.kind === 'picture' ? <TimeAt record={scene.record} position={local} /> : null}
    </>
  );
}

function TimeAt({ record, position }: { record: RunRecord; position: number }) {
  const sum = (until: number): number =>
    record.stepMs.slice(0, until).reduce<number>((total, value) => total + (value ?? 0), 0);
  const total = sum(record.steps);
  if (total === 0) return null;
  return <span className="transport-time">{formatDuration(sum(position))}</span>;
}

/** Leads from a branch to the run it came from, at the step where they part. */
function ParentChip({ film }: { film: RunFilm }) {
  const { request } = film;
  const branch = request.task === 'text-to-image' || request.task === 'edit' ? request.branch : undefined;
  const known = useRuns((state) => state.finished.some(({ id }) => id === branch?.parent.run));
  if (!branch) return null;
  const text = t('branch.of', { step: branch.step });
  return (
    <button
      type="button"
      className="parent-chip num"
      disabled={!known}
      aria-label={text}
      title={`${text}\n${branch.parent.run ?? ''}`}
      onClick={() => {
        showRun(branch.parent.run, branch.step);
      }}
    >
      <CornerLeftUp size={13} aria-hidden="true" />
      <span className="parent-chip-words">{text}</span>
      <span className="parent-chip-step">{branch.step}</span>
    </button>
  );
}
