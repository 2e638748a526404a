import { create } from 'zustand';
import type { CanvasManager } from './canvas-manager.ts';
import type { Viewport } from './viewport-module.ts';

let current: CanvasManager | null = null;

/** The canvas of this window, for actions outside it. */
export function currentCanvas(): CanvasManager | null {
  return current;
}

export function setCurrentCanvas(manager: CanvasManager | null): void {
  current = manager;
}

/** What the canvas pushed last, for what floats over it. */
export const useViewport = create<Viewport & { fitted: boolean }>(() => ({
  x: 0,
  y: 0,
  scale: 1,
  fitted: true,
}));
