import { AlertTriangle, Play, PlugZap, RotateCw, X } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { StudioError } from '../../../../electron/contract/errors.ts';
import { useConnection } from '../../../api/connection.ts';
import { Button, IconButton } from '../../../components/button.tsx';
import { t } from '../../../i18n/index.ts';
import { errorWords } from '../../../i18n/studio-words.ts';
import { dismissFailure, retry, startRuns } from '../../runs/service.ts';
import { useRuns, type RunFailure } from '../../runs/store.ts';
import { restartEngine, useEngine } from '../store.ts';

/** What is wrong now, why, and the way out; one thing at a time, the most basic first. */
export function NoticeBar() {
  const connection = useConnection((state) => state.state);
  const status = useEngine((state) => state.status);
  const failure = useRuns((state) => state.failure);
  if (connection === 'unauthorised') {
    return <Notice title={t('connection.unauthorised')} text={t('connection.unauthorised.action')} />;
  }
  if (connection === 'lost') {
    return <Notice calm title={t('connection.lost')} text={t('connection.lost.action')} />;
  }
  const dead = status?.state === 'dead';
  if (failure) return <FailureNotice failure={failure} dead={dead} />;
  if (status?.error && dead) {
    const { message, action } = errorWords(status.error);
    return (
      <Notice title={message} text={action} error={status.error}>
        <RestartButton />
      </Notice>
    );
  }
  if (status?.error && status.state === 'starting') {
    return (
      <Notice
        calm
        title={errorWords(status.error).message}
        text={t('engine.restarting')}
        error={status.error}
      />
    );
  }
  return null;
}

function FailureNotice({ failure, dead }: { failure: RunFailure; dead: boolean }) {
  const { error, step } = failure;
  const { message, action } = errorWords(error);
  const where = step === null ? '' : `${t('failure.atStep', { step: step + 1 })} `;
  return (
    <Notice title={message} text={`${where}${action}`} error={error} onDismiss={dismissFailure}>
      {error.code === 'memory.short' ? (
        <Button size="s" icon={Play} onClick={() => void startRuns([failure.request], false, true)}>
          {t('fit.runAnyway')}
        </Button>
      ) : (
        <Button size="s" icon={RotateCw} onClick={() => void retry(failure)}>
          {t('run.retry')}
        </Button>
      )}
      {dead ? <RestartButton /> : null}
    </Notice>
  );
}

function RestartButton() {
  return (
    <Button size="s" icon={PlugZap} onClick={() => void restartEngine()}>
      {t('engine.restart')}
    </Button>
  );
}

interface NoticeProps {
  title: string;
  text: string;
  error?: StudioError;
  /** Something that mends itself. */
  calm?: boolean;
  children?: ReactNode;
  onDismiss?: () => void;
}

function Notice({ title, text, error, calm = false, children, onDismiss }: NoticeProps) {
  const [open, setOpen] = useState(false);
  const cause = error ? errorWords(error).cause : '';
  return (
    <div className="notice" data-calm={calm || undefined} role="alert">
      <AlertTriangle className="notice-icon" size={18} aria-hidden="true" />
      <div className="notice-words">
        <b>{title}</b>
        <p>
          {text}{' '}
          {cause ? (
            <button
              type="button"
              className="text-button"
              aria-expanded={open}
              onClick={() => {
                setOpen(!open);
              }}
            >
              {open ? t('notice.less') : t('notice.more')}
            </button>
          ) : null}
        </p>
        {open && cause ? <pre className="notice-cause mono">{cause}</pre> : null}
      </div>
      <div className="notice-actions">
        {children}
        {onDismiss ? <IconButton icon={X} size="s" label={t('notice.dismiss')} onClick={onDismiss} /> : null}
      </div>
    </div>
  );
}
