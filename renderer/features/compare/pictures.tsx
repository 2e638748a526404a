import { useEffect, useRef } from 'react';
import { rampColour } from '../../canvas/colour-maps.ts';
import { t } from '../../i18n/index.ts';
import { wishForSteps } from '../playback/loader.ts';
import { finalKey, pictures, stepKey } from '../playback/pictures.ts';
import type { RunRecord } from '../playback/record.ts';
import { nameOf } from '../runs/request-words.ts';
import type { Comparison } from './measures.ts';

/** Pixels a side of the pictures and maps; CSS scales them. */
const side = 1024;
const blank = '#2b2d31';

/** The picture of a run at a position, open tokens blank. */
export function RunPicture({
  record,
  position,
  version,
}: {
  record: RunRecord;
  position: number;
  version: number;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (position > 0 && position < record.steps) wishForSteps(`compare ${record.id}`, record, [position - 1]);
  }, [record, position]);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    context.fillStyle = blank;
    context.fillRect(0, 0, side, side);
    const found = pictureOf(record, position);
    if (!found) return;
    context.imageSmoothingQuality = 'high';
    // Of a result of another size, what lies under the model's square.
    const { picture, final } = found;
    const [left, top, right, bottom] = (final ? record.shape.result?.square : undefined) ?? [
      0,
      0,
      picture.width,
      picture.height,
    ];
    context.drawImage(picture.source, left, top, right - left, bottom - top, 0, 0, side, side);
    const { width, height } = record.shape.grid;
    context.fillStyle = blank;
    for (let cell = 0; cell < record.codes; cell++) {
      if (record.isGiven(cell) || (record.commitStep[cell] ?? 0) < position) continue;
      const x = Math.floor(((cell % width) * side) / width);
      const y = Math.floor((Math.floor(cell / width) * side) / height);
      context.fillRect(x, y, Math.ceil(side / width), Math.ceil(side / height));
    }
  }, [record, position, version]);
  return (
    <canvas
      ref={canvas}
      width={side}
      height={side}
      className="compare-picture"
      role="img"
      aria-label={nameOf(record.shape.request)}
    />
  );
}

function pictureOf(record: RunRecord, position: number) {
  if (position >= record.steps) {
    const final = pictures.get(finalKey(record.id));
    if (final) return { picture: final, final: true };
  }
  for (let step = Math.min(position, record.steps) - 1; step >= 0; step--) {
    const picture = pictures.get(stepKey(record, step));
    if (picture) return { picture, final: false };
  }
  return undefined;
}

/** Colours of the four states of a comparison: open, open in one, same, different. */
const stateColours = ['#23262b', '#4a5160', '#2f9e77', '#e8703a'] as const;

interface MapProps {
  grid: { width: number; height: number };
  comparison: Comparison;
  kind: 'agreement' | 'order';
}

/** Where two runs agree, or which of them commits a token earlier; differing tokens are crossed out as well. */
export function DifferenceMap({ grid, comparison, kind }: MapProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height } = grid;
  const { states, later } = comparison;
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    context.clearRect(0, 0, side, side);
    for (let cell = 0; cell < width * height; cell++) {
      const x = ((cell % width) * side) / width;
      const y = (Math.floor(cell / width) * side) / height;
      const [w, h] = [side / width, side / height];
      if (kind === 'agreement') {
        const state = states[cell] ?? 0;
        context.fillStyle = stateColours[state as 0 | 1 | 2 | 3];
        context.fillRect(x, y, w + 0.5, h + 0.5);
        if (state !== 3) continue;
        context.strokeStyle = '#000000a0';
        context.lineWidth = side / 400;
        context.beginPath();
        context.moveTo(x + w * 0.25, y + h * 0.75);
        context.lineTo(x + w * 0.75, y + h * 0.25);
        context.stroke();
        continue;
      }
      const value = later[cell] ?? NaN;
      if (Number.isNaN(value)) continue;
      const [r, g, b] = rampColour('order', (value + 1) / 2);
      context.fillStyle = `rgb(${r.toFixed(0)} ${g.toFixed(0)} ${b.toFixed(0)})`;
      context.fillRect(x, y, w + 0.5, h + 0.5);
    }
  }, [states, later, kind, width, height]);
  return (
    <>
      <canvas
        ref={canvas}
        width={side}
        height={side}
        className="compare-picture"
        role="img"
        aria-label={t(`lockstep.${kind}.about`)}
      />
      {kind === 'agreement' ? (
        <ul className="compare-key">
          {(['open', 'one', 'same', 'different'] as const).map((state, i) => (
            <li key={state}>
              <i style={{ background: stateColours[i as 0 | 1 | 2 | 3] }} aria-hidden="true" />
              {t(`lockstep.state.${state}`)}
            </li>
          ))}
        </ul>
      ) : (
        <p className="compare-key">{t('lockstep.order.key')}</p>
      )}
    </>
  );
}
