import { useId, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';

interface NumberFieldProps {
  label: string;
  /** The name is written elsewhere and only read aloud here. */
  labelHidden?: boolean;
  value: number | undefined;
  /** What one arrow key press adds. */
  step: number;
  min: number;
  max: number;
  decimals?: number;
  onChange: (value: number | undefined) => void;
  /** Shown small at the end of the field. */
  hint?: ReactNode;
  /** Buttons at the end of the field. */
  tools?: ReactNode;
  error?: string | undefined;
  /** Why the field has no effect now. */
  disabledReason?: string | undefined;
  /** Differs from the model's default. */
  changed?: boolean;
  /** An empty field is a value of its own. */
  optional?: boolean;
  /** Explains the setting. */
  about?: string | undefined;
}

/** A number that can be typed, stepped with the arrow keys, or dragged sideways by its label. */
export function NumberField(props: NumberFieldProps) {
  const { label, value, step, min, max, decimals = 0, onChange, hint, tools, error, disabledReason } = props;
  const id = useId();
  const [draft, setDraft] = useState<string | null>(null);
  const drag = useRef<{ x: number; from: number } | null>(null);
  const shown = draft ?? (value === undefined || Number.isNaN(value) ? '' : trim(value, decimals));
  const disabled = disabledReason !== undefined;

  const type = (text: string): void => {
    setDraft(text);
    if (text.trim() === '') onChange(props.optional ? undefined : NaN);
    else onChange(Number(text.replace(',', '.')));
  };
  const nudge = (by: number, from = value): void => {
    const base = from === undefined || Number.isNaN(from) ? min : from;
    setDraft(null);
    onChange(Number(Math.min(max, Math.max(min, base + by)).toFixed(decimals)));
  };
  const keyDown = (event: KeyboardEvent): void => {
    const direction = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0;
    if (direction === 0 || event.altKey) return;
    event.preventDefault();
    nudge(direction * step * (event.shiftKey ? 10 : 1));
  };
  const scrub = {
    onPointerDown: (event: PointerEvent<HTMLLabelElement>) => {
      if (disabled || event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      drag.current = { x: event.clientX, from: value ?? min };
    },
    onPointerMove: (event: PointerEvent<HTMLLabelElement>) => {
      if (!drag.current) return;
      const by = Math.round((event.clientX - drag.current.x) / 5);
      if (by !== 0) nudge(by * step, drag.current.from);
    },
    onPointerUp: () => {
      drag.current = null;
    },
  };
  const note = error ?? disabledReason;
  return (
    <div
      className="field"
      data-disabled={disabled || undefined}
      data-invalid={error !== undefined || undefined}
    >
      <label
        className={props.labelHidden ? 'sr-only' : 'field-label field-scrub'}
        htmlFor={id}
        title={props.about}
        {...scrub}
      >
        {label}
        {props.changed ? <span className="field-changed" aria-hidden="true" /> : null}
      </label>
      <div className="input-box">
        <input
          id={id}
          className="input num"
          inputMode="decimal"
          autoComplete="off"
          spellCheck={false}
          placeholder={props.optional ? '–' : undefined}
          value={shown}
          disabled={disabled}
          aria-invalid={error !== undefined}
          aria-describedby={note ? `${id}-note` : undefined}
          onChange={(event) => {
            type(event.target.value);
          }}
          onBlur={() => {
            setDraft(null);
          }}
          onFocus={(event) => {
            event.target.select();
          }}
          onKeyDown={keyDown}
        />
        {hint ? <span className="input-hint num">{hint}</span> : null}
        {tools}
      </div>
      {note ? (
        <p
          className={error ? 'field-error' : 'field-note'}
          id={`${id}-note`}
          role={error ? 'alert' : undefined}
        >
          {note}
        </p>
      ) : null}
    </div>
  );
}

function trim(value: number, decimals: number): string {
  return String(Number(value.toFixed(Math.max(decimals, 4))));
}
