/** A dialog takes the focus itself: on its first button Escape would only close the tooltip. */
export function focusDialog(event: Event): void {
  event.preventDefault();
  if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus();
}

/** Dialogs of the gallery were opened from its pictures and give the focus back to them. */
export function focusGrid(event?: Event): void {
  event?.preventDefault();
  document.querySelector<HTMLElement>('.gallery-grid')?.focus({ preventScroll: true });
}
