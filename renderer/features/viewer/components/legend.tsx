import { useMemo } from 'react';
import { rampGradient } from '../../../canvas/colour-maps.ts';
import { Slider } from '../../../components/slider.tsx';
import { formatNumber, t } from '../../../i18n/index.ts';
import { setSession, useSession, type OverlayName } from '../../../state/session.ts';
import type { Frame } from '../../playback/frame.ts';
import { cellStates, statesAt, type RunRecord } from '../../playback/record.ts';
import { Segmented } from '../../../components/segmented.tsx';
import { topOf } from '../overlay.ts';

/** What the overlay means, and how strongly it covers the picture. */
export function Legend({ frame, overlay }: { frame: Frame; overlay: OverlayName }) {
  const opacity = useSession((state) => state.overlayOpacity);
  if (overlay === 'none' || !frame.record) return <span />;
  return (
    <div
      className="hud-chip legend"
      role="group"
      aria-label={t('legend.label', { overlay: t(`overlay.${overlay}`) })}
    >
      {overlay === 'states' ? <StateKey frame={frame} /> : <RampKey frame={frame} overlay={overlay} />}
      <div className="legend-opacity">
        <span>{t('legend.opacity')}</span>
        <Slider
          labels={[t('legend.opacity')]}
          values={[opacity]}
          min={0.1}
          max={1}
          step={0.05}
          format={(value) => t('unit.percent', { n: formatNumber(value * 100) })}
          onChange={([value = 1]) => {
            setSession({ overlayOpacity: value });
          }}
        />
      </div>
    </div>
  );
}

function StateKey({ frame }: { frame: Frame }) {
  const counts = useMemo(() => {
    const found = [0, 0, 0, 0];
    if (frame.record) {
      for (const state of statesAt(frame.record, frame.position)) found[state] = (found[state] ?? 0) + 1;
    }
    return found;
  }, [frame]);
  return (
    <ul className="state-key">
      {cellStates.map((state, i) => (
        <li key={state} title={t(`state.${state}.about`)}>
          <i className={`swatch swatch-${state}`} aria-hidden="true" />
          <span>{t(`state.${state}`)}</span>
          <b className="num">{formatNumber(counts[i] ?? 0)}</b>
        </li>
      ))}
    </ul>
  );
}

function RampKey({ frame, overlay }: { frame: Frame; overlay: Exclude<OverlayName, 'none' | 'states'> }) {
  const record = frame.record;
  if (!record) return null;
  if (overlay === 'guidance' && record.maxGuidance === 0) {
    return (
      <div className="ramp-key">
        <b>{t('overlay.guidance')}</b>
        <span>{t('legend.guidance.none')}</span>
      </div>
    );
  }
  const [low, high] = {
    confidence: [t('legend.confidence.low'), t('legend.confidence.high')],
    entropy: [
      t('legend.entropy.low'),
      t('legend.entropy.high', { n: formatNumber(topOf(record, 'entropy'), 1) }),
    ],
    order: [t('legend.order.low'), t('legend.order.high', { n: record.steps })],
    guidance: [
      t('legend.guidance.low'),
      t('legend.guidance.high', { n: formatNumber(topOf(record, 'guidance'), 1) }),
    ],
  }[overlay];
  return (
    <div className="ramp-key">
      <b>{t(`overlay.${overlay}`)}</b>
      <span className="num">{low}</span>
      <i className="ramp" style={{ backgroundImage: rampGradient(overlay) }} aria-hidden="true" />
      <span className="num">{high}</span>
      {overlay === 'order' ? <Strata record={record} /> : null}
    </div>
  );
}

/** The grid of the stratified order: its first 4^d tokens fall one into each of 2^d × 2^d cells. */
function Strata({ record }: { record: RunRecord }) {
  const strata = useSession((state) => state.strata);
  const { width, height } = record.shape.grid;
  const sides = [0, 2, 4, 8, 16].filter((side) => side < Math.min(width, height));
  return (
    <Segmented
      label={t('legend.strata')}
      value={String(strata)}
      options={sides.map((side) => ({
        value: String(side),
        label: side === 0 ? t('legend.strata.off') : `${String(side)}²`,
        about: side === 0 ? t('legend.strata') : t('legend.strata.about', { n: side * side }),
      }))}
      onChange={(value) => {
        setSession({ strata: Number(value) });
      }}
    />
  );
}
