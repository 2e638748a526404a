import { create } from 'zustand';
import type { RunRecord } from './record.ts';

/** Records kept in memory; the oldest used goes first. A full-size record of 64 steps takes about 3 MB. */
const kept = 8;
const records = new Map<string, RunRecord>();
const touched = new Set<string>();
let frame = 0;

interface RecordsStore {
  /** Grows whenever a record changed; views that read a record depend on its number. */
  versions: Record<string, number>;
}

export const useRecords = create<RecordsStore>(() => ({ versions: {} }));

export function getRecord(id: string | null): RunRecord | null {
  return id === null ? null : (records.get(id) ?? null);
}

export function keepRecord(record: RunRecord): void {
  records.delete(record.id);
  records.set(record.id, record);
  for (const id of records.keys()) {
    if (records.size <= kept) break;
    records.delete(id);
  }
  touchRecord(record.id);
}

/** Forgets a run whose end was missed; it is read anew from its trace. */
export function dropRecord(id: string): void {
  records.delete(id);
  touchRecord(id);
}

/** Tells the views once a frame, however fast the steps arrive. */
export function touchRecord(id: string): void {
  touched.add(id);
  if (frame) return;
  frame = requestAnimationFrame(() => {
    frame = 0;
    const ids = [...touched];
    touched.clear();
    useRecords.setState(({ versions }) => ({
      versions: { ...versions, ...Object.fromEntries(ids.map((key) => [key, (versions[key] ?? 0) + 1])) },
    }));
  });
}

/** The record of a run, with a number that changes whenever it does. */
export function useRecord(id: string | null): { record: RunRecord | null; version: number } {
  const version = useRecords(({ versions }) => (id === null ? 0 : (versions[id] ?? 0)));
  return { record: getRecord(id), version };
}
