import type { ReactNode } from 'react';

interface FieldProps {
  label: string;
  /** Explains the setting. */
  about?: string;
  /** Differs from the model's default. */
  changed?: boolean;
  /** The value in words, at the end of the label's line. */
  value?: ReactNode;
  children: ReactNode;
}

/** A control under its name, for controls that name themselves to screen readers. */
export function Field({ label, about, changed = false, value, children }: FieldProps) {
  return (
    <div className="field">
      <span className="field-label" title={about}>
        {label}
        {changed ? <span className="field-changed" aria-hidden="true" /> : null}
        {value === undefined ? null : <span className="num field-value">{value}</span>}
      </span>
      {children}
    </div>
  );
}
