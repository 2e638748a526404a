import type { RunEvent } from '../../electron/contract/events.ts';

/** Keeps what a reloaded window needs: everything but pictures, of which only the latest preview stays. */
export function logEvent(log: RunEvent[], event: RunEvent): void {
  // Pictures of rounds are read from the disk, where they lie before they are told.
  if (event.type === 'run.image' || event.type === 'round.image') return;
  if (event.type === 'step.preview') {
    const at = log.findLastIndex((earlier) => earlier.type === 'step.preview');
    if (at >= 0) log.splice(at, 1);
  }
  log.push(event);
}
