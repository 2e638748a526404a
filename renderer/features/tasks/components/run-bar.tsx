import { ListPlus, Square, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { ActionKey } from '../../../components/action-key.tsx';
import { Button, IconButton } from '../../../components/button.tsx';
import { t } from '../../../i18n/index.ts';
import { cancelRun } from '../../runs/service.ts';
import { runningRun, useRuns } from '../../runs/store.ts';

interface RunBarProps {
  /** The action that starts a run. */
  action: string;
  icon: LucideIcon;
  label: string;
  ready?: boolean;
  onRun: () => void;
  /** Beside the button. */
  children?: ReactNode;
}

/** The button that makes pictures; while one is made, Cancel with its progress and a way to queue another. */
export function RunBar({ action, icon, label, ready = true, onRun, children }: RunBarProps) {
  const run = useRuns(useShallow((state) => runningRun(state)));
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
            keyOf={action}
            className="queue-more"
            disabled={!ready}
            onClick={onRun}
          />
        </>
      ) : (
        <Button variant="primary" className="generate-button" icon={icon} disabled={!ready} onClick={onRun}>
          {label}
          <ActionKey id={action} />
        </Button>
      )}
      {children}
    </div>
  );
}
