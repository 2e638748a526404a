import { useMemo } from 'react';
import { useSession } from '../../state/session.ts';
import { coverCells, finalKey, newCanvas, pictures, stepKey, type Picture } from './pictures.ts';
import type { RunRecord } from './record.ts';
import { useRecord } from './records.ts';
import { usePlayback } from './store.ts';

/** What the canvas shows now. */
export interface Frame {
  runId: string;
  record: RunRecord | null;
  position: number;
  picture: Picture | null;
  /** False while a neighbouring step stands in for the wanted one. */
  exact: boolean;
  version: number;
}

const openCellColour = '#2b2d31';

/** The frame at the playhead, or null when no run is on show. */
export function useFrame(): Frame | null {
  const runId = usePlayback((state) => state.runId);
  const position = usePlayback((state) => state.position);
  const kind = useSession((state) => state.pictureKind);
  const { record, version } = useRecord(runId);
  return useMemo(() => {
    if (runId === null) return null;
    return { runId, record, position, version, ...pictureAt(runId, record, position, kind) };
  }, [runId, record, position, kind, version]);
}

function pictureAt(
  id: string,
  record: RunRecord | null,
  position: number,
  kind: 'x0' | 'committed',
): { picture: Picture | null; exact: boolean } {
  if (!record) return { picture: pictures.get(finalKey(id)) ?? null, exact: true };
  if (position >= record.steps) {
    const picture = pictures.get(finalKey(id));
    if (picture) return { picture, exact: true };
  }
  if (position === 0) return { picture: blank(record), exact: true };
  const found = nearestPicture(record, Math.min(position, record.steps) - 1);
  if (!found) return { picture: blank(record), exact: false };
  const exact = found.step === position - 1;
  if (kind === 'x0') return { picture: found.picture, exact };
  const isOpen = (cell: number): boolean => (record.commitStep[cell] as number) >= position;
  return { picture: coverCells(found.picture, record.shape.grid, isOpen, openCellColour), exact };
}

/** The picture of a step or of the closest one before it. */
function nearestPicture(record: RunRecord, step: number): { picture: Picture; step: number } | null {
  for (let at = step; at >= 0; at--) {
    const picture = pictures.get(stepKey(record.id, at));
    if (picture) return { picture, step: at };
  }
  return null;
}

function blank(record: RunRecord): Picture {
  const { width, height } = record.shape.image;
  const source = newCanvas(width, height);
  const context = source.getContext('2d');
  if (context) {
    context.fillStyle = openCellColour;
    context.fillRect(0, 0, width, height);
  }
  return { source, width, height };
}
