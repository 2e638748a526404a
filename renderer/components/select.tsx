import { Check, ChevronDown } from 'lucide-react';
import { Select as Radix } from 'radix-ui';

export interface SelectOption<T extends string> {
  value: T;
  label: string;
  hint?: string;
}

interface SelectProps<T extends string> {
  label: string;
  value: T;
  options: readonly SelectOption<T>[];
  onChange: (value: T) => void;
  disabled?: boolean;
  compact?: boolean;
}

export function Select<T extends string>({
  label,
  value,
  options,
  onChange,
  disabled,
  compact,
}: SelectProps<T>) {
  return (
    <Radix.Root value={value} onValueChange={onChange} {...(disabled ? { disabled } : {})}>
      <Radix.Trigger className={compact ? 'select select-compact' : 'select'} aria-label={label}>
        <Radix.Value>{options.find((option) => option.value === value)?.label ?? value}</Radix.Value>
        <Radix.Icon asChild>
          <ChevronDown size={14} aria-hidden="true" />
        </Radix.Icon>
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className="menu" position="popper" sideOffset={4} collisionPadding={8}>
          <Radix.Viewport>
            {options.map((option) => (
              <Radix.Item key={option.value} value={option.value} className="menu-item">
                <span className="menu-check">
                  <Radix.ItemIndicator>
                    <Check size={14} aria-hidden="true" />
                  </Radix.ItemIndicator>
                </span>
                <span className="menu-text">
                  <Radix.ItemText>{option.label}</Radix.ItemText>
                  {option.hint ? <span className="menu-hint">{option.hint}</span> : null}
                </span>
              </Radix.Item>
            ))}
          </Radix.Viewport>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
