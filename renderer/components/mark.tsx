import { t } from '../i18n/index.ts';

/** The mark: a grid of tokens half way through. */
export function Mark({ size }: { size: number }) {
  const lit = 'accent accent . accent good . accent accent accent'.split(' ');
  return (
    <svg
      className="mark"
      width={size}
      height={size}
      viewBox="0 0 22 22"
      role="img"
      aria-label={t('app.name')}
    >
      {lit.map((kind, i) => (
        <rect
          key={i}
          className={kind === '.' ? 'mark-open' : `mark-${kind}`}
          x={(i % 3) * 7.5 + 0.5}
          y={Math.floor(i / 3) * 7.5 + 0.5}
          width="6"
          height="6"
          rx="1.6"
        />
      ))}
    </svg>
  );
}
