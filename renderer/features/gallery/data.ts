import { flushSync } from 'react-dom';
import { studio } from '../../api/index.ts';
import { currentCanvas } from '../../canvas/current.ts';
import { useConnection } from '../../api/connection.ts';
import { setSession, useSession } from '../../state/session.ts';
import { refreshFinished } from '../runs/library.ts';
import { showError } from '../shell/toasts.ts';
import { itemOf, keepItems, queryOf, samePlace, useGallery, type Place } from './store.ts';
import { noSelection, withoutGone } from './selection.ts';
import { written } from './writes.ts';

/** Changes in quick succession are asked about once, milliseconds. */
const settle = 120;
/** Items asked for in one call. */
const atOnce = 200;

let timer = 0;
let asked = 0;
const wanted = new Set<string>();
let fetching = false;

/** Keeps the window's view of the gallery up to date while it is open. */
export function listenToGallery(): void {
  studio.on('gallery.changed', ({ indexing }) => {
    useGallery.setState(({ state }) => (state ? { state: { ...state, indexing } } : {}));
    window.clearTimeout(timer);
    timer = window.setTimeout(changed, settle);
  });
  useSession.subscribe((now, before) => {
    if (now.galleryOpen && !before.galleryOpen) void readGallery();
    else if (now.gallerySort !== before.gallerySort) void readIds();
  });
  useConnection.subscribe((now, before) => {
    if (now.generation !== before.generation) changed();
  });
  if (useSession.getState().galleryOpen) void readGallery();
}

function changed(): void {
  void refreshFinished();
  if (useSession.getState().galleryOpen) void readGallery();
}

export function openGallery(): void {
  setSession({ galleryOpen: true });
}

export function closeGallery(): void {
  const { activeElement: focused } = document;
  const isInside = focused === document.body || focused?.closest('.gallery') !== null;
  // The canvas is hidden until the window is drawn anew, and what is hidden takes no focus.
  flushSync(() => {
    setSession({ galleryOpen: false });
  });
  useGallery.setState({ comparing: null, family: null });
  // What had the focus goes, and with it the place from which the keyboard goes on.
  if (isInside) currentCanvas()?.container.focus({ preventScroll: true });
}

/** Reads everything anew; known items stay until their successors are there. */
export async function readGallery(): Promise<void> {
  await Promise.all([readState(), readIds()]);
  const { ids } = useGallery.getState();
  const seen = ids.filter((id) => itemOf(id)).slice(0, 1000);
  if (seen.length === 0) return;
  const reply = await studio.invoke('gallery.items', { ids: seen });
  if (reply.ok) keepItems(reply.value);
}

/** Reads boards, tags and counts. */
export async function readState(): Promise<void> {
  const reply = await studio.invoke('gallery.state', {});
  if (!reply.ok) return;
  const { place } = useGallery.getState();
  useGallery.setState({ state: reply.value });
  if (place.kind === 'board' && !reply.value.boards.some(({ id }) => id === place.board))
    goTo({ kind: 'all' });
}

async function readIds(): Promise<void> {
  const { place, text } = useGallery.getState();
  const number = ++asked;
  await written();
  if (number !== asked) return;
  if (place.kind === 'bin') {
    const reply = await studio.invoke('gallery.bin', {});
    if (number !== asked) return;
    if (reply.ok)
      enter(
        reply.value.map(({ id }) => id),
        { bin: reply.value },
      );
    else fail(reply.error);
    return;
  }
  const { gallerySort } = useSession.getState();
  const reply = await studio.invoke('gallery.query', queryOf(place, text, gallerySort));
  if (number !== asked) return;
  if (reply.ok) enter(reply.value.ids);
  else fail(reply.error);
}

function enter(ids: readonly string[], more: Partial<ReturnType<typeof useGallery.getState>> = {}): void {
  useGallery.setState(({ ids: before, selection }) => ({
    ids,
    loading: false,
    selection: withoutGone(selection, before, ids),
    ...more,
  }));
}

function fail(error: Parameters<typeof showError>[0]): void {
  useGallery.setState({ loading: false });
  if (error.code !== 'connection.lost') showError(error);
}

export function goTo(place: Place): void {
  if (samePlace(place, useGallery.getState().place)) return;
  useGallery.setState({ place, ids: [], loading: true, selection: noSelection, family: null });
  void readIds();
}

let typing = 0;
export function searchFor(text: string): void {
  useGallery.setState({ text });
  window.clearTimeout(typing);
  typing = window.setTimeout(() => void readIds(), settle);
}

/** Asks for items that are about to be seen; answers come in batches. */
export function wantItems(ids: readonly string[]): void {
  for (const id of ids) if (!itemOf(id)) wanted.add(id);
  if (!fetching && wanted.size > 0) void fetchItems();
}

async function fetchItems(): Promise<void> {
  fetching = true;
  try {
    while (wanted.size > 0) {
      // The latest wishes first: what scrolled by is less urgent.
      const ids = [...wanted].slice(-atOnce);
      for (const id of ids) wanted.delete(id);
      const reply = await studio.invoke('gallery.items', { ids });
      if (reply.ok) keepItems(reply.value);
      else break;
    }
  } finally {
    fetching = false;
  }
}
