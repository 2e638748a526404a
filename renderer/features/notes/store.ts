import { create } from 'zustand';
import type { PictureNotes } from '../../../electron/contract/notes.ts';

/** The picture the notes are about, as requests name it. */
export interface NotedPicture {
  /** Of the library. */
  id: string;
  name: string;
  sha256: string;
  width: number;
  height: number;
}

interface NotesState {
  /** Null without a picture, and until its file has been read. */
  picture: NotedPicture | null;
  /** Null until they are read. */
  notes: PictureNotes | null;
}

/**
 * What is kept beside the picture on the canvas: its thread, its grounding runs and its boxes. Without a picture, the
 * thread of questions that are about none.
 */
export const useNotes = create<NotesState>(() => ({ picture: null, notes: null }));

/** Notes that are not read within this time are waited for no longer, milliseconds. */
const patience = 4000;

/** Resolves once the notes of a picture are there, or could not be read in time. */
export function notesRead(id: string): Promise<void> {
  const isRead = ({ picture, notes }: NotesState): boolean => picture?.id === id && notes !== null;
  if (isRead(useNotes.getState())) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      stop();
      window.clearTimeout(timer);
      resolve();
    };
    const timer = window.setTimeout(done, patience);
    const stop = useNotes.subscribe((state) => {
      if (isRead(state)) done();
    });
  });
}
