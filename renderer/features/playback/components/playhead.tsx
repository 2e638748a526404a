import { useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { t } from '../../../i18n/index.ts';
import type { RunFilm } from '../film.ts';
import { seek, stepBy, usePlayback } from '../store.ts';

interface PlayheadProps {
  film: RunFilm;
  width: number;
  position: number;
}

/** The playhead is a slider; the whole area is its track. */
export function Playhead({ film, width, position }: PlayheadProps) {
  const [hover, setHover] = useState<number | null>(null);
  const dragging = useRef(false);
  const { steps, reached } = film;
  const stepAt = (event: PointerEvent<HTMLDivElement>): number => {
    const box = event.currentTarget.getBoundingClientRect();
    return film.positionAt((event.clientX - box.left) / box.width);
  };
  const x = (at: number): number => film.shareOf(at) * width;
  const keyDown = (event: KeyboardEvent): void => {
    const jump = event.shiftKey ? 5 : 1;
    if (event.key === 'ArrowLeft') stepBy(-jump);
    else if (event.key === 'ArrowRight') stepBy(jump);
    else if (event.key === 'Home') seek(0);
    else if (event.key === 'End') seek(steps);
    else return;
    event.preventDefault();
  };
  const text = t('timeline.position', { step: position, steps });
  const place = film.place(position);
  return (
    <div
      className="scrub"
      role="slider"
      tabIndex={0}
      aria-label={t('timeline.playhead')}
      aria-valuemin={0}
      aria-valuemax={steps}
      aria-valuenow={position}
      aria-valuetext={text}
      onKeyDown={keyDown}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        dragging.current = true;
        usePlayback.setState({ playing: false });
        seek(stepAt(event));
      }}
      onPointerMove={(event) => {
        const at = stepAt(event);
        setHover(at);
        if (dragging.current) seek(at);
      }}
      onPointerUp={() => {
        dragging.current = false;
      }}
      onPointerLeave={() => {
        setHover(null);
      }}
    >
      {reached < steps ? (
        <div className="ahead" style={{ left: `${String(x(reached))}px` }} aria-hidden="true" />
      ) : null}
      {hover !== null && hover !== position && hover >= 0 && hover <= reached ? (
        <div
          className="hover-line"
          style={{ transform: `translateX(${String(x(hover))}px)` }}
          aria-hidden="true"
        />
      ) : null}
      <div
        className="playhead"
        style={{ transform: `translateX(${String(x(position))}px)` }}
        aria-hidden="true"
      >
        <span className="num" data-flip={x(position) > width - 60 || undefined}>
          {place?.local ?? position}
        </span>
      </div>
    </div>
  );
}
