import { Switch as Radix } from 'radix-ui';
import { useId } from 'react';

interface SwitchProps {
  label: string;
  checked: boolean;
  disabled?: boolean;
  /** The name is written elsewhere and only read aloud here. */
  labelHidden?: boolean;
  /** Id of the heading that says what is switched, where the label only says how it stands. */
  heading?: string;
  onChange: (checked: boolean) => void;
}

export function Switch({
  label,
  checked,
  disabled = false,
  labelHidden = false,
  heading,
  onChange,
}: SwitchProps) {
  const id = useId();
  const labelId = useId();
  return (
    <div className="switch-row" data-disabled={disabled || undefined}>
      <label id={labelId} htmlFor={id} className={labelHidden ? 'sr-only' : undefined}>
        {label}
      </label>
      <Radix.Root
        id={id}
        className="switch"
        checked={checked}
        disabled={disabled}
        aria-labelledby={heading === undefined ? undefined : `${heading} ${labelId}`}
        onCheckedChange={onChange}
      >
        <Radix.Thumb className="switch-thumb" />
      </Radix.Root>
    </div>
  );
}
