import { create } from 'zustand';

/** Before and after: not at all, divided by a line, or side by side. */
export type CompareMode = 'off' | 'slider' | 'side';

interface CompareStore {
  mode: CompareMode;
  /** Where the line stands, share of the picture's width. */
  split: number;
  /** The picture before is shown, for as long as a key is held. */
  holding: boolean;
}

export const useCompare = create<CompareStore>(() => ({ mode: 'off', split: 0.5, holding: false }));

const order: readonly CompareMode[] = ['off', 'slider', 'side'];

export function nextCompareMode(): void {
  useCompare.setState(({ mode }) => ({ mode: order[(order.indexOf(mode) + 1) % order.length] ?? 'off' }));
}

export function setSplit(split: number): void {
  useCompare.setState({ split: Math.min(1, Math.max(0, split)) });
}
