import { useMemo, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { formatNumber, t } from '../../../i18n/index.ts';
import { useElementSize } from '../../../components/use-element-size.ts';
import { useRuns } from '../../runs/store.ts';
import { useLoader } from '../loader.ts';
import type { RunRecord } from '../record.ts';
import { useRecord } from '../records.ts';
import { seek, stepBy, usePlayback } from '../store.ts';
import { Bars, Curve } from './charts.tsx';
import { FilmStrip } from './film-strip.tsx';
import { Ruler } from './ruler.tsx';
import { Transport } from './transport.tsx';
import '../timeline.css';

/** The run as a film: pictures, tokens revealed, confidence and entropy over its steps, with one playhead. */
export function Timeline() {
  const runId = usePlayback((state) => state.runId);
  const { record, version } = useRecord(runId);
  return (
    <section className="timeline" aria-label={t('timeline.label')}>
      <Transport record={record} />
      {record ? <Tracks record={record} version={version} /> : <NoSteps runId={runId} />}
    </section>
  );
}

function NoSteps({ runId }: { runId: string | null }) {
  const loading = useLoader((state) => state.loading);
  const error = useLoader((state) => state.error);
  const hasTrace = useRuns((state) => state.finished.find(({ id }) => id === runId)?.hasTrace ?? false);
  const running = useRuns((state) => runId !== null && state.live[runId] !== undefined);
  const text =
    error !== null
      ? `${error.message} ${error.action}`
      : runId === null
        ? t('timeline.empty')
        : loading || hasTrace || running
          ? t('timeline.loading')
          : t('timeline.noTrace');
  return <p className="timeline-empty">{text}</p>;
}

function Tracks({ record, version }: { record: RunRecord; version: number }) {
  const position = usePlayback((state) => state.position);
  const area = useRef<HTMLDivElement>(null);
  const { width } = useElementSize(area);
  const step = position - 1;
  const { schedule } = record.shape.request;
  const values = useMemo(
    () => ({
      counts: record.shape.transferCounts,
      confidence: Array.from({ length: record.steps }, (_, i) => record.meanConfidence[i]),
      entropy: Array.from({ length: record.steps }, (_, i) => record.meanEntropy[i]),
      version,
    }),
    [record, version],
  );
  const at = (list: readonly (number | undefined)[], decimals: number): string => {
    const value = list[step];
    return value === undefined ? '–' : formatNumber(value, decimals);
  };
  return (
    <div className="tracks">
      <div className="track-names">
        <span className="track-name name-ruler">{t('timeline.unmask')}</span>
        <span className="track-name name-film">
          <b>{t('timeline.picture')}</b>
          <small>
            {t('timeline.schedule', { steps: record.steps, schedule: t(`schedule.${schedule.name}`) })}
          </small>
        </span>
        <span className="track-name name-bars">
          <b>{t('timeline.revealed')}</b>
          <small className="num">{at(values.counts, 0)}</small>
        </span>
        <span className="track-name name-confidence">
          <b>{t('timeline.confidence')}</b>
          <small className="num">{at(values.confidence, 2)}</small>
        </span>
        <span className="track-name name-entropy">
          <b>{t('timeline.entropy')}</b>
          <small className="num">{at(values.entropy, 2)}</small>
        </span>
      </div>
      <div className="track-area" ref={area}>
        {width > 0 ? (
          <>
            <Ruler steps={record.steps} width={width} />
            <FilmStrip record={record} version={version} width={width} />
            <Bars values={values.counts} width={width} reached={record.reached} current={step} />
            <Curve name="confidence" values={values.confidence} width={width} top={1} steps={record.steps} />
            <Curve
              name="entropy"
              values={values.entropy}
              width={width}
              top={Math.max(0.5, ...values.entropy.map((value) => value ?? 0))}
              steps={record.steps}
            />
            <Playhead record={record} width={width} position={position} />
          </>
        ) : null}
      </div>
    </div>
  );
}

interface PlayheadProps {
  record: RunRecord;
  width: number;
  position: number;
}

/** The playhead is a slider; the whole area is its track. */
function Playhead({ record, width, position }: PlayheadProps) {
  const [hover, setHover] = useState<number | null>(null);
  const dragging = useRef(false);
  const stepAt = (event: PointerEvent<HTMLDivElement>): number => {
    const box = event.currentTarget.getBoundingClientRect();
    return Math.round(((event.clientX - box.left) / box.width) * record.steps);
  };
  const x = (at: number): number => (at / record.steps) * width;
  const keyDown = (event: KeyboardEvent): void => {
    const jump = event.shiftKey ? 5 : 1;
    if (event.key === 'ArrowLeft') stepBy(-jump);
    else if (event.key === 'ArrowRight') stepBy(jump);
    else if (event.key === 'Home') seek(0);
    else if (event.key === 'End') seek(record.steps);
    else return;
    event.preventDefault();
  };
  const text = t('timeline.position', { step: position, steps: record.steps });
  return (
    <div
      className="scrub"
      role="slider"
      tabIndex={0}
      aria-label={t('timeline.playhead')}
      aria-valuemin={0}
      aria-valuemax={record.steps}
      aria-valuenow={position}
      aria-valuetext={text}
      onKeyDown={keyDown}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        dragging.current = true;
        usePlayback.setState({ playing: false });
        seek(stepAt(event));
      }}
      onPointerMove={(event) => {
        const at = stepAt(event);
        setHover(at);
        if (dragging.current) seek(at);
      }}
      onPointerUp={() => {
        dragging.current = false;
      }}
      onPointerLeave={() => {
        setHover(null);
      }}
    >
      {record.reached < record.steps ? (
        <div className="ahead" style={{ left: `${String(x(record.reached))}px` }} aria-hidden="true" />
      ) : null}
      {hover !== null && hover !== position && hover >= 0 && hover <= record.reached ? (
        <div
          className="hover-line"
          style={{ transform: `translateX(${String(x(hover))}px)` }}
          aria-hidden="true"
        />
      ) : null}
      <div
        className="playhead"
        style={{ transform: `translateX(${String(x(position))}px)` }}
        aria-hidden="true"
      >
        <span className="num" data-flip={x(position) > width - 60 || undefined}>
          {position}
        </span>
      </div>
    </div>
  );
}
