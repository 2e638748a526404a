import { Pause, Play } from 'lucide-react';
import { useMemo } from 'react';
import { IconButton } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { Select } from '../../components/select.tsx';
import { Slider } from '../../components/slider.tsx';
import { formatDate } from '../../i18n/dates.ts';
import { formatNumber, t } from '../../i18n/index.ts';
import type { RunRecord } from '../playback/record.ts';
import { useRecord } from '../playback/records.ts';
import { nameOf } from '../runs/request-words.ts';
import { compareAt, orderCorrelation, positionAt } from './measures.ts';
import { DifferenceMap, RunPicture } from './pictures.tsx';
import { chooseRun, comparable, differences, toggleComparePlay, useCompare } from './store.ts';
import './compare.css';

/** Two runs side by side in lockstep, with what differs between them. */
export function CompareDialog() {
  const open = useCompare((state) => state.open);
  return (
    <Dialog
      title={t('lockstep.title')}
      size="xl"
      open={open}
      onClose={() => {
        useCompare.setState({ open: false, playing: false });
      }}
    >
      <div className="compare">
        <Sides />
      </div>
    </Dialog>
  );
}

function Sides() {
  const { a, b, share, playing, difference } = useCompare();
  const one = useRecord(a);
  const other = useRecord(b);
  const fits =
    one.record &&
    other.record &&
    one.record.shape.grid.width === other.record.shape.grid.width &&
    one.record.shape.grid.height === other.record.shape.grid.height;
  return (
    <>
      <div className="compare-sides">
        <Side side="a" id={a} record={one.record} share={share} version={one.version} />
        <section className="compare-middle" aria-label={t('lockstep.difference')}>
          <Segmented
            label={t('lockstep.difference')}
            value={difference}
            options={differences.map((value) => ({
              value,
              label: t(`lockstep.${value}`),
              about: t(`lockstep.${value}.about`),
            }))}
            onChange={(value) => {
              useCompare.setState({ difference: value });
            }}
          />
          {fits && one.record && other.record ? (
            <Difference
              a={one.record}
              b={other.record}
              share={share}
              kind={difference}
              version={one.version + other.version}
            />
          ) : (
            <p className="compare-none">
              {a !== null && b !== null ? t('lockstep.grids') : t('lockstep.none')}
            </p>
          )}
        </section>
        <Side side="b" id={b} record={other.record} share={share} version={other.version} />
      </div>
      <div className="compare-transport" role="toolbar" aria-label={t('lockstep.transport')}>
        <IconButton
          icon={playing ? Pause : Play}
          label={playing ? t('transport.pause') : t('transport.play')}
          onClick={toggleComparePlay}
        />
        <Slider
          labels={[t('lockstep.share')]}
          values={[share]}
          min={0}
          max={1}
          step={1 / Math.max(1, one.record?.steps ?? 1, other.record?.steps ?? 1)}
          format={(value) => t('unit.percent', { n: formatNumber(value * 100) })}
          onChange={([value = 1]) => {
            useCompare.setState({ share: value, playing: false });
          }}
        />
        <span className="num">{t('unit.percent', { n: formatNumber(share * 100) })}</span>
      </div>
    </>
  );
}

interface SideProps {
  side: 'a' | 'b';
  id: string | null;
  record: RunRecord | null;
  share: number;
  version: number;
}

function Side({ side, id, record, share, version }: SideProps) {
  const runs = comparable();
  const request = record?.shape.request;
  return (
    <section className="compare-side" aria-label={t(`lockstep.${side}`)}>
      <Select
        label={t(`lockstep.${side}`)}
        value={id ?? ''}
        options={runs.map((run) => ({
          value: run.id,
          label: nameOf(run.request),
          hint: t('lockstep.run', { seed: run.request.seed, date: formatDate(run.createdAt) }),
        }))}
        onChange={(next) => {
          chooseRun(side, next);
        }}
      />
      {record ? (
        <>
          <RunPicture record={record} position={positionAt(record, share)} version={version} />
          <p className="num copyable">
            {t('timeline.position', { step: positionAt(record, share), steps: record.steps })}
          </p>
          {request ? (
            <p className="compare-facts num copyable">
              {t('lockstep.facts', {
                order: t(`order.${request.order}`),
                schedule: t(`schedule.${request.schedule.name}`),
                seed: request.seed,
                cfg: formatNumber(1 + request.guidanceScale, 1),
              })}
            </p>
          ) : null}
        </>
      ) : (
        <p className="compare-none">{t('timeline.loading')}</p>
      )}
    </section>
  );
}

interface DifferenceProps {
  a: RunRecord;
  b: RunRecord;
  share: number;
  kind: (typeof differences)[number];
  version: number;
}

function Difference({ a, b, share, kind, version }: DifferenceProps) {
  // Records grow in place; the version says when.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const found = useMemo(() => compareAt(a, b, share), [a, b, share, version]);
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const correlation = useMemo(() => orderCorrelation(a, b), [a, b, version]);
  const open = found.states.filter((state) => state < 2).length;
  return (
    <>
      <DifferenceMap grid={a.shape.grid} comparison={found} kind={kind} />
      <dl className="compare-numbers num copyable">
        <dt>{t('lockstep.same')}</dt>
        <dd data-testid="compare-same">
          {t('lockstep.of', { n: formatNumber(found.same), all: formatNumber(found.both) })}
        </dd>
        <dt>{t('lockstep.agreementShare')}</dt>
        <dd>{found.both > 0 ? formatNumber(found.same / found.both, 4) : '–'}</dd>
        <dt>{t('lockstep.openTokens')}</dt>
        <dd>{formatNumber(open)}</dd>
        <dt title={t('lockstep.correlation.about')}>{t('lockstep.correlation')}</dt>
        <dd>{Number.isFinite(correlation) ? formatNumber(correlation, 4) : '–'}</dd>
      </dl>
    </>
  );
}
