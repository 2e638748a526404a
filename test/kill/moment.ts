import { watch } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Seeded } from '../support/seeded.ts';
import { temporaryEnding } from './scenario.ts';

/** Longest wait for a write that never comes. */
const patience = 4000;

/**
 * The moment to kill. Half of them lie anywhere in the next `span` milliseconds; the other half, because a write is
 * short beside the work around it, up to 4 ms after a temporary file appears in one of the folders.
 */
export async function momentToKill(random: Seeded, folders: readonly string[], span: number): Promise<void> {
  if (random.next() < 0.5) {
    await sleep(random.next() * span);
    return;
  }
  let toPass = random.below(4);
  const after = random.next() * 4;
  await new Promise<void>((resolve) => {
    const watchers = folders.map((folder) =>
      watch(folder, (_event, name) => {
        if (name?.endsWith(temporaryEnding) === true && toPass-- === 0) stop();
      }),
    );
    const timer = setTimeout(() => {
      stop();
    }, patience);
    const stop = (): void => {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
      resolve();
    };
  });
  const until = performance.now() + after;
  while (performance.now() < until);
}
