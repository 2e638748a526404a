import { Check, CircleDashed, Eye, X } from 'lucide-react';
import { t } from '../../../i18n/index.ts';
import type { RoundView } from '../../runs/story.ts';

/** A round's number and what became of it: a sign and a word, never a colour alone. */
export function Verdict({ round: { round, accepted, painted } }: { round: RoundView }) {
  const state = accepted === null ? (painted ? 'judging' : 'painting') : accepted ? 'accepted' : 'rejected';
  const Icon = { judging: Eye, painting: CircleDashed, accepted: Check, rejected: X }[state];
  return (
    <span className="verdict" data-state={state}>
      <b className="num">{t('reflection.round', { n: round })}</b>
      <Icon size={13} aria-hidden="true" />
      {t(`reflection.${state}`)}
    </span>
  );
}
