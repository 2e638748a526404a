import { memo, useEffect, useMemo, useRef } from 'react';
import { useElementSize } from '../../../components/use-element-size.ts';
import { wishForSteps } from '../loader.ts';
import { finalKey, newCanvas, pictures, stepKey, type Picture } from '../pictures.ts';
import type { RunRecord } from '../record.ts';
import { getFilm } from '../records.ts';

/** Red, green, blue, opacity over an open code. */
const openColour = [17, 18, 20, 214] as const;

interface FilmStripProps {
  record: RunRecord;
  version: number;
  width: number;
}

/** Pictures of the run at even distances; each shows the step at its middle, with the codes still open darkened. */
export const FilmStrip = memo(function FilmStrip({ record, version, width }: FilmStripProps) {
  const strip = useRef<HTMLDivElement>(null);
  const { height } = useElementSize(strip);
  const { image } = record.shape;
  const wide = Math.max(30, (height * image.width) / image.height);
  const count = Math.max(1, Math.round(width / wide));
  const steps = useMemo(
    () =>
      Array.from({ length: count }, (_, i) =>
        Math.min(record.steps - 1, Math.max(0, Math.round(((i + 0.5) / count) * record.steps) - 1)),
      ),
    [count, record],
  );
  useEffect(() => {
    // Evenly thinned first, so that a slow decoder gives an impression of the whole early.
    const coarse = steps.filter((_, i) => i % 4 === 0);
    const rest = steps.filter((_, i) => i % 4 !== 0);
    if (record.ended) wishForSteps(`strip ${String(record.round)}`, record, [...coarse, ...rest]);
  }, [steps, record, record.ended]);
  // A frame is filled once the run has got past its left edge.
  const reached = (i: number): boolean => (i / count) * record.steps < record.reached;
  return (
    <div className="film" ref={strip} aria-hidden="true">
      {height > 0
        ? steps.map((step, i) => (
            <Thumb
              key={i}
              record={record}
              step={Math.min(step, record.reached - 1)}
              picture={reached(i) ? pictureOf(record, step) : undefined}
              version={version}
              empty={!reached(i)}
            />
          ))
        : null}
    </div>
  );
});

/** The picture of a step, or while it is not there that of the closest one before. */
function pictureOf(record: RunRecord, step: number): Picture | undefined {
  const isResult = step === record.steps - 1 && getFilm(record.id)?.record === record;
  // A result of another size shows more than the square whose steps these are.
  const final = isResult && !record.shape.result ? pictures.get(finalKey(record.id)) : undefined;
  if (final) return final;
  for (let at = Math.min(step, record.reached - 1); at >= 0; at--) {
    const picture = pictures.get(stepKey(record, at));
    if (picture) return picture;
  }
  return undefined;
}

/** One pixel a code, dark where a step left it open. */
function openCells(record: RunRecord, step: number): HTMLCanvasElement {
  const { width, height } = record.shape.grid;
  const canvas = newCanvas(width, height);
  const cover = new ImageData(width, height);
  for (let cell = 0; cell < record.codes; cell++) {
    if (!record.isGiven(cell) && (record.commitStep[cell] as number) > step)
      cover.data.set(openColour, cell * 4);
  }
  canvas.getContext('2d')?.putImageData(cover, 0, 0);
  return canvas;
}

interface ThumbProps {
  record: RunRecord;
  /** The step whose open codes are darkened. */
  step: number;
  picture: Picture | undefined;
  version: number;
  empty: boolean;
}

const Thumb = memo(
  function Thumb({ record, step, picture, empty }: ThumbProps) {
    const canvas = useRef<HTMLCanvasElement>(null);
    const { width, height } = useElementSize(canvas);
    useEffect(() => {
      const element = canvas.current;
      if (!element || width === 0 || height === 0) return;
      const ratio = window.devicePixelRatio;
      element.width = Math.round(width * ratio);
      element.height = Math.round(height * ratio);
      const context = element.getContext('2d');
      if (!context || !picture) return;
      context.imageSmoothingQuality = 'high';
      // Covers the frame, cut at the sides or at top and bottom.
      const scale = Math.max(element.width / picture.width, element.height / picture.height);
      const w = element.width / scale;
      const h = element.height / scale;
      const left = (picture.width - w) / 2;
      const top = (picture.height - h) / 2;
      context.drawImage(picture.source, left, top, w, h, 0, 0, element.width, element.height);
      const { grid } = record.shape;
      const x = grid.width / picture.width;
      const y = grid.height / picture.height;
      context.imageSmoothingEnabled = false;
      context.drawImage(
        openCells(record, step),
        left * x,
        top * y,
        w * x,
        h * y,
        0,
        0,
        element.width,
        element.height,
      );
    }, [record, step, picture, width, height]);
    return (
      <canvas
        ref={canvas}
        className="thumb"
        data-empty={empty || undefined}
        data-waiting={(!empty && !picture) || undefined}
      />
    );
  },
  (before, after) =>
    before.picture === after.picture && before.step === after.step && before.empty === after.empty,
);
