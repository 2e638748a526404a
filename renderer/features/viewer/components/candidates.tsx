import { formatNumber, t } from '../../../i18n/index.ts';

interface CandidatesProps {
  list: readonly { id: number; token?: string; probability: number }[];
  /** The one that was chosen. */
  chosen: number | undefined;
}

/** The likeliest tokens of one place with their probabilities. */
export function Candidates({ list, chosen }: CandidatesProps) {
  if (list.length === 0) return null;
  return (
    <ol className="candidates num copyable" aria-label={t('cell.candidates')}>
      {list.map(({ id, token, probability }) => (
        <li key={id} data-chosen={id === chosen || undefined}>
          <span className="mono">{token === undefined ? t('cell.id', { id }) : token}</span>
          <i aria-hidden="true">
            <u style={{ width: `${String(probability * 100)}%` }} />
          </i>
          <span>{formatNumber(probability, 3)}</span>
        </li>
      ))}
    </ol>
  );
}
