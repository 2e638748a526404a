import { Switch as Radix } from 'radix-ui';
import { useId } from 'react';

interface SwitchProps {
  label: string;
  checked: boolean;
  disabled?: boolean;
  /** The name is written elsewhere and only read aloud here. */
  labelHidden?: boolean;
  onChange: (checked: boolean) => void;
}

export function Switch({ label, checked, disabled = false, labelHidden = false, onChange }: SwitchProps) {
  const id = useId();
  return (
    <div className="switch-row" data-disabled={disabled || undefined}>
      <label htmlFor={id} className={labelHidden ? 'sr-only' : undefined}>
        {label}
      </label>
      <Radix.Root id={id} className="switch" checked={checked} disabled={disabled} onCheckedChange={onChange}>
        <Radix.Thumb className="switch-thumb" />
      </Radix.Root>
    </div>
  );
}
