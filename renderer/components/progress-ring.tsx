/** How far something is, as a ring. */
export function ProgressRing({ share, size = 15 }: { share: number; size?: number }) {
  const radius = size / 2 - 1.5;
  const around = 2 * Math.PI * radius;
  return (
    <svg className="ring" width={size} height={size} aria-hidden="true">
      <circle cx={size / 2} cy={size / 2} r={radius} />
      <circle
        className="ring-done"
        cx={size / 2}
        cy={size / 2}
        r={radius}
        strokeDasharray={`${String(around * share)} ${String(around)}`}
        transform={`rotate(-90 ${String(size / 2)} ${String(size / 2)})`}
      />
    </svg>
  );
}
