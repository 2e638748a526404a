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
export interface Savable {
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

interface SaveAsStore {
  /** The picture that the dialog is open for, if it is. */
  saving: Saving | null;
  /** Several pictures that it is open for. */
  several: readonly Savable[] | null;
}

export const useSaveAs = create<SaveAsStore>(() => ({ saving: null, several: null }));

/** Asks in which form the pictures in sight are to be saved. */
export function openSaveAs(): void {
  const [picture, ...more] = savables();
  if (!picture) return;
  if (more.length > 0) useSaveAs.setState({ several: [picture, ...more] });
  else useSaveAs.setState({ saving: { name: picture.name, reading: picture.read().then(readPicture) } });
}

export function closeSaveAs(): void {
  const { saving } = useSaveAs.getState();
  useSaveAs.setState({ saving: null, several: null });
  saving?.reading.then(
    ({ bitmap }) => {
      bitmap.close();
    },
    () => undefined,
  );
}

export function canSaveAs(): boolean {
  return savables().length > 0;
}

/** What would be saved: the pictures chosen in the gallery while that is open, else the finished one on the canvas. */
function savables(): Savable[] {
  if (useSession.getState().galleryOpen) return chosenInGallery();
  const shown = shownOnCanvas();
  return shown ? [shown] : [];
}

function chosenInGallery(): Savable[] {
  if (useGallery.getState().place.kind === 'bin') return [];
  return chosenIds().map((id) => {
    // Of one that was never in sight the gallery knows no more than its id, which is also its file's name.
    const { file, version } = itemOf(id) ?? { file: `${id}.png`, version: '' };
    return { name: file, read: () => readFile({ id, version }) };
  });
}

async function readFile(picture: { id: string; version: string }): Promise<Blob> {
  const response = await fetch(pictureUrl(picture));
  if (!response.ok) throw new Error('The picture could not be read.');
  return response.blob();
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
