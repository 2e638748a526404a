import { Copy } from 'lucide-react';
import { IconButton } from '../../../components/button.tsx';
import { t } from '../../../i18n/index.ts';
import { copyText } from '../../playback/clipboard.ts';
import { wildcardProblem, type WrittenPrompt } from '../written.ts';

/** What the model will read, where that is not what the user wrote. */
export function WrittenPreview({ written, seed }: { written: WrittenPrompt | null; seed: number }) {
  if (!written) return null;
  const problem = wildcardProblem(written.problems);
  if (problem) return <p className="field-error">{problem}</p>;
  if (!written.origin) return null;
  return (
    <div className="written">
      <p>
        <span className="written-label">{t('written.label', { seed })}</span> {written.prompt}
      </p>
      <IconButton
        icon={Copy}
        size="s"
        side="left"
        label={t('written.copy')}
        onClick={() => void copyText(written.prompt)}
      />
    </div>
  );
}
