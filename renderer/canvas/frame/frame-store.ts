import { create } from 'zustand';
import type { PictureFrame } from '../../../electron/contract/request.ts';

/** Pixels added on each side of the picture. */
export interface Added {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export interface FrameView {
  /** What an edit is about to add around the picture; null when it adds nothing. */
  added: Added | null;
  /** What the frame tool draws: the square the model sees, or the border of the picture to come. */
  draws: 'frame' | 'border';
  /** The tool drags: what it shows is its own. */
  busy: boolean;
  /** Called while the tool drags, and with `done` when it lets go. */
  onFrame: (frame: PictureFrame, done: boolean) => void;
  onAdded: (added: Added, done: boolean) => void;
}

/** What an edit is about to see and to add, as far as the canvas draws it; the Edit task pushes it here. */
export const useFrame = create<FrameView>(() => ({
  added: null,
  draws: 'frame',
  busy: false,
  onFrame: () => undefined,
  onAdded: () => undefined,
}));
