import { ChevronRight, RotateCcw } from 'lucide-react';
import type { ReactNode } from 'react';
import { t } from '../../../i18n/index.ts';

interface OptionsSectionProps {
  id: string;
  title: string;
  open: boolean;
  onToggle: (open: boolean) => void;
  /** Whether anything differs from the model's defaults. */
  changed: boolean;
  onReset: () => void;
  children: ReactNode;
}

/** Settings folded away until wanted, with a way back to the model's defaults. */
export function OptionsSection(props: OptionsSectionProps) {
  const { id, title, open, onToggle, changed, onReset, children } = props;
  return (
    <div className="section">
      <div className="section-head">
        <button
          type="button"
          className="disclosure"
          aria-expanded={open}
          aria-controls={id}
          onClick={() => {
            onToggle(!open);
          }}
        >
          <ChevronRight size={14} aria-hidden="true" />
          {title}
        </button>
        {changed ? (
          <button type="button" className="text-button" onClick={onReset}>
            <RotateCcw size={12} aria-hidden="true" />
            {t('create.reset')}
          </button>
        ) : null}
      </div>
      {open ? (
        <div className="fields advanced" id={id}>
          {children}
        </div>
      ) : null}
    </div>
  );
}
