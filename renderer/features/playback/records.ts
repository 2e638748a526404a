import { create } from 'zustand';
import type { RunFilm } from './film.ts';
import type { RunRecord } from './record.ts';

/** Films kept in memory; the oldest used goes first. A full-size round of 64 steps takes about 11 MB. */
const kept = 8;
const films = new Map<string, RunFilm>();
const touched = new Set<string>();
let frame = 0;

interface RecordsStore {
  /** Grows whenever a film changed; views that read one depend on its number. */
  versions: Record<string, number>;
}

export const useRecords = create<RecordsStore>(() => ({ versions: {} }));

export function getFilm(id: string | null): RunFilm | null {
  return id === null ? null : (films.get(id) ?? null);
}

/** The last picture of a run. */
export function getRecord(id: string | null): RunRecord | null {
  return getFilm(id)?.record ?? null;
}

export function keepFilm(film: RunFilm): void {
  films.delete(film.id);
  films.set(film.id, film);
  for (const id of films.keys()) {
    if (films.size <= kept) break;
    films.delete(id);
  }
  touchRecord(film.id);
}

/** Forgets a run whose end was missed; it is read anew from its trace. */
export function dropRecord(id: string): void {
  films.delete(id);
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

/** The film of a run, with a number that changes whenever it does. */
export function useFilm(id: string | null): { film: RunFilm | null; version: number } {
  const version = useRecords(({ versions }) => (id === null ? 0 : (versions[id] ?? 0)));
  return { film: getFilm(id), version };
}

/** The last picture of a run, with a number that changes whenever it does. */
export function useRecord(id: string | null): { record: RunRecord | null; version: number } {
  const { film, version } = useFilm(id);
  return { record: film?.record ?? null, version };
}
