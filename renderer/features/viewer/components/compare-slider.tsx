import { useRef, type KeyboardEvent, type PointerEvent } from 'react';
import type { PixelRect } from '../../../canvas/mask/mask.ts';
import { useViewport } from '../../../canvas/current.ts';
import { formatNumber, t } from '../../../i18n/index.ts';
import { setSplit, useCompare } from '../compare.ts';

const step = 0.02;

/** The line between before and after; drag it, or move it with the arrows. */
export function CompareSlider({ x0, y0, x1, y1 }: PixelRect) {
  const split = useCompare((state) => state.split);
  const viewport = useViewport();
  const { scale } = viewport;
  const [x, y] = [viewport.x + x0 * scale, viewport.y + y0 * scale];
  const [width, height] = [x1 - x0, y1 - y0];
  const handle = useRef<HTMLDivElement>(null);
  const move = (event: PointerEvent): void => {
    const box = handle.current?.parentElement?.getBoundingClientRect();
    if (box && event.buttons === 1) setSplit((event.clientX - box.left - x) / (width * scale));
  };
  const byKey = (event: KeyboardEvent): void => {
    const to = {
      ArrowLeft: split - step,
      ArrowRight: split + step,
      Home: 0,
      End: 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    setSplit(to);
  };
  return (
    <div
      ref={handle}
      className="compare-line"
      role="slider"
      tabIndex={0}
      aria-label={t('compare.split')}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(split * 100)}
      aria-valuetext={t('unit.percent', { n: formatNumber(split * 100) })}
      style={{
        left: x + split * width * scale,
        top: Math.max(0, y),
        height: height * scale + Math.min(0, y),
      }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={move}
      onKeyDown={byKey}
    >
      <span className="compare-tag compare-tag-before">{t('compare.before')}</span>
      <i aria-hidden="true" />
      <span className="compare-tag compare-tag-after">{t('compare.after')}</span>
    </div>
  );
}
