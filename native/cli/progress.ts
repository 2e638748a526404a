import type { RunEvent } from '../../electron/contract/events.ts';

const width = 28;

/** Seconds as `1:05` or `7.3 s`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** A one-line progress bar on a terminal; writes nothing where the stream is not one. */
export class ProgressLine {
  readonly #stream: NodeJS.WriteStream;
  #started = 0;
  #phase = '';
  /** Tokens of the text under way. */
  #tokens = 0;
  #open = false;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  /** Shows what an event means for the waiting user. */
  show(event: RunEvent): void {
    if (event.type === 'phase') {
      this.#phase = event.phase;
      this.#write(`${event.phase} ${event.detail}`);
    } else if (event.type === 'step.begin') {
      if (event.step === 0) this.#started = performance.now();
      this.#write(this.#bar(event.step, event.steps));
    } else if (event.type === 'text.start') {
      this.#started = performance.now();
      this.#tokens = event.length;
    } else if (
      event.type === 'token.commit' ||
      event.type === 'plan.token' ||
      event.type === 'critique.token'
    ) {
      this.#write(this.#bar(Math.min(event.step + 1, this.#tokens), this.#tokens));
    } else if (event.type === 'run.done' || event.type === 'run.error' || event.type === 'run.cancelled') {
      this.clear();
    }
  }

  /** Says one line of words (loading and the like). */
  say(text: string): void {
    this.#write(text);
  }

  /** Empties the line, so that other output starts clean. */
  clear(): void {
    if (this.#open) this.#stream.write('\r\u001b[2K');
    this.#open = false;
  }

  #bar(step: number, steps: number): string {
    const share = step / steps;
    const filled = Math.round(share * width);
    const elapsed = (performance.now() - this.#started) / 1000;
    const left = step > 0 ? `  ${formatSeconds((elapsed / step) * (steps - step))} left` : '';
    return `${this.#phase} ${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${step}/${steps}${left}`;
  }

  #write(text: string): void {
    if (!this.#stream.isTTY) return;
    const columns = this.#stream.columns || 80;
    this.#stream.write(`\r\u001b[2K${text.slice(0, columns - 1)}`);
    this.#open = true;
  }
}
