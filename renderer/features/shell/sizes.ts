/**
 * The task panel's and the timeline's sizes in CSS, as the user left them: where the window is small, as at 200 % zoom,
 * they give way so that the picture keeps its room.
 */
export const panelColumn = (width: number): string => `min(${String(width)}px, max(288px, 100vw - 560px))`;
export const timelineRow = (height: number): string => `min(${String(height)}px, max(140px, 100vh - 380px))`;
/** Beside the results, as far as the toasts then still stand in the window. */
export const toasterRight = (width: number): string =>
  `min(${panelColumn(width)} + 116px, max(6px, 100vw - 342px))`;
