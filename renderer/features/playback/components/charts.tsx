import { memo, useMemo } from 'react';

interface BarsProps {
  values: readonly number[];
  width: number;
  /** Steps finished; later bars are only planned. */
  reached: number;
  current: number;
}

const height = 100;

/** Tokens revealed at each step: those done and those planned as one path each, so that a step costs little. */
export const Bars = memo(function Bars({ values, width, reached, current }: BarsProps) {
  const done = useMemo(() => barPath(values, width, 0, reached), [values, width, reached]);
  const planned = useMemo(() => barPath(values, width, reached, values.length), [values, width, reached]);
  return (
    <svg
      className="chart chart-bars"
      viewBox={`0 0 ${String(width)} ${String(height)}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path className="bar-planned" d={planned} />
      <path className="bar" d={done} />
      {current >= 0 ? (
        <path className="bar-current" d={barPath(values, width, current, current + 1)} />
      ) : null}
    </svg>
  );
});

function barPath(values: readonly number[], width: number, from: number, to: number): string {
  const most = Math.max(1, ...values);
  const each = width / Math.max(1, values.length);
  const gap = each > 5 ? 1.5 : each > 2.5 ? 0.5 : 0;
  let path = '';
  for (let step = from; step < to; step++) {
    const tall = Math.max(3, ((values[step] ?? 0) / most) * height);
    const x = (step * each + gap / 2).toFixed(2);
    path += `M${x} ${String(height)}v${(-tall).toFixed(2)}h${Math.max(0.5, each - gap).toFixed(2)}V${String(height)}z`;
  }
  return path;
}

interface CurveProps {
  name: 'confidence' | 'entropy';
  values: readonly (number | undefined)[];
  width: number;
  /** The value at the upper edge. */
  top: number;
  steps: number;
}

/** One number a step, drawn at the middle of its bar; the ends run on to the edges. */
export const Curve = memo(function Curve({ name, values, width, top, steps }: CurveProps) {
  const points = values.flatMap((value, step) =>
    value === undefined
      ? []
      : [
          `${(((step + 0.5) / steps) * width).toFixed(1)},${(height - 5 - Math.min(1, value / top) * (height - 10)).toFixed(1)}`,
        ],
  );
  const each = width / steps;
  const first = points[0]?.split(',');
  const last = points.at(-1)?.split(',');
  if (first && last) {
    points.unshift(`${(Number(first[0]) - each / 2).toFixed(1)},${first[1] ?? '0'}`);
    points.push(`${(Number(last[0]) + each / 2).toFixed(1)},${last[1] ?? '0'}`);
  }
  const left = points[0]?.split(',')[0] ?? '0';
  const right = points.at(-1)?.split(',')[0] ?? '0';
  return (
    <svg
      className={`chart chart-${name}`}
      viewBox={`0 0 ${String(width)} ${String(height)}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <polygon points={`${left},${String(height)} ${points.join(' ')} ${right},${String(height)}`} />
      <polyline points={points.join(' ')} vectorEffect="non-scaling-stroke" />
    </svg>
  );
});
