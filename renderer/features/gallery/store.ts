import { create } from 'zustand';
import type {
  BinnedPicture,
  GalleryItem,
  GalleryQuery,
  GalleryState,
  GalleryView,
} from '../../../electron/contract/gallery.ts';
import { noSelection, type Selection } from './selection.ts';

/** What the middle of the gallery shows: a view of the pictures, or its bin. */
export type Place = GalleryView | { kind: 'bin' };

/** Bringing in files: so many of so many. */
export interface ImportProgress {
  done: number;
  total: number;
  known: number;
  failed: string[];
}

interface GalleryStore {
  place: Place;
  text: string;
  /** Ids of what is shown, in order. */
  ids: readonly string[];
  /** True until the first answer to what is asked now. */
  loading: boolean;
  state: GalleryState | null;
  bin: readonly BinnedPicture[];
  selection: Selection;
  /** Two pictures seen side by side. */
  comparing: readonly [string, string] | null;
  /** The picture whose family is on show. */
  family: string | null;
  importing: ImportProgress | null;
  /** A new board is being made. */
  makesBoard: boolean;
  /** Grows when known items changed; views that read an item depend on it. */
  version: number;
}

export const useGallery = create<GalleryStore>(() => ({
  place: { kind: 'all' },
  text: '',
  ids: [],
  loading: true,
  state: null,
  bin: [],
  selection: noSelection,
  comparing: null,
  family: null,
  importing: null,
  makesBoard: false,
  version: 0,
}));

/** Pictures seen lately, the longest unseen first. */
const items = new Map<string, GalleryItem>();
const keptItems = 3000;

export function itemOf(id: string): GalleryItem | null {
  return items.get(id) ?? null;
}

export function keepItems(fresh: readonly GalleryItem[]): void {
  for (const item of fresh) {
    items.delete(item.id);
    items.set(item.id, item);
  }
  for (const id of items.keys()) {
    if (items.size <= keptItems) break;
    items.delete(id);
  }
  useGallery.setState(({ version }) => ({ version: version + 1 }));
}

/** What is asked of the studio for a place. */
export function queryOf(place: GalleryView, text: string, sort: GalleryQuery['sort']): GalleryQuery {
  return { view: place, text, sort: text.trim() === '' && sort === 'best' ? 'newest' : sort };
}

export function samePlace(a: Place, b: Place): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** The selected pictures, in the order shown; the one with the focus when none is. */
export function chosenIds(): string[] {
  const { ids, selection } = useGallery.getState();
  const chosen = ids.filter((id) => selection.ids.has(id));
  if (chosen.length > 0) return chosen;
  return selection.focus !== null && ids.includes(selection.focus) ? [selection.focus] : [];
}
