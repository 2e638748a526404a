import { CircleCheck, CircleX, TriangleAlert } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { FitTask, MemoryFit } from '../../../../electron/contract/hardware.ts';
import type { GenerationRequest } from '../../../../electron/contract/request.ts';
import { t } from '../../../i18n/index.ts';
import { useEngine } from '../../engine/store.ts';
import { adviceWords, needWords } from '../fit-words.ts';
import { readFit, useHardware } from '../store.ts';
import '../hardware.css';

const icons = { fits: CircleCheck, tight: TriangleAlert, 'will-not-fit': CircleX };

/** Fits, tight or will not fit: by shape, word and colour; with a task, of which task that is said. */
export function FitBadge({ fit, task }: { fit: MemoryFit; task?: FitTask }) {
  const Icon = icons[fit.verdict];
  const verdict = t(`fit.${fit.verdict}`);
  return (
    <span className="fit-badge" data-verdict={fit.verdict} title={needWords(fit)}>
      <Icon size={13} aria-hidden="true" />
      {task ? t('fit.of', { task: t(`fit.task.${task}`), verdict }) : verdict}
    </span>
  );
}

/** Before a run that is tight, will not fit, or may lack graphics memory: that, why, and what needs less. */
export function FitNote({ fit }: { fit: MemoryFit | null }) {
  if (!fit || (fit.verdict === 'fits' && !lacksGraphics(fit))) return null;
  return (
    <div className="fit-note" data-verdict={fit.verdict} role="note">
      <FitBadge fit={fit} />
      <p>
        {needWords(fit)} {adviceWords(fit)}
      </p>
    </div>
  );
}

function lacksGraphics({ graphics }: MemoryFit): boolean {
  return graphics !== null && graphics.haveBytes !== null && graphics.haveBytes < graphics.needBytes;
}

/** The same of a task with its usual settings. */
export function TaskFit({ task }: { task: FitTask }) {
  return <FitNote fit={useHardware(({ fits }) => fits.find((each) => each.task === task)?.fit) ?? null} />;
}

/**
 * Whether a request has room, asked again when what decides it changes.
 * @param key what decides it
 */
export function useRequestFit(key: string, request: () => GenerationRequest): MemoryFit | null {
  const [fit, setFit] = useState<MemoryFit | null>(null);
  const ready = useEngine((state) => state.status?.model?.fingerprint);
  const revision = useHardware((state) => state.revision);
  useEffect(() => {
    if (ready === undefined) return;
    let current = true;
    void readFit(request()).then((found) => {
      if (current) setFit(found);
    });
    return () => {
      current = false;
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the key stands for the request
  }, [ready, revision, key]);
  return ready === undefined ? null : fit;
}
