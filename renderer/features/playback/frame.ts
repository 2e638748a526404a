import { useMemo } from 'react';
import { useSession } from '../../state/session.ts';
import { coverCells, finalKey, newCanvas, pictures, stepKey, type Picture } from './pictures.ts';
import type { RunFilm } from './film.ts';
import type { RunRecord } from './record.ts';
import { useFilm } from './records.ts';
import { usePlayback } from './store.ts';

/** What the canvas shows now. */
export interface Frame {
  runId: string;
  record: RunRecord | null;
  /** Finished steps of `record`. */
  position: number;
  picture: Picture | null;
  /** The picture is the finished result; otherwise it is what the model's square showed at a step. */
  final: boolean;
  /** False while a neighbouring step stands in for the wanted one. */
  exact: boolean;
  version: number;
}

const openCellColour = '#2b2d31';

/** The frame at the playhead, or null when no run is on show. */
export function useFrame(): Frame | null {
  const runId = usePlayback((state) => state.runId);
  // While an answer has the timeline, the picture stays as it ended.
  const position = usePlayback((state) =>
    state.textRun === null ? state.position : Number.MAX_SAFE_INTEGER,
  );
  const kind = useSession((state) => state.pictureKind);
  const { film, version } = useFilm(runId);
  return useMemo(() => {
    if (runId === null) return null;
    const { record, local } = film ? pictureRecordAt(film, position) : { record: null, local: position };
    return { runId, record, position: local, version, ...pictureAt(runId, film, record, local, kind) };
  }, [runId, film, position, kind, version]);
}

/**
 * The picture a position of the film is about: while a plan is written the one it is for, still empty; while the model
 * judges the one it judges.
 */
export function pictureRecordAt(
  film: RunFilm,
  position: number,
): { record: RunRecord | null; local: number } {
  const place = film.place(position);
  if (!place) return { record: film.record, local: 0 };
  if (place.scene.kind === 'picture') return { record: place.scene.record, local: place.local };
  const pictures = film.scenes.flatMap((scene, index) =>
    scene.kind === 'picture' ? [{ scene, index }] : [],
  );
  if (place.scene.record.purpose === 'critique') {
    const judged = pictures.findLast(({ index }) => index < place.index)?.scene.record ?? null;
    return { record: judged, local: judged?.reached ?? 0 };
  }
  const planned = pictures.find(({ index }) => index > place.index)?.scene.record;
  return { record: planned ?? film.record, local: 0 };
}

function pictureAt(
  id: string,
  film: RunFilm | null,
  record: RunRecord | null,
  position: number,
  kind: 'x0' | 'committed',
): Pick<Frame, 'picture' | 'final' | 'exact'> {
  if (!record) return { picture: pictures.get(finalKey(id)) ?? null, final: true, exact: true };
  if (position >= record.steps && record === film?.record) {
    const picture = pictures.get(finalKey(id));
    if (picture) return { picture, final: true, exact: true };
  }
  const first = pictures.get(stepKey(record, 0));
  if (position === 0) return { picture: opening(record, first), final: false, exact: true };
  const found = nearestPicture(record, Math.min(position, record.steps) - 1);
  if (!found) return { picture: opening(record, first), final: false, exact: false };
  const exact = found.step === position - 1;
  if (kind === 'x0') return { picture: found.picture, final: false, exact };
  const isOpen = (cell: number): boolean =>
    !record.isGiven(cell) && (record.commitStep[cell] as number) >= position;
  const picture = coverCells(found.picture, record.shape.grid, isOpen, openCellColour);
  return { picture, final: false, exact };
}

/** The picture of a step or of the closest one before it. */
function nearestPicture(record: RunRecord, step: number): { picture: Picture; step: number } | null {
  for (let at = step; at >= 0; at--) {
    const picture = pictures.get(stepKey(record, at));
    if (picture) return { picture, step: at };
  }
  return null;
}

/** Before the first step: what was given, and the rest blank. */
function opening(record: RunRecord, first: Picture | undefined): Picture {
  if (!first) return blank(record);
  return coverCells(first, record.shape.grid, (cell) => !record.isGiven(cell), openCellColour);
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
