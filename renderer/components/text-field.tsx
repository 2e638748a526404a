import { useId } from 'react';

interface TextFieldProps {
  label: string;
  value: string;
  /** Hides what is typed. */
  secret?: boolean;
  maxLength?: number;
  /** What is wrong with the text, said below it. */
  problem?: string | null;
  /** Stands before and behind the text, which is a name in a code then. */
  affix?: string;
  onChange: (text: string) => void;
  onBlur?: (() => void) | undefined;
}

/** A line of text under its name. */
export function TextField({
  label,
  value,
  secret = false,
  maxLength,
  problem = null,
  affix,
  onChange,
  onBlur,
}: TextFieldProps) {
  const id = useId();
  const around = affix === undefined ? null : <span className="input-affix mono">{affix}</span>;
  return (
    <div className="field" data-invalid={problem !== null || undefined}>
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      <div className="input-box">
        {around}
        <input
          id={id}
          className={affix === undefined ? 'input' : 'input mono'}
          type={secret ? 'password' : 'text'}
          aria-invalid={problem !== null || undefined}
          aria-describedby={problem === null ? undefined : `${id}-problem`}
          value={value}
          maxLength={maxLength}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => {
            onChange(event.target.value);
          }}
          onBlur={onBlur}
        />
        {around}
      </div>
      {problem === null ? null : (
        <p className="field-error" id={`${id}-problem`}>
          {problem}
        </p>
      )}
    </div>
  );
}
