import { useMemo } from 'react';
import { useCanvasPicture, type CanvasPicture } from '../../canvas/selection-api.ts';
import { useSession } from '../../state/session.ts';
import { useFrame, type Frame } from '../playback/frame.ts';
import type { Picture } from '../playback/pictures.ts';
import { useBefore, useStill } from './stills.ts';
import { stagedRuns } from './staging.ts';

/** What the canvas shows: a run at a step, a picture of the library, or an empty page. */
export interface Shown {
  /** The run on show, if any. */
  frame: Frame | null;
  picture: CanvasPicture | null;
  /** Pixels to draw; `source` is null for an empty page. */
  drawn: Picture | { source: null; width: number; height: number };
  /** What it is compared with. */
  before: Picture | null;
  /** The frame is a result that lies over `before`. */
  staged: boolean;
}

/** What the canvas shows, or null before there is anything. */
export function useShown(): Shown | null {
  const frame = useFrame();
  const picture = useCanvasPicture((state) => state.picture);
  const staged = useSession((state) => stagedRuns(state, picture).includes(frame?.runId ?? ''));
  const before = useStill(useBefore());
  // A staged result that has nothing to show yet leaves the picture it will lie over in sight.
  const stands = !frame || (staged && !frame.picture);
  const still = useStill(stands ? picture : null);
  return useMemo(() => {
    if (frame && !stands) {
      const size = frame.picture ?? frame.record?.shape.image;
      if (!size) return picture && { frame, picture, drawn: pageOf(picture), before, staged };
      const drawn = frame.picture ?? { source: null, width: size.width, height: size.height };
      return { frame, picture, drawn, before, staged };
    }
    if (!picture)
      return frame && { frame, picture, drawn: { source: null, width: 1, height: 1 }, before, staged };
    return { frame, picture, drawn: still ?? pageOf(picture), before, staged: false };
  }, [frame, stands, picture, still, before, staged]);
}

function pageOf({ width, height }: CanvasPicture): Shown['drawn'] {
  return { source: null, width, height };
}
