import type { TraceBox } from '../../../../electron/contract/traces.ts';
import { formatNumber, t } from '../../../i18n/index.ts';

const width = 268;
const height = 34;
const sides = ['left', 'top', 'right', 'bottom'] as const;

/** The latest distribution of every coordinate of every box: one bar a bin, the chosen one marked. */
export function BoxDistributions({ boxes }: { boxes: readonly TraceBox[] }) {
  const latest = [...new Map(boxes.map((box) => [box.object, box])).values()];
  return (
    <div className="box-distributions">
      {latest.map(({ object, result, coordinates }) => (
        <section key={object} aria-label={result.phrase}>
          <h3>{result.phrase}</h3>
          {coordinates.map(({ bin, probability, distribution }, i) => {
            const side = sides[i] ?? 'left';
            return (
              <figure key={side}>
                <figcaption className="num copyable">
                  {t(`coordinate.${side}`)}
                  <span>
                    {bin === null
                      ? '–'
                      : t('coordinate.bin', { bin, probability: formatNumber(probability, 3) })}
                  </span>
                </figcaption>
                {distribution.length > 0 ? (
                  <svg
                    viewBox={`0 0 ${String(width)} ${String(height)}`}
                    role="img"
                    aria-label={t('coordinate.histogram', {
                      side: t(`coordinate.${side}`),
                      bins: distribution.length,
                    })}
                  >
                    <path d={histogram(distribution)} />
                    {bin === null ? null : (
                      <line
                        x1={(bin / distribution.length) * width}
                        x2={(bin / distribution.length) * width}
                        y1={0}
                        y2={height}
                      />
                    )}
                  </svg>
                ) : null}
              </figure>
            );
          })}
        </section>
      ))}
    </div>
  );
}

/** Bars from the lower edge, the likeliest bin full height. */
function histogram(distribution: Float32Array): string {
  const most = distribution.reduce((highest, value) => Math.max(highest, value), 1e-9);
  const each = width / distribution.length;
  let path = '';
  distribution.forEach((value, bin) => {
    const tall = (value / most) * (height - 2);
    if (tall < 0.2) return;
    path += `M${(bin * each).toFixed(2)} ${String(height)}v${(-tall).toFixed(2)}h${Math.max(0.6, each).toFixed(2)}V${String(height)}z`;
  });
  return path;
}
