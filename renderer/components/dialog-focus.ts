import { useRef } from 'react';

interface FocusReturn {
  /** To be called as the dialog opens, before it takes the focus. */
  remember: () => void;
  /** For Radix's `onCloseAutoFocus`. */
  giveBack: (event: Event) => void;
}

/**
 * Gives the focus back to where it was when a dialog closes, unless what was chosen in it has put the focus somewhere. Radix gives it to the
 * dialog's trigger, and one that a key opened has none.
 */
export function useFocusReturn(): FocusReturn {
  const before = useRef<Element | null>(null);
  return {
    remember: () => {
      before.current = document.activeElement;
    },
    giveBack: (event) => {
      event.preventDefault();
      const isFree = document.activeElement === null || document.activeElement === document.body;
      if (isFree && before.current instanceof HTMLElement && before.current.isConnected)
        before.current.focus();
    },
  };
}

/**
 * The field marked with `data-autofocus`, unless it cannot be used, else the dialog itself: on a button the first Escape would only close its
 * tooltip.
 */
export function focusContent(event: Event): void {
  event.preventDefault();
  const content = event.currentTarget;
  if (!(content instanceof HTMLElement)) return;
  const field = content.querySelector<HTMLElement>('[data-autofocus]:enabled');
  (field ?? content).focus();
}
