import { setTimeout as sleep } from 'node:timers/promises';
import { collect } from './collect.ts';

/** Watches objects without keeping them alive. */
export class Watched<T extends object> {
  readonly #refs: WeakRef<T>[] = [];

  add(thing: T): void {
    this.#refs.push(new WeakRef(thing));
  }

  get seen(): number {
    return this.#refs.length;
  }

  /** Those somebody still holds once the collector has run. */
  async held(): Promise<T[]> {
    // A weak reference that was just read holds its object to the end of the turn.
    for (let i = 0; i < 4; i++) {
      await sleep(10);
      collect();
    }
    return this.#refs.flatMap((ref) => ref.deref() ?? []);
  }
}
