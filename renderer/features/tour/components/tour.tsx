import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { keyParts } from '../../../actions/action.ts';
import { useKeyOf } from '../../../actions/keys.ts';
import { Button } from '../../../components/button.tsx';
import { t } from '../../../i18n/index.ts';
import { editCreate, useDocument } from '../../../state/document.ts';
import { userSettings } from '../../../state/user-settings.ts';
import { useEngine } from '../../engine/store.ts';
import { generate } from '../../create/generate.ts';
import { useRecord } from '../../playback/records.ts';
import { togglePlay, usePlayback } from '../../playback/store.ts';
import { useRuns } from '../../runs/store.ts';
import { endTour, goTo, startTour, tourSteps, useTour, type TourStep } from '../store.ts';
import '../tour.css';

/** The part of the window each station points at. */
const targets: Record<TourStep, string | null> = {
  welcome: null,
  prompt: '.prompt',
  generate: '.generate-bar',
  watch: '.viewer',
  scrub: '.timeline',
  done: null,
};

/** The tour of one minute: a real picture is made and walked through. Shown by itself once, on an empty studio. */
export function Tour() {
  const step = useTour((state) => state.step);
  const fresh = useRuns((state) => state.loaded && state.finished.length === 0 && state.order.length === 0);
  const offered = useRef(false);
  useEffect(() => {
    if (!fresh || offered.current) return;
    offered.current = true;
    if (!userSettings().tourSeen) startTour();
  }, [fresh]);
  return step === null ? null : <Station step={step} />;
}

function Station({ step }: { step: TourStep }) {
  const card = useRef<HTMLDivElement>(null);
  const box = useTargetBox(targets[step]);
  const [place, setPlace] = useState({ left: 0, top: 0 });
  useLayoutEffect(() => {
    const size = card.current?.getBoundingClientRect();
    if (size) setPlace(placeBeside(box, size));
  }, [box, step]);
  useEffect(() => {
    card.current?.focus();
  }, [step]);
  useProgress(step);
  return (
    <>
      {box ? (
        <div
          className="tour-ring"
          aria-hidden="true"
          style={{ left: box.left, top: box.top, width: box.width, height: box.height }}
        />
      ) : null}
      <div
        ref={card}
        className="tour-card"
        role="dialog"
        aria-label={t('tour.label')}
        tabIndex={-1}
        style={place}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          endTour();
        }}
      >
        <h2>{t(`tour.${step}.title`)}</h2>
        <p>
          <Words step={step} />
        </p>
        <div className="tour-foot">
          <span className="tour-dots" aria-hidden="true">
            {tourSteps.map((name) => (
              <i key={name} data-on={tourSteps.indexOf(name) <= tourSteps.indexOf(step) || undefined} />
            ))}
          </span>
          {step === 'done' ? null : (
            <Button size="s" variant="quiet" onClick={endTour}>
              {t('tour.skip')}
            </Button>
          )}
          <NextButton step={step} />
        </div>
      </div>
    </>
  );
}

/** Keys as they are now, for the user may have changed them. */
function Words({ step }: { step: TourStep }) {
  const printed = (keys: string | undefined): string => (keys ? keyParts(keys).join(' ') : '–');
  const key = printed(useKeyOf('run.generate'));
  const palette = printed(useKeyOf('app.palette'));
  const shortcuts = printed(useKeyOf('app.shortcuts'));
  if (step === 'generate') return t('tour.generate.text', { key });
  if (step === 'done') return t('tour.done.text', { palette, shortcuts });
  return t(`tour.${step}.text`);
}

function NextButton({ step }: { step: TourStep }) {
  const runId = usePlayback((state) => state.runId);
  const { record } = useRecord(runId);
  if (step === 'watch') {
    const busy = record === null || !record.ended;
    return (
      <Button
        size="s"
        variant="primary"
        disabled={busy}
        onClick={() => {
          goTo('scrub');
          togglePlay();
        }}
      >
        {t(busy ? 'tour.painting' : 'tour.watch.next')}
      </Button>
    );
  }
  const next = (): void => {
    if (step === 'welcome') {
      const example = useEngine.getState().model?.examples?.['text-to-image']?.[0];
      if (example && useDocument.getState().document.create.prompt.trim() === '')
        editCreate('tour', { prompt: example });
      goTo('prompt');
    } else if (step === 'prompt') goTo('generate');
    else if (step === 'generate') void generate();
    else if (step === 'scrub') goTo('done');
    else endTour();
  };
  return (
    <Button size="s" variant="primary" onClick={next}>
      {t(`tour.${step}.next`)}
    </Button>
  );
}

/** The tour follows what the user does by themselves: a run that starts leads on to watching it. */
function useProgress(step: TourStep): void {
  const running = useRuns((state) => state.order.length > 0);
  useEffect(() => {
    if (running && (step === 'prompt' || step === 'generate')) goTo('watch');
  }, [running, step]);
}

function useTargetBox(selector: string | null): DOMRect | null {
  const [box, setBox] = useState<DOMRect | null>(null);
  useLayoutEffect(() => {
    const element = selector === null ? null : document.querySelector(selector);
    const measure = (): void => {
      setBox(element?.getBoundingClientRect() ?? null);
    };
    measure();
    if (!element) return;
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    window.addEventListener('resize', measure);
    return () => {
      observer.disconnect();
      window.removeEventListener('resize', measure);
    };
  }, [selector]);
  return box;
}

const gap = 14;
const margin = 12;

/** Beside the target on the side with most room, inside the window; the middle without a target. */
function placeBeside(target: DOMRect | null, card: DOMRect): { left: number; top: number } {
  const { innerWidth, innerHeight } = window;
  if (!target) return { left: (innerWidth - card.width) / 2, top: (innerHeight - card.height) / 2 };
  const within = (at: number, most: number): number => Math.max(margin, Math.min(most - margin, at));
  const roomLeft = target.left;
  const roomAbove = target.top;
  if (roomLeft > card.width + 2 * gap) {
    return {
      left: target.left - card.width - gap,
      top: within(target.top, innerHeight - card.height),
    };
  }
  if (roomAbove > card.height + 2 * gap) {
    return {
      left: within(target.left + (target.width - card.width) / 2, innerWidth - card.width),
      top: target.top - card.height - gap,
    };
  }
  return {
    left: within(target.left + gap, innerWidth - card.width),
    top: within(target.bottom - card.height - gap, innerHeight - card.height),
  };
}
