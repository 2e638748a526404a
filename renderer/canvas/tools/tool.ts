import type { Point } from '../mask/mask.ts';

/** Where a pointer is, in pixels of the picture, and what the hand does with it. */
export interface ToolPoint extends Point {
  /** 0 to 1; half for devices that cannot tell. */
  pressure: number;
  /** Straight lines and squares. */
  shift: boolean;
  /** The opposite: a brush erases, a rectangle takes away. */
  alt: boolean;
}

/** What a tool would like drawn over the picture, in its pixels. */
export type ToolSketch =
  | { kind: 'ring'; centre: Point; radius: number; erases: boolean }
  | { kind: 'rectangle'; from: Point; to: Point; erases: boolean }
  | { kind: 'outline'; points: readonly Point[]; erases: boolean }
  | null;

/**
 * What the pointer does on the picture, as a small state machine: idle until `press`, then fed by `drag` until `release`
 * or `cancel` makes it idle again. Panning, zooming and capture are the pointer module's.
 */
export interface Tool {
  /** CSS cursor. */
  readonly cursor: string;
  /** The pointer moves without being pressed; null when it leaves. */
  hover(point: ToolPoint | null): void;
  press(point: ToolPoint): void;
  /** Every place the pointer went since the last call, the newest last. */
  drag(points: readonly ToolPoint[]): void;
  release(): void;
  /** Takes back what the press began. */
  cancel(): void;
}

export interface ToolSurface {
  /** CSS pixels a picture pixel is wide. */
  readonly scale: number;
  /** Replaces what is sketched over the picture. */
  sketch(sketch: ToolSketch): void;
  setCursor(cursor: string): void;
}
