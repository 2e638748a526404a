import { create } from 'zustand';

/** Which of the two sheets is open. */
export const usePalette = create<{ open: 'commands' | 'shortcuts' | null }>(() => ({ open: null }));
