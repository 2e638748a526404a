import { Check, X } from 'lucide-react';
import { memo } from 'react';
import { t } from '../../../i18n/index.ts';
import type { Verdict } from '../film.ts';
import type { TextRecord } from '../text-record.ts';

interface TextStripProps {
  record: TextRecord;
  verdict: Verdict | undefined;
  version: number;
}

/** A stretch of text on the timeline: what it says, and for a critique whether the picture was accepted. */
export const TextStrip = memo(function TextStrip({ record, verdict }: TextStripProps) {
  const text = verdict?.reply ?? record.text;
  return (
    <div
      className="text-strip"
      data-purpose={record.purpose}
      data-accepted={verdict ? String(verdict.accepted) : undefined}
      title={text}
    >
      {verdict ? (
        verdict.accepted ? (
          <Check size={13} aria-label={t('verdict.accepted')} />
        ) : (
          <X size={13} aria-label={t('verdict.refused')} />
        )
      ) : null}
      <span>{text}</span>
    </div>
  );
});
