import type { RunEvent } from '../../../electron/contract/events.ts';

type Listener = (id: string, event: RunEvent) => void;

const listeners = new Set<Listener>();

/** Hears every event of every run before anyone else, those told again to a window that attached late too. */
export function onRunEvent(listener: Listener): void {
  listeners.add(listener);
}

export function tellRunEvent(id: string, event: RunEvent): void {
  for (const listener of listeners) listener(id, event);
}
