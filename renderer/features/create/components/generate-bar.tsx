import { ListPlus, Minus, Plus, Sparkles, Square } from 'lucide-react';
import { useShallow } from 'zustand/react/shallow';
import { Button, IconButton } from '../../../components/button.tsx';
import { Kbd } from '../../../components/kbd.tsx';
import { t } from '../../../i18n/index.ts';
import { limits, setSession, useSession } from '../../../state/session.ts';
import { cancelRun } from '../../runs/service.ts';
import { runningRun, useRuns } from '../../runs/store.ts';
import { generate } from '../generate.ts';

/** Generate, or Cancel with the progress of the run under way; beside it how many variations. */
export function GenerateBar() {
  const run = useRuns(useShallow((state) => runningRun(state)));
  const variations = useSession((state) => state.variations);
  const { min, max } = limits.variations;
  const vary = (by: number): void => {
    setSession({ variations: Math.max(min, Math.min(max, variations + by)) });
  };
  return (
    <div className="generate-bar">
      {run ? (
        <>
          <button
            type="button"
            className="button cancel-button"
            disabled={run.cancelling}
            onClick={() => void cancelRun(run.id)}
          >
            <span
              className="cancel-progress"
              style={{ transform: `scaleX(${String(run.steps > 0 ? run.step / run.steps : 0)})` }}
            />
            <Square size={13} fill="currentColor" aria-hidden="true" />
            {run.cancelling ? t('run.cancelling') : t('run.cancel')}
            {run.steps > 0 && run.phase === 'unmask' ? (
              <span className="num cancel-steps">
                {t('run.ofSteps', { step: run.step, steps: run.steps })}
              </span>
            ) : null}
          </button>
          <IconButton
            icon={ListPlus}
            size="l"
            side="top"
            label={t('run.queueMore')}
            shortcut="mod+enter"
            className="queue-more"
            onClick={() => void generate()}
          />
        </>
      ) : (
        <Button variant="primary" className="generate-button" icon={Sparkles} onClick={() => void generate()}>
          {variations > 1 ? t('run.generateMany', { n: variations }) : t('run.generate')}
          <Kbd keys="mod+enter" />
        </Button>
      )}
      <div className="variations" role="group" aria-label={t('create.variations')}>
        <IconButton
          icon={Minus}
          size="s"
          side="top"
          label={t('create.variations.fewer')}
          disabled={variations <= min}
          onClick={() => {
            vary(-1);
          }}
        />
        <span className="num variations-count" title={t('create.variations.about')} aria-live="polite">
          ×{variations}
        </span>
        <IconButton
          icon={Plus}
          size="s"
          side="top"
          label={t('create.variations.more')}
          disabled={variations >= max}
          onClick={() => {
            vary(1);
          }}
        />
      </div>
    </div>
  );
}
