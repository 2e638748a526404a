/** Dialogs of the gallery were opened from its pictures and give the focus back to them. */
export function focusGrid(event?: Event): void {
  event?.preventDefault();
  document.querySelector<HTMLElement>('.gallery-grid')?.focus({ preventScroll: true });
}
