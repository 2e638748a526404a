import type { ErrorCode } from '../../electron/contract/errors.ts';
import { LavidaError } from '../../native/errors.ts';
import type { Seeded } from '../support/seeded.ts';

/** One case: feeds the parser something and throws when it does anything but accept or refuse. */
export type FuzzCase = (random: Seeded) => void | Promise<void>;

/** One parser of bytes from outside. */
export interface FuzzTarget {
  name: string;
  /** Reads what cases are made from. */
  open: () => FuzzCase | Promise<FuzzCase>;
  /** Cases of the short run, where they are slower than most. */
  cases?: number;
}

/** What the parser gave, or null when it refused with one of these errors of the catalogue; others pass on. */
export function accepted<T>(codes: readonly ErrorCode[], parse: () => T): T | null {
  try {
    return parse();
  } catch (error) {
    if (error instanceof LavidaError && codes.includes(error.code)) return null;
    throw error;
  }
}

export function demand(holds: boolean, sentence: string): asserts holds {
  if (!holds) throw new Error(sentence);
}
