import type { GalleryItem } from '../../../electron/contract/gallery.ts';
import { studio } from '../../api/index.ts';
import { formatNumber, t } from '../../i18n/index.ts';
import { forget, remember, type Deed } from '../../state/history.ts';
import { copyText, told } from '../playback/clipboard.ts';
import { showRun, usePlayback } from '../playback/store.ts';
import { dropFinished, keepFinished } from '../runs/library.ts';
import { useRuns } from '../runs/store.ts';
import { said, showToast } from '../shell/toasts.ts';
import { closeGallery, readGallery } from './data.ts';
import { saveFile } from '../../components/save-file.ts';
import { pictureUrl, pngOf } from './media.ts';
import { withoutGone } from './selection.ts';
import { itemOf, keepItems, useGallery } from './store.ts';
import { importPicture } from './open-picture.ts';
import { writing } from './writes.ts';

/** About how much an undo of a deletion holds, bytes. */
const deedBytes = 200;

/** Shows a change at once, before the studio has written it. */
function foresee(ids: readonly string[], change: (item: GalleryItem) => GalleryItem): void {
  keepItems(ids.flatMap((id) => itemOf(id) ?? []).map(change));
}

/** Stars the pictures, or takes the stars away when all of them have one. */
export async function toggleStar(ids: readonly string[]): Promise<void> {
  const starred = !ids.every((id) => itemOf(id)?.starred);
  foresee(ids, (item) => ({ ...item, starred }));
  said(await writing(studio.invoke('gallery.star', { ids: [...ids], starred })));
}

export async function changeTags(
  ids: readonly string[],
  { add = [], remove = [] }: { add?: string[]; remove?: string[] },
): Promise<void> {
  said(await writing(studio.invoke('gallery.tag', { ids: [...ids], add, remove })));
}

export async function writeNote(id: string, note: string): Promise<void> {
  foresee([id], (item) => ({ ...item, note }));
  said(await writing(studio.invoke('gallery.note', { id, note })));
}

/** Puts pictures into the bin; undo takes them out again, also while they are still on their way. */
export async function deletePictures(ids: readonly string[]): Promise<void> {
  let moving = moveToBin(ids);
  const undo = (): void => void moving.then(restorePictures);
  const deed: Deed = {
    kind: 'delete pictures',
    bytes: ids.length * deedBytes,
    undo,
    redo: () => {
      moving = moveToBin(ids);
    },
  };
  remember(deed);
  const gone = await moving;
  if (gone.length === 0) {
    forget(deed);
    return;
  }
  showToast(t('gallery.deleted', { n: formatNumber(gone.length) }), t('gallery.deleted.detail'), {
    label: t('gallery.undo'),
    perform: undo,
  });
}

/** Takes pictures out of sight before the studio has moved them, which takes a while for hundreds. */
function hide(ids: readonly string[]): void {
  const gone = new Set(ids);
  useGallery.setState(({ ids: before, selection }) => {
    const left = before.filter((id) => !gone.has(id));
    return { ids: left, selection: withoutGone(selection, before, left) };
  });
}

async function moveToBin(ids: readonly string[]): Promise<string[]> {
  hide(ids);
  const reply = await writing(studio.invoke('gallery.delete', { ids: [...ids] }));
  const gone = said(reply) && reply.ok ? reply.value.ids : [];
  if (gone.length < ids.length) void readGallery();
  if (gone.length === 0) return [];
  dropFinished(gone);
  // What is on the canvas would otherwise be a picture that is not there.
  const { runId } = usePlayback.getState();
  if (runId !== null && gone.includes(runId)) showRun(useRuns.getState().finished[0]?.id ?? null);
  return gone;
}

export async function restorePictures(ids: readonly string[]): Promise<void> {
  const reply = await writing(studio.invoke('gallery.restore', { ids: [...ids] }));
  if (said(reply) && reply.ok && reply.value.ids.length > 0)
    showToast(t('gallery.restored', { n: formatNumber(reply.value.ids.length) }));
}

export async function emptyBin(ids: readonly string[]): Promise<void> {
  const reply = await studio.invoke('gallery.empty', { ids: [...ids] });
  if (said(reply) && reply.ok) showToast(t('gallery.emptied', { n: formatNumber(reply.value.ids.length) }));
}

/** Puts a picture on the canvas and leaves the gallery. */
export async function openPicture(id: string): Promise<void> {
  const item = itemOf(id);
  if (!item) return;
  const { request } = item;
  if (request === null || item.kind === 'import') {
    if (await importPicture(item)) closeGallery();
    return;
  }
  // The strip of results holds the newest pictures only; this one joins them.
  keepFinished({ ...item, request, model: { name: item.model, fingerprint: '' } });
  showRun(id);
  closeGallery();
}

export async function copyPictureOf(id: string): Promise<void> {
  const item = itemOf(id);
  if (!item) return;
  await told(navigator.clipboard.write([new ClipboardItem({ 'image/png': pngOf(item) })]), t('copy.picture'));
}

export async function copyPromptOf(id: string): Promise<void> {
  await copyText(itemOf(id)?.request?.prompt ?? itemOf(id)?.title ?? '');
}

/** Shows the file in the system's file manager, or says where it lies. */
export async function reveal(id: string): Promise<void> {
  const reply = await studio.invoke('gallery.reveal', { id });
  if (!said(reply) || !reply.ok || reply.value.revealed) return;
  await told(navigator.clipboard.writeText(reply.value.path), t('gallery.pathCopied'), reply.value.path);
}

/** Saves the picture, or several as a zip file, where the browser saves files. */
export async function savePictures(ids: readonly string[]): Promise<void> {
  const [only] = ids;
  if (only === undefined) return;
  const item = itemOf(only);
  if (ids.length === 1 && item) {
    const response = await fetch(pictureUrl(item));
    saveFile(item.file, await response.blob());
    return;
  }
  const reply = await studio.invoke('gallery.export', { ids: [...ids] });
  if (said(reply) && reply.ok)
    saveFile('pictures.zip', new Blob([reply.value.zip.slice()], { type: 'application/zip' }));
}
