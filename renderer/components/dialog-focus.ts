import { useRef } from 'react';

/** Handlers of a dialog's content. */
interface DialogFocus {
  onOpenAutoFocus: (event: Event) => void;
  onCloseAutoFocus: (event: Event) => void;
}

/**
 * A dialog's way of taking the focus (see `focusContent`) and of giving it back when it closes to where it was, unless what was chosen in it
 * has put the focus somewhere. Radix gives it to the dialog's trigger, and one that a key opened has none.
 */
export function useDialogFocus(): DialogFocus {
  const before = useRef<Element | null>(null);
  return {
    onOpenAutoFocus: (event) => {
      before.current = document.activeElement;
      focusContent(event);
    },
    onCloseAutoFocus: (event) => {
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
