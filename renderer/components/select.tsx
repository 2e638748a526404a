import { Check, ChevronDown } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useId, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react';
import { findTyped, TypedLetters } from './type-ahead.ts';

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

/**
 * One of several, chosen from a list under its button: a combobox without a field to write in, after the ARIA practices.
 * The focus stays on the button, which names the option the keys have reached, so the page is never hidden from
 * screen readers while the list is open.
 */
export function Select<T extends string>({
  label,
  value,
  options,
  onChange,
  disabled = false,
  compact = false,
}: SelectProps<T>) {
  const [isOpen, setIsOpen] = useState(false);
  /** The option the keys or the pointer have reached. */
  const [reached, setReached] = useState(0);
  const [typed] = useState(() => new TypedLetters());
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const chosen = options.findIndex((option) => option.value === value);

  useLayoutEffect(() => {
    keepInSight(list.current);
  }, [reached]);

  const open = (at: number): void => {
    setReached(Math.max(at, 0));
    setIsOpen(true);
  };
  const choose = (at: number): void => {
    setIsOpen(false);
    typed.forget();
    const option = options[at];
    if (option && at !== chosen) onChange(option.value);
  };
  const type = (event: KeyboardEvent): void => {
    const from = isOpen ? reached : chosen;
    const at = findTyped(
      options.map((option) => option.label),
      typed.add(event.key, event.timeStamp),
      from,
    );
    // A letter that begins no option is left to the keys of the window.
    if (at === null && !isOpen) typed.forget();
    else event.preventDefault();
    if (at !== null) open(at);
  };
  const keyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey) return;
    const isLetter = [...event.key].length === 1;
    if (isLetter && !event.altKey && (event.key !== ' ' || typed.isTyping(event.timeStamp))) {
      type(event);
      return;
    }
    const move = isOpen ? moves[event.key] : undefined;
    if (event.key === 'Tab') {
      if (isOpen) choose(reached);
      return;
    }
    if (move && !event.altKey) setReached(move(reached, options.length - 1));
    else if (isOpen && closing(event)) choose(reached);
    else if (!isOpen && opening.has(event.key)) open(chosen);
    else return;
    event.preventDefault();
  };

  return (
    <Popover.Root
      open={isOpen}
      onOpenChange={(next) => {
        if (next) open(chosen);
        else setIsOpen(false);
        typed.forget();
      }}
    >
      <Popover.Trigger
        className={compact ? 'select select-compact' : 'select'}
        role="combobox"
        aria-label={label}
        aria-haspopup="listbox"
        aria-activedescendant={isOpen ? `${id}-${String(reached)}` : undefined}
        disabled={disabled}
        onKeyDown={keyDown}
        onKeyUp={(event) => {
          // Firefox clicks a button when the space bar comes up, whatever was made of its going down.
          if (event.key === ' ') event.preventDefault();
        }}
      >
        <span className="select-value">{options[chosen]?.label ?? value}</span>
        <ChevronDown size={14} aria-hidden="true" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          ref={list}
          className="menu select-list"
          role="listbox"
          aria-label={label}
          align="start"
          sideOffset={4}
          collisionPadding={8}
          onOpenAutoFocus={(event) => {
            event.preventDefault();
            // The list has its height once it has been placed.
            requestAnimationFrame(() => {
              keepInSight(list.current);
            });
          }}
          onCloseAutoFocus={preventDefault}
          onMouseDown={preventDefault}
        >
          {options.map((option, at) => (
            <div
              key={option.value}
              id={`${id}-${String(at)}`}
              role="option"
              className="menu-item"
              aria-selected={at === chosen}
              aria-labelledby={`${id}-${String(at)}-label`}
              aria-describedby={option.hint ? `${id}-${String(at)}-hint` : undefined}
              data-highlighted={at === reached || undefined}
              onPointerMove={() => {
                setReached(at);
              }}
              onClick={() => {
                choose(at);
              }}
            >
              <span className="menu-check">
                {at === chosen ? <Check size={14} aria-hidden="true" /> : null}
              </span>
              <span className="menu-text">
                <span id={`${id}-${String(at)}-label`}>{option.label}</span>
                {option.hint ? (
                  <span id={`${id}-${String(at)}-hint`} className="menu-hint">
                    {option.hint}
                  </span>
                ) : null}
              </span>
            </div>
          ))}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

const opening: ReadonlySet<string> = new Set(['ArrowDown', 'ArrowUp', 'Enter', ' ']);

const moves: Readonly<Record<string, (at: number, last: number) => number>> = {
  ArrowDown: (at, last) => Math.min(at + 1, last),
  ArrowUp: (at) => Math.max(at - 1, 0),
  PageDown: (at, last) => Math.min(at + 10, last),
  PageUp: (at) => Math.max(at - 10, 0),
  Home: () => 0,
  End: (_, last) => last,
};

/** Whether a key takes the option reached. */
function closing({ key, altKey }: KeyboardEvent): boolean {
  return key === 'Enter' || key === ' ' || (altKey && key === 'ArrowUp');
}

function preventDefault(event: { preventDefault: () => void }): void {
  event.preventDefault();
}

/** Scrolls the list to the option reached, and nothing else: the browser's own way may move what lies around it too. */
function keepInSight(list: HTMLElement | null): void {
  const option = list?.querySelector('[data-highlighted]');
  if (!list || !option) return;
  const { top, bottom } = option.getBoundingClientRect();
  const room = list.getBoundingClientRect();
  if (top < room.top) list.scrollTop -= room.top - top;
  else if (bottom > room.bottom) list.scrollTop += bottom - room.bottom;
}
