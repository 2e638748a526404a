import { useMemo } from 'react';
import type { TokenOverlay } from '../../canvas/token-overlay-module.ts';
import { formatNumber } from '../../i18n/index.ts';
import type { OverlayName } from '../../state/session.ts';
import type { Frame } from '../playback/frame.ts';
import { notCommitted, statesAt, type RunRecord } from '../playback/record.ts';

/** What a code's confidence or entropy is at a position: of its draft while open, of its choice once committed. */
export function valueAt(
  record: RunRecord,
  position: number,
  cell: number,
  what: 'confidence' | 'entropy',
): number {
  const committed = record.commitStep[cell] as number;
  const isCommitted = committed < position;
  if (isCommitted && what === 'confidence') return record.commitConfidence[cell] as number;
  const data = record.step(isCommitted ? committed : position - 1);
  return data ? (data[what][cell] as number) : NaN;
}

/** Upper end of the entropy map, nats: the most undecided any code of the run was, rounded up to a half. */
export function entropyTop(record: RunRecord): number {
  return Math.max(0.5, Math.ceil(record.maxEntropy * 2) / 2);
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
  const top = name === 'entropy' ? entropyTop(record) : 1;
  for (let cell = 0; cell < record.codes; cell++) shares[cell] = valueAt(record, position, cell, name) / top;
  return {
    kind: 'heat',
    ramp: name,
    shares,
    label: (cell) => formatNumber((shares[cell] as number) * top, name === 'entropy' ? 1 : 2),
  };
}
