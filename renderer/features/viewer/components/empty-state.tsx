import { useEffect, useRef } from 'react';
import { formatNumber, t } from '../../../i18n/index.ts';
import { editCreate } from '../../../state/document.ts';
import { focusPrompt } from '../../create/generate.ts';
import { useEngine } from '../../engine/store.ts';
import { useRuns } from '../../runs/store.ts';

const examples = ['example.1', 'example.2', 'example.3', 'example.4'] as const;

/** Before the first picture: what this place is for, and a few ways to begin. */
export function EmptyState() {
  const model = useEngine((state) => state.model);
  const loaded = useRuns((state) => state.loaded);
  if (!loaded) return null;
  return (
    <div className="empty">
      <Shimmer />
      <div className="empty-card">
        <h1>{t('empty.title')}</h1>
        <p>{t('empty.text')}</p>
        <div className="chips">
          {examples.map((key) => (
            <button
              type="button"
              className="chip"
              key={key}
              onClick={() => {
                editCreate('example', { prompt: t(key) });
                focusPrompt();
              }}
            >
              {t(key)}
            </button>
          ))}
        </div>
        {model ? (
          <p className="empty-facts num">
            {t('empty.facts', {
              size: model.imageSize,
              codes: formatNumber(model.grid.width * model.grid.height),
              steps: model.defaults.steps,
            })}
          </p>
        ) : null}
      </div>
    </div>
  );
}

const side = 16;

/** A canvas of masked cells, a few of which come and go: what the model is about to do. */
function Shimmer() {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
    const offsets = Array.from({ length: side * side }, (_, i) => ((i * 7919) % 997) / 997);
    let frame = 0;
    const draw = (now: number): void => {
      context.clearRect(0, 0, side * 20, side * 20);
      offsets.forEach((offset, i) => {
        const x = i % side;
        const y = Math.floor(i / side);
        const wave = Math.max(0, Math.sin(2 * Math.PI * (now / 9000 + offset)) - 0.72) / 0.28;
        const far = Math.hypot(x - side / 2 + 0.5, y - side / 2 + 0.5) / (side / 2);
        context.fillStyle = `hsl(${String(24 + offset * 30)} 70% 62% / ${String(wave * 0.3)})`;
        context.fillRect(x * 20 + 0.5, y * 20 + 0.5, 19, 19);
        context.fillStyle = `rgb(128 132 142 / ${String(0.09 * Math.max(0.25, 1.1 - far))})`;
        context.fillRect(x * 20 + 0.5, y * 20 + 0.5, 19, 19);
      });
      if (!still) frame = requestAnimationFrame(draw);
    };
    frame = requestAnimationFrame(draw);
    return () => {
      cancelAnimationFrame(frame);
    };
  }, []);
  return <canvas ref={canvas} className="shimmer" width={side * 20} height={side * 20} aria-hidden="true" />;
}
