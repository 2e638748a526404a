import { create } from 'zustand';

/** The run whose rounds are looked at side by side. */
export const useRoundsUi = create<{ open: string | null }>(() => ({ open: null }));
