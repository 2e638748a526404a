const windowMs = 8000;

/** Speed and time left of something that grows, over its last seconds. */
export class Rate {
  #samples: { at: number; done: number }[] = [];

  /** @param done bytes so far; what was there before the start counts as no time */
  note(done: number, now = performance.now()): void {
    const last = this.#samples.at(-1);
    if (last && done < last.done) this.#samples = [];
    if (last && now - last.at < 100) return;
    this.#samples.push({ at: now, done });
    this.#samples = this.#samples.filter(({ at }) => now - at <= windowMs);
  }

  /** Forgets the past, as after a pause. */
  restart(): void {
    this.#samples = [];
  }

  get bytesPerSecond(): number | null {
    const [first] = this.#samples;
    const last = this.#samples.at(-1);
    if (!first || !last || last.at - first.at < 500) return null;
    return ((last.done - first.done) * 1000) / (last.at - first.at);
  }

  secondsLeft(done: number, total: number | null): number | null {
    const speed = this.bytesPerSecond;
    return total === null || speed === null || speed <= 0 ? null : Math.max(0, total - done) / speed;
  }
}
