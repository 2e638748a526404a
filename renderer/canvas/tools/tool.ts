import type { Point } from '../mask/mask.ts';

/** Where a pointer is, in pixels of the picture, and what the hand does with it. */
export interface ToolPoint extends Point {
  /** 0 to 1; half for devices that cannot tell. */
  pressure: number;
  /** Straight lines, squares and circles. */
  shift: boolean;
  /** The opposite: a brush erases, a rectangle takes away. */
  alt: boolean;
}

/** What a tool would like drawn over the picture, in its pixels. */
export type ToolSketch =
  | { kind: 'ring'; centre: Point; radius: number; erases: boolean }
  | { kind: 'rectangle'; from: Point; to: Point; erases: boolean }
  | { kind: 'oval'; from: Point; to: Point; erases: boolean }
  | { kind: 'outline'; points: readonly Point[]; erases: boolean }
  | PolygonSketch
  | null;

/** Corners so far, and where the next one would come: null while the pointer is away. */
export interface PolygonSketch {
  kind: 'polygon';
  points: readonly Point[];
  next: Point | null;
  /** A press here would close it. */
  closes: boolean;
  erases: boolean;
}

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

/** A tool whose shape stays open from press to press. */
export interface OpenShapeTool extends Tool {
  readonly isOpen: boolean;
  /** Closes the shape and does what it was drawn for. */
  close(): void;
  /** Takes back the last corner. */
  back(): void;
  /** Takes back the whole shape. */
  abandon(): void;
}

export interface ToolSurface {
  /** CSS pixels a picture pixel is wide. */
  readonly scale: number;
  /** Replaces what is sketched over the picture. */
  sketch(sketch: ToolSketch): void;
  setCursor(cursor: string): void;
}
