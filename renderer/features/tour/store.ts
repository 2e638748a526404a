import { create } from 'zustand';
import { setSession } from '../../state/session.ts';
import { changeSettings } from '../../state/user-settings.ts';

/** The stations of the tour, in order. */
export const tourSteps = ['welcome', 'prompt', 'generate', 'watch', 'scrub', 'done'] as const;
export type TourStep = (typeof tourSteps)[number];

/** Transient: where the tour stands, if it is on. */
export const useTour = create<{ step: TourStep | null }>(() => ({ step: null }));

export function startTour(): void {
  setSession({ task: 'create', galleryOpen: false });
  useTour.setState({ step: 'welcome' });
}

export function goTo(step: TourStep): void {
  useTour.setState({ step });
}

/** Ends the tour; it does not come by itself again. */
export function endTour(): void {
  useTour.setState({ step: null });
  changeSettings({ tourSeen: true });
}
