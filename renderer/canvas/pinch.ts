import type { ViewportModule } from './viewport-module.ts';

interface Place {
  x: number;
  y: number;
}

/** Two fingers on the canvas: they move it, and zoom by how far they part. */
export class Pinch {
  readonly #viewport: ViewportModule;
  readonly #fingers = new Map<number, Place>();

  constructor(viewport: ViewportModule) {
    this.#viewport = viewport;
  }

  /** True once two fingers are down. */
  get active(): boolean {
    return this.#fingers.size === 2;
  }

  /** A finger comes down at a place of the container; a third one is not heeded. */
  down(id: number, place: Place): void {
    if (this.#fingers.size < 2) this.#fingers.set(id, place);
  }

  move(id: number, place: Place): void {
    if (!this.#fingers.has(id)) return;
    const before = this.#spread();
    this.#fingers.set(id, place);
    const after = this.#spread();
    if (!before || !after) return;
    this.#viewport.panBy(after.centre.x - before.centre.x, after.centre.y - before.centre.y);
    if (before.distance > 0) this.#viewport.zoomBy(after.distance / before.distance, after.centre);
  }

  up(id: number): void {
    this.#fingers.delete(id);
  }

  #spread(): { centre: Place; distance: number } | null {
    const [a, b] = [...this.#fingers.values()];
    if (!a || !b) return null;
    return {
      centre: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 },
      distance: Math.hypot(a.x - b.x, a.y - b.y),
    };
  }
}
