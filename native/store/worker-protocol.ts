import type { StudioError } from '../../electron/contract/errors.ts';
import type { Precision } from '../models/precision.ts';

/** Long work on files, done by a thread of its own because hashing and converting would hold up whoever answers windows. */
export type StoreTask =
  /** SHA-256 of files below a folder; null for one that is not there. */
  | { kind: 'hash'; directory: string; files: readonly string[] }
  /** Copies files to another folder, hashing on the way and reading back what was written. */
  | { kind: 'copy'; directory: string; files: readonly string[]; to: string }
  | { kind: 'convert'; directory: string; precision: Precision; to: string };

export type FileHashes = Record<string, { bytes: number; sha256: string } | null>;

/** What the thread says: progress, then one last word. */
export type StoreWord =
  | { type: 'progress'; file: string; done: number; total: number }
  | { type: 'done'; hashes: FileHashes }
  | { type: 'failed'; error: StudioError }
  | { type: 'cancelled' };
