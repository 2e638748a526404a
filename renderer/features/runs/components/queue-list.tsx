import { GripVertical, LoaderCircle, X } from 'lucide-react';
import { useState, type KeyboardEvent } from 'react';
import { IconButton } from '../../../components/button.tsx';
import { t } from '../../../i18n/index.ts';
import { phaseName } from '../phases.ts';
import { nameOf, seedOf, titleOf } from '../request-words.ts';
import { cancelRun, moveRun } from '../service.ts';
import type { LiveRun } from '../store.ts';

/** Keys that move a waiting run. */
function newPlace(key: string, place: number, waiting: number): number | null {
  switch (key) {
    case 'ArrowUp':
      return Math.max(0, place - 1);
    case 'ArrowDown':
      return Math.min(waiting - 1, place + 1);
    case 'Home':
      return 0;
    case 'End':
      return waiting - 1;
    default:
      return null;
  }
}

interface QueueListProps {
  runs: readonly LiveRun[];
  announce: (words: string) => void;
}

/** What runs and what waits; waiting ones change their place by dragging or with the arrow keys. */
export function QueueList({ runs, announce }: QueueListProps) {
  const [dragged, setDragged] = useState<string | null>(null);
  const [over, setOver] = useState<string | null>(null);
  const waiting = runs.filter(({ state }) => state === 'queued');
  const put = (run: LiveRun, to: number): void => {
    if (waiting.indexOf(run) === to) return;
    void moveRun(run.id, to);
    announce(t('queue.moved', { prompt: nameOf(run.request), place: to + 1, total: waiting.length }));
  };
  const keyDown = (event: KeyboardEvent, run: LiveRun): void => {
    const to = newPlace(event.key, waiting.indexOf(run), waiting.length);
    if (to === null) return;
    event.preventDefault();
    event.stopPropagation();
    put(run, to);
  };
  return (
    <ol>
      {runs.map((run) => {
        const title = titleOf(run.request);
        const queued = run.state === 'queued';
        return (
          <li
            key={run.id}
            data-over={over === run.id || undefined}
            data-dragged={dragged === run.id || undefined}
            onDragOver={(event) => {
              if (dragged === null || !queued) return;
              event.preventDefault();
              setOver(run.id);
            }}
            onDrop={(event) => {
              event.preventDefault();
              const moved = waiting.find(({ id }) => id === dragged);
              if (moved) put(moved, waiting.indexOf(run));
              setOver(null);
              setDragged(null);
            }}
          >
            {queued ? (
              <button
                type="button"
                className="queue-handle"
                draggable
                aria-label={t('queue.handle', { prompt: nameOf(run.request) })}
                onKeyDown={(event) => {
                  keyDown(event, run);
                }}
                onDragStart={(event) => {
                  event.dataTransfer.effectAllowed = 'move';
                  event.dataTransfer.setData('text/plain', title);
                  setDragged(run.id);
                }}
                onDragEnd={() => {
                  setDragged(null);
                  setOver(null);
                }}
              >
                <GripVertical size={14} aria-hidden="true" />
              </button>
            ) : (
              <span className="queue-handle">
                <LoaderCircle size={14} className="spin" aria-hidden="true" />
              </span>
            )}
            <span className="queue-prompt" title={title}>
              {title}
            </span>
            <small className="num">
              {run.state === 'running' && run.phase === 'unmask'
                ? t('run.ofSteps', { step: run.step, steps: run.steps })
                : phaseName(run.phase)}
              {' · '}
              {t('queue.seed', { seed: seedOf(run.request) ?? '–' })}
            </small>
            <IconButton
              icon={X}
              size="s"
              side="left"
              label={t('results.cancel')}
              disabled={run.cancelling}
              onClick={() => void cancelRun(run.id)}
            />
          </li>
        );
      })}
    </ol>
  );
}
