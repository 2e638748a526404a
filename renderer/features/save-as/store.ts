import { create } from 'zustand';
import { currentPicture, pictureSourceOf } from '../../canvas/selection-api.ts';
import { useSession } from '../../state/session.ts';
import { pictureUrl } from '../gallery/media.ts';
import { chosenIds, itemOf, useGallery } from '../gallery/store.ts';
import { usePlayback } from '../playback/store.ts';
import { useRuns } from '../runs/store.ts';
import { isStaged } from '../viewer/staging.ts';
import { readPicture, type ReadPicture } from './encode.ts';

/** A picture that can be saved in another form. */
interface Savable {
  /** Of its file. */
  name: string;
  /** Reads its file, whole. */
  read: () => Promise<Blob>;
}

/** A picture about to be saved, its file being read. */
export interface Saving {
  name: string;
  reading: Promise<ReadPicture>;
}

/** The picture that the dialog is open for, if it is. */
export const useSaveAs = create<{ saving: Saving | null }>(() => ({ saving: null }));

/** Asks in which form the picture in sight is to be saved. */
export function openSaveAs(): void {
  const picture = savable();
  if (picture)
    useSaveAs.setState({ saving: { name: picture.name, reading: picture.read().then(readPicture) } });
}

export function closeSaveAs(): void {
  const { saving } = useSaveAs.getState();
  useSaveAs.setState({ saving: null });
  saving?.reading.then(
    ({ bitmap }) => {
      bitmap.close();
    },
    () => undefined,
  );
}

export function canSaveAs(): boolean {
  return savable() !== null;
}

/** What would be saved: the one picture chosen in the gallery while that is open, else the finished one on the canvas. */
function savable(): Savable | null {
  return useSession.getState().galleryOpen ? chosenInGallery() : shownOnCanvas();
}

function chosenInGallery(): Savable | null {
  if (useGallery.getState().place.kind === 'bin') return null;
  const [only, ...more] = chosenIds();
  const item = only === undefined || more.length > 0 ? null : itemOf(only);
  if (!item) return null;
  return {
    name: item.file,
    read: async () => {
      const response = await fetch(pictureUrl(item));
      if (!response.ok) throw new Error('The picture could not be read.');
      return response.blob();
    },
  };
}

function shownOnCanvas(): Savable | null {
  const { runId } = usePlayback.getState();
  if (isStaged(runId)) {
    const isFinished = useRuns.getState().finished.some(({ id }) => id === runId);
    return runId !== null && isFinished ? ofLibrary(runId, `${runId}.png`) : null;
  }
  const picture = currentPicture();
  return picture && picture.kind !== 'blank' ? ofLibrary(picture.id, picture.name) : null;
}

function ofLibrary(id: string, name: string): Savable {
  return {
    name,
    read: async () => {
      const reply = await pictureSourceOf({ id });
      if (!reply.ok) throw new Error(reply.error.message);
      if (!reply.value.bytes) throw new Error('The picture came without its file.');
      return new Blob([reply.value.bytes.slice()]);
    },
  };
}
