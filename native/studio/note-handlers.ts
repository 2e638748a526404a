import type { noteChannels, PictureNotes } from '../../electron/contract/notes.ts';
import type { NotesStore } from '../library/notes-store.ts';
import type { Handlers } from './dispatch.ts';

/** The channels about what is kept beside pictures. */
export function noteHandlers(
  notes: NotesStore,
  changed: (notes: PictureNotes) => void,
): Pick<Handlers, keyof typeof noteChannels> {
  const change = async (
    picture: { name: string; sha256: string },
    edit: (before: PictureNotes) => PictureNotes,
  ): Promise<Record<string, never>> => {
    const { notes: after, error } = await notes.change(picture, edit);
    changed(after);
    if (error !== null) throw error;
    return {};
  };
  return {
    'notes.read': (picture) => notes.read(picture),
    'notes.boxes': ({ put, remove, ...picture }) =>
      change(picture, (before) => {
        const gone = new Set(remove);
        const changes = new Map(put.map((box) => [box.id, box]));
        const stay = before.boxes.filter(({ id }) => !gone.has(id)).map((box) => changes.get(box.id) ?? box);
        const known = new Set(before.boxes.map(({ id }) => id));
        return { ...before, boxes: [...stay, ...put.filter(({ id }) => !known.has(id))] };
      }),
    'notes.forget': ({ turns, ...picture }) =>
      change(picture, (before) => ({
        ...before,
        turns: before.turns.filter(({ id }) => !turns.includes(id)),
      })),
  };
}
