import { readdir, rm } from 'node:fs/promises';
import type { Seeded } from '../support/seeded.ts';

/** What one kill met. */
export interface Killed {
  /** Files whose writing it interrupted. */
  interrupted: number;
}

/** One kind of process that gets killed, with a folder of its own that lives through all its kills. */
export interface Scenario {
  readonly name: string;
  /** Starts it, lets it work, kills it, and looks at everything on the disk. @throws Error naming what was lost */
  kill(random: Seeded): Promise<Killed>;
  close(): Promise<void>;
}

export const temporaryEnding = '.lavida-tmp';

/** Names of files that were being written, anywhere below a folder. */
export async function unfinished(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  return names.filter((name) => name.endsWith(temporaryEnding));
}

export function demand(holds: boolean, sentence: string): asserts holds {
  if (!holds) throw new Error(sentence);
}

export async function removeAll(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}
