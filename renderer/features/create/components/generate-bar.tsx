import { Minus, Plus, Sparkles } from 'lucide-react';
import { IconButton } from '../../../components/button.tsx';
import { t } from '../../../i18n/index.ts';
import { limits, setSession, useSession } from '../../../state/session.ts';
import { RunBar } from '../../tasks/components/run-bar.tsx';
import { generate } from '../generate.ts';

/** Generate; beside it how many variations. */
export function GenerateBar() {
  const variations = useSession((state) => state.variations);
  const { min, max } = limits.variations;
  const vary = (by: number): void => {
    setSession({ variations: Math.max(min, Math.min(max, variations + by)) });
  };
  return (
    <RunBar
      action="run.generate"
      icon={Sparkles}
      label={variations > 1 ? t('run.generateMany', { n: variations }) : t('run.generate')}
      onRun={() => void generate()}
    >
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
    </RunBar>
  );
}
