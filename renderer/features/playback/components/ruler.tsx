import { memo } from 'react';

/** Distances between numbered ticks that people read easily. */
const distances = [1, 2, 4, 5, 8, 10, 16, 20, 32, 50, 64, 100, 128, 200, 256, 500, 512, 1000];

interface RulerProps {
  steps: number;
  width: number;
  /** Stands at the start instead of the zero. */
  title: string;
}

export const Ruler = memo(function Ruler({ steps, width, title }: RulerProps) {
  const every = distances.find((distance) => (distance / steps) * width >= 42) ?? steps;
  const marks = Array.from({ length: Math.floor(steps / every) + 1 }, (_, i) => i * every);
  const minor = width / steps >= 5 ? Array.from({ length: steps + 1 }, (_, i) => i) : [];
  const x = (step: number): number => (step / steps) * width;
  return (
    <svg className="ruler" width={width} height={18} aria-hidden="true">
      {minor.map((step) => (
        <line key={step} x1={x(step)} x2={x(step)} y1={14} y2={18} />
      ))}
      {marks.map((step) => (
        <g key={step}>
          <line className="ruler-major" x1={x(step)} x2={x(step)} y1={11} y2={18} />
          {/* The last one ends before its tick: another scene may begin there with a zero. */}
          <text
            className="num"
            x={step < steps ? Math.min(x(step) + 4, width - 14) : width - 4}
            y={10}
            textAnchor={step < steps ? 'start' : 'end'}
          >
            {step === 0 && title !== '' ? title : step}
          </text>
        </g>
      ))}
    </svg>
  );
});
