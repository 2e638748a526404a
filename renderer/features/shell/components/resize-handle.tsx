import { useRef, type KeyboardEvent, type PointerEvent } from 'react';

interface ResizeHandleProps {
  label: string;
  /** The edge it moves: a column's left edge or a row's upper edge; both grow against the pointer. */
  axis: 'x' | 'y';
  value: number;
  min: number;
  max: number;
  onChange: (value: number) => void;
  /** Back to where it was at first. */
  onReset: () => void;
}

const keyStep = 16;

/** The gutter between two parts of the window, to drag or to move with the arrow keys. */
export function ResizeHandle({ label, axis, value, min, max, onChange, onReset }: ResizeHandleProps) {
  const drag = useRef<{ at: number; from: number } | null>(null);
  const set = (next: number): void => {
    onChange(Math.round(Math.min(max, Math.max(min, next))));
  };
  const along = (event: PointerEvent): number => (axis === 'x' ? event.clientX : event.clientY);
  const keyDown = (event: KeyboardEvent): void => {
    const grow = axis === 'x' ? 'ArrowLeft' : 'ArrowUp';
    const shrink = axis === 'x' ? 'ArrowRight' : 'ArrowDown';
    if (event.key !== grow && event.key !== shrink) return;
    event.preventDefault();
    event.stopPropagation();
    set(value + (event.key === grow ? keyStep : -keyStep));
  };
  return (
    <div
      className={`resize resize-${axis}`}
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={axis === 'x' ? 'vertical' : 'horizontal'}
      aria-valuemin={min}
      aria-valuemax={max}
      aria-valuenow={value}
      onKeyDown={keyDown}
      onDoubleClick={onReset}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        drag.current = { at: along(event), from: value };
      }}
      onPointerMove={(event) => {
        if (drag.current) set(drag.current.from + drag.current.at - along(event));
      }}
      onPointerUp={() => {
        drag.current = null;
      }}
    />
  );
}
