import { Clock, FileWarning, X } from 'lucide-react';
import { memo, useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { isPictureRequest } from '../../../../electron/contract/request.ts';
import type { RunSummary } from '../../../../electron/contract/runs.ts';
import { IconButton } from '../../../components/button.tsx';
import { ProgressRing } from '../../../components/progress-ring.tsx';
import { Popover } from '../../../components/popover.tsx';
import { formatNumber, t } from '../../../i18n/index.ts';
import { errorWords } from '../../../i18n/studio-words.ts';
import { loadFinal } from '../../playback/loader.ts';
import { finalKey, pictures, stepKey, type Picture } from '../../playback/pictures.ts';
import { PictureCanvas } from '../../playback/components/picture-canvas.tsx';
import { useRecord } from '../../playback/records.ts';
import { showRun, usePlayback } from '../../playback/store.ts';
import { nameOf, seedOf, titleOf } from '../request-words.ts';
import { cancelRun } from '../service.ts';
import { useRuns, type LiveRun } from '../store.ts';
import { dragPictures } from '../../gallery/drag.ts';
import '../results.css';

/** The strip of results: what runs and waits on top, then the finished pictures, newest first. */
export function Results() {
  const order = useRuns((state) => state.order);
  const live = useRuns((state) => state.live);
  const finished = useRuns((state) => state.finished);
  const loaded = useRuns((state) => state.loaded);
  const shown = usePlayback((state) => state.runId);
  const waiting = order.flatMap((id) => live[id] ?? []).filter(({ request }) => isPictureRequest(request));
  const list = useRef<HTMLDivElement>(null);
  const keyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    event.stopPropagation();
    const tiles = [...(list.current?.querySelectorAll<HTMLButtonElement>('.tile-open') ?? [])];
    const at = tiles.indexOf(document.activeElement as HTMLButtonElement);
    const next = tiles[at + (event.key === 'ArrowDown' ? 1 : -1)];
    next?.focus();
    next?.click();
  };
  const focusable =
    waiting.some(({ id }) => id === shown) || finished.some(({ id }) => id === shown) ? shown : null;
  return (
    <section className="results" aria-label={t('results.label')} aria-busy={!loaded}>
      <header>
        {t('results.title')}
        <span className="num">{formatNumber(finished.length)}</span>
        <Problems />
      </header>
      <div className="results-list" ref={list} onKeyDown={keyDown} role="group">
        {waiting.map((run, i) => (
          <LiveTile key={run.id} run={run} place={i} shown={run.id === shown} />
        ))}
        {finished.map((run, i) => (
          <ResultTile
            key={run.id}
            run={run}
            shown={run.id === shown}
            tabbable={focusable === null ? i === 0 : run.id === focusable}
          />
        ))}
        {finished.length === 0 && waiting.length === 0 ? (
          <div className="results-none" aria-hidden="true">
            <i />
            <i />
            <i />
          </div>
        ) : null}
      </div>
    </section>
  );
}

function LiveTile({ run, place, shown }: { run: LiveRun; place: number; shown: boolean }) {
  const { record } = useRecord(run.id);
  const running = run.state === 'running';
  let picture: Picture | undefined;
  for (let step = (record?.reached ?? 0) - 1; step >= 0 && !picture; step--)
    picture = record ? pictures.get(stepKey(record, step)) : undefined;
  return (
    <div className="tile tile-live" data-shown={shown || undefined}>
      <button
        type="button"
        className="tile-open"
        disabled={!record}
        aria-label={
          running
            ? t('results.running', { prompt: nameOf(run.request) })
            : t('results.queued', { prompt: nameOf(run.request) })
        }
        title={titleOf(run.request)}
        onClick={() => {
          showRun(run.id);
        }}
      >
        {picture ? <PictureCanvas size={152} picture={picture} /> : null}
        <span className="tile-state num">
          {running ? (
            <ProgressRing size={26} share={run.steps > 0 ? run.step / run.steps : 0} />
          ) : (
            <>
              <Clock size={14} aria-hidden="true" />
              {place + 1}
            </>
          )}
        </span>
      </button>
      <IconButton
        icon={X}
        size="s"
        side="left"
        className="tile-cancel"
        label={t('results.cancel')}
        disabled={run.cancelling}
        onClick={() => void cancelRun(run.id)}
      />
    </div>
  );
}

interface ResultTileProps {
  run: RunSummary;
  shown: boolean;
  tabbable: boolean;
}

const ResultTile = memo(function ResultTile({ run, shown, tabbable }: ResultTileProps) {
  const button = useRef<HTMLButtonElement>(null);
  const seen = useSeen(button);
  const { version } = useRecord(run.id);
  const picture = pictures.get(finalKey(run.id));
  useEffect(() => {
    if (seen && !pictures.has(finalKey(run.id))) void loadFinal(run.id);
  }, [seen, run.id]);
  useEffect(() => {
    if (shown) button.current?.scrollIntoView({ block: 'nearest' });
  }, [shown]);
  return (
    <div
      className="tile"
      data-shown={shown || undefined}
      data-version={version}
      draggable
      onDragStart={(event) => {
        dragPictures(event, run.id);
      }}
    >
      <button
        ref={button}
        type="button"
        className="tile-open"
        tabIndex={tabbable ? 0 : -1}
        aria-current={shown || undefined}
        aria-label={t('results.open', { prompt: nameOf(run.request), seed: seedOf(run.request) ?? '–' })}
        title={titleOf(run.request)}
        onClick={() => {
          showRun(run.id);
        }}
      >
        {picture ? <PictureCanvas size={152} picture={picture} /> : null}
      </button>
    </div>
  );
});

/** True once an element came near the visible part of its list. */
function useSeen(ref: React.RefObject<HTMLElement | null>): boolean {
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    if (!ref.current || seen) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) setSeen(true);
      },
      { rootMargin: '300px' },
    );
    observer.observe(ref.current);
    return () => {
      observer.disconnect();
    };
  }, [ref, seen]);
  return seen;
}

/** Files that could not be read, why, and what to do: said, not hidden. */
function Problems() {
  const problems = useRuns((state) => state.problems);
  if (problems.length === 0) return null;
  return (
    <Popover
      label={t('results.problems')}
      trigger={
        <IconButton icon={FileWarning} size="s" label={t('results.problems')} className="problems-button" />
      }
    >
      <div className="problems">
        <b>{t('results.problems')}</b>
        <p>{t('results.problems.text')}</p>
        <ul>
          {problems.map(({ file, error }) => (
            <Problem key={file} file={file} words={errorWords(error)} />
          ))}
        </ul>
      </div>
    </Popover>
  );
}

function Problem({ file, words }: { file: string; words: ReturnType<typeof errorWords> }) {
  return (
    <li>
      <span className="mono">{file}</span>
      <span className="problem-said">{words.message}</span>
      {words.cause ? <span className="problem-cause">{words.cause}</span> : null}
      <span>{words.action}</span>
    </li>
  );
}
