import { useMemo } from 'react';
import type { Page } from '../../canvas/image-module.ts';
import type { PixelRect } from '../../canvas/mask/mask.ts';
import { useCanvasPicture, type CanvasPicture } from '../../canvas/selection-api.ts';
import { useSession } from '../../state/session.ts';
import { useFrame, type Frame } from '../playback/frame.ts';
import { finalKey, pictures, type Picture } from '../playback/pictures.ts';
import type { RunShape } from '../playback/record.ts';
import { useBefore, useStill } from './stills.ts';
import { stagedRuns } from './staging.ts';

/** What the canvas shows: a run at a step, a picture of the library, or an empty page. */
export interface Shown {
  /** The run on show, if any. */
  frame: Frame | null;
  picture: CanvasPicture | null;
  /** What is drawn, in pixels of the picture that masks and boxes are about. */
  page: Page;
  /** What it is compared with. */
  before: Page | null;
  /** Where the codes of the run on show lie. */
  square: PixelRect | null;
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
      const shape = frame.record?.shape;
      const size = shape?.result ?? frame.picture ?? shape?.image;
      if (!size) return picture && show(frame, picture, blank(picture), before, staged);
      const place = placeOf(shape, size, staged);
      const page = pageOf(frame, place, before);
      return show(frame, picture, page, before, staged, place.square);
    }
    if (!picture) return frame && show(frame, picture, blank({ width: 1, height: 1 }), before, staged);
    const shape = frame?.record?.shape;
    const square = shape && placeOf(shape, shape.result ?? shape.image, staged).square;
    return show(frame, picture, still ? whole(still) : blank(picture), before, false, square);
  }, [frame, stands, picture, still, before, staged]);
}

function show(
  frame: Frame | null,
  picture: CanvasPicture | null,
  page: Page,
  before: Picture | null,
  staged: boolean,
  square: PixelRect | null = null,
): Shown {
  return {
    frame,
    picture,
    page,
    before: before && beside(before, frame, page.bounds, staged),
    square,
    staged,
  };
}

interface Size {
  width: number;
  height: number;
}

function rectOf({ width, height }: Size): PixelRect {
  return { x0: 0, y0: 0, x1: width, y1: height };
}

function blank(size: Size): Page {
  return { bounds: rectOf(size), parts: [] };
}

function whole(picture: Picture): Page {
  const bounds = rectOf(picture);
  return { bounds, parts: [{ source: picture.source, ...bounds }] };
}

function shifted({ x0, y0, x1, y1 }: PixelRect, dx: number, dy: number): PixelRect {
  return { x0: x0 + dx, y0: y0 + dy, x1: x1 + dx, y1: y1 + dy };
}

/** How far the source of an extended picture lies inside of it. */
function inset(shape: RunShape | undefined): { left: number; top: number } {
  const request = shape?.request;
  return (request?.task === 'edit' ? request.extend : undefined) ?? { left: 0, top: 0 };
}

/**
 * Where a result and its codes lie: over the picture it was made from while it is staged, where an extended one reaches
 * beyond it on all sides, and at the origin once it is the picture itself.
 */
export function placeOf(
  shape: RunShape | undefined,
  size: Size,
  staged: boolean,
): { bounds: PixelRect; square: PixelRect } {
  const { left, top } = staged ? inset(shape) : { left: 0, top: 0 };
  const [x0, y0, x1, y1] = shape?.result?.square ?? [0, 0, size.width, size.height];
  return {
    bounds: shifted(rectOf(size), 0 - left, 0 - top),
    square: shifted({ x0, y0, x1, y1 }, 0 - left, 0 - top),
  };
}

/** A run at a step: the finished picture, or what the model's square showed then, over what is beside it. */
function pageOf(
  frame: Frame,
  { bounds, square }: { bounds: PixelRect; square: PixelRect },
  before: Picture | null,
): Page {
  const { picture, final, record, runId } = frame;
  if (!picture) return { bounds, parts: [] };
  if (final || !record?.shape.result) return { bounds, parts: [{ source: picture.source, ...bounds }] };
  const finished = pictures.get(finalKey(runId));
  const { left, top } = inset(record.shape);
  const source = before && shifted(rectOf(before), bounds.x0 + left, bounds.y0 + top);
  const ground = finished
    ? [{ source: finished.source, ...bounds }]
    : before && source
      ? [{ source: before.source, ...source }]
      : [];
  return { bounds, parts: [...ground, { source: picture.source, ...square }] };
}

/** The picture before in its place: where it lay in an extended one, else over all of what is shown. */
function beside(before: Picture, frame: Frame | null, bounds: PixelRect, staged: boolean): Page {
  const shape = frame?.record?.shape;
  const { request } = shape ?? {};
  if (request?.task !== 'edit' || !request.extend)
    return { bounds, parts: [{ source: before.source, ...bounds }] };
  const { left, top } = staged ? { left: 0, top: 0 } : inset(shape);
  return { bounds, parts: [{ source: before.source, ...shifted(rectOf(before), left, top) }] };
}
