import { useMemo } from 'react';
import type { TokenOverlay } from '../../canvas/token-overlay-module.ts';
import { formatNumber } from '../../i18n/index.ts';
import type { OverlayName } from '../../state/session.ts';
import type { Frame } from '../playback/frame.ts';
import { notCommitted, statesAt, type RunRecord } from '../playback/record.ts';

type Measure = 'confidence' | 'entropy' | 'guidance';

/**
 * What a code's confidence, entropy or guidance is at a position: of its draft while open, of its choice once committed;
 * NaN where it is not known or the code was given.
 */
export function valueAt(record: RunRecord, position: number, cell: number, what: Measure): number {
  if (record.isGiven(cell)) return NaN;
  const committed = record.commitStep[cell] as number;
  const isCommitted = committed < position;
  if (isCommitted && what === 'confidence') return record.commitConfidence[cell] as number;
  const data = record.step(isCommitted ? committed : position - 1);
  return data?.[what === 'guidance' ? 'guidanceDelta' : what]?.[cell] ?? NaN;
}

/** Upper end of a map: 1 for confidence; for the others the most any code of the run had, rounded up to a half. */
export function topOf(record: RunRecord, what: Measure): number {
  if (what === 'confidence') return 1;
  const most = what === 'entropy' ? record.maxEntropy : record.maxGuidance;
  return Math.max(0.5, Math.ceil(most * 2) / 2);
}

/** The overlay of a frame, or null when there is nothing to lay over it. */
export function useOverlay(frame: Frame | null, name: OverlayName): TokenOverlay | null {
  return useMemo(() => {
    if (!frame?.record || name === 'none') return null;
    return overlayOf(frame.record, frame.position, name);
  }, [frame, name]);
}

function overlayOf(record: RunRecord, position: number, name: Exclude<OverlayName, 'none'>): TokenOverlay {
  if (name === 'states') return { kind: 'states', states: statesAt(record, position) };
  const shares = new Float32Array(record.codes);
  if (name === 'order') {
    const last = Math.max(1, record.steps - 1);
    for (let cell = 0; cell < record.codes; cell++) {
      const step = record.commitStep[cell] as number;
      shares[cell] = step === notCommitted ? NaN : step / last;
    }
    return {
      kind: 'heat',
      ramp: name,
      shares,
      label: (cell) => String((record.commitStep[cell] as number) + 1),
    };
  }
  const top = topOf(record, name);
  for (let cell = 0; cell < record.codes; cell++) shares[cell] = valueAt(record, position, cell, name) / top;
  return {
    kind: 'heat',
    ramp: name,
    shares,
    label: (cell) => formatNumber((shares[cell] as number) * top, name === 'confidence' ? 2 : 1),
  };
}
