import { FolderOpen } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { Button } from '../../../components/button.tsx';
import { Chips } from '../../../components/chips.tsx';
import { formatNumber, t } from '../../../i18n/index.ts';
import { editCreate } from '../../../state/document.ts';
import { motionIsReduced } from '../../../state/theme.ts';
import { focusPrompt } from '../../create/generate.ts';
import { useEngine } from '../../engine/store.ts';
import { useRuns } from '../../runs/store.ts';
import { openPictureFile } from '../bring-in.ts';

/** Before the first picture: what this place is for, and a few ways to begin. */
export function EmptyState() {
  const model = useEngine((state) => state.model);
  const loaded = useRuns((state) => state.loaded);
  if (!loaded) return null;
  return (
    <div className="empty">
      <div className="empty-card">
        <Opening />
        <h1>{t('empty.title')}</h1>
        <p>{t('empty.text')}</p>
        <Chips
          words={model?.examples?.['text-to-image'] ?? []}
          onPick={(example) => {
            editCreate('example', { prompt: example });
            focusPrompt();
          }}
        />
        <Button variant="quiet" icon={FolderOpen} onClick={openPictureFile}>
          {t('empty.open')}
        </Button>
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
const cell = 14;
const cycle = 7000;

/** Colours of a small scene, cell by cell: sky, sun, hills. */
function sceneColour(x: number, y: number): string {
  if (Math.hypot(x - 11, y - 4.5) < 2.3) return 'hsl(38 92% 66%)';
  const far = 9.2 - 1.6 * Math.sin((x + 1) / 3.1);
  const near = 11.6 - 1.5 * Math.cos((x - 4) / 3.6);
  if (y > near) return `hsl(${String(122 - y)} 30% ${String(44 - (y - near) * 3.2)}%)`;
  if (y > far) return `hsl(168 26% ${String(40 + (far - y) * 2)}%)`;
  return `hsl(${String(214 - y * 2)} ${String(48 - y * 2)}% ${String(42 + y * 3.4)}%)`;
}

/** A number between 0 and 1 that depends on an index only, without a visible pattern. */
function scatter(index: number): number {
  let hash = Math.imul(index ^ 0x9e3779b9, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** When each cell is revealed, as a share of the cycle; few at first, many at the end. */
const moments = Array.from({ length: side * side }, (_, i) => Math.sqrt(scatter(i)));

/** A scene that comes out of its mask token by token: what the model is about to do. */
function Opening() {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const still = motionIsReduced();
    let frame = 0;
    const draw = (now: number): void => {
      const time = still ? 0.52 : (now % cycle) / cycle;
      const share = time < 0.62 ? time / 0.62 : time < 0.86 ? 1 : (1 - time) / 0.14;
      context.clearRect(0, 0, side * cell, side * cell);
      moments.forEach((moment, i) => {
        const x = i % side;
        const y = Math.floor(i / side);
        const age = share - moment;
        context.globalAlpha = 1;
        context.fillStyle = age >= 0 ? sceneColour(x, y) : '#8a8e9626';
        context.fillRect(x * cell, y * cell, cell - 1, cell - 1);
        if (age < 0 || age > 0.05) return;
        context.globalAlpha = 1 - age / 0.05;
        context.strokeStyle = '#5fe3b4';
        context.lineWidth = 2;
        context.strokeRect(x * cell + 1, y * cell + 1, cell - 3, cell - 3);
      });
      if (!still) frame = requestAnimationFrame(draw);
    };
    frame = requestAnimationFrame(draw);
    return () => {
      cancelAnimationFrame(frame);
    };
  }, []);
  return (
    <canvas ref={canvas} className="opening" width={side * cell} height={side * cell} aria-hidden="true" />
  );
}
