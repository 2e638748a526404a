import type { LucideIcon } from 'lucide-react';
import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import { useKeyOf } from '../actions/keys.ts';
import { Tooltip } from './tooltip.tsx';

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  variant?: 'primary' | 'outline' | 'quiet' | 'danger';
  size?: 'm' | 's';
  icon?: LucideIcon;
  children?: ReactNode;
  ref?: Ref<HTMLButtonElement>;
}

export function Button({
  variant = 'outline',
  size = 'm',
  icon: Icon,
  className,
  children,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      className={['button', `button-${variant}`, `button-${size}`, className].filter(Boolean).join(' ')}
      {...rest}
    >
      {Icon ? <Icon size={size === 's' ? 14 : 16} aria-hidden="true" /> : null}
      {children}
    </button>
  );
}

interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'aria-label'> {
  icon: LucideIcon;
  /** Read aloud and shown as a tooltip. */
  label: string;
  /** The action it performs, whose key the tooltip shows. */
  keyOf?: string;
  /** For buttons that stay pressed. */
  pressed?: boolean | undefined;
  size?: 'l' | 'm' | 's';
  side?: 'top' | 'right' | 'bottom' | 'left';
  ref?: Ref<HTMLButtonElement>;
}

export function IconButton({
  icon: Icon,
  label,
  keyOf,
  pressed,
  size = 'm',
  side = 'bottom',
  className,
  ...rest
}: IconButtonProps) {
  const shortcut = useKeyOf(keyOf);
  return (
    <Tooltip label={label} shortcut={shortcut} side={side}>
      <button
        type="button"
        aria-label={label}
        aria-pressed={pressed}
        className={['icon-button', `icon-button-${size}`, className].filter(Boolean).join(' ')}
        {...rest}
      >
        <Icon size={size === 'l' ? 18 : size === 'm' ? 16 : 14} strokeWidth={1.85} aria-hidden="true" />
      </button>
    </Tooltip>
  );
}
