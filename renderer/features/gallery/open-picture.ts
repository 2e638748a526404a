import type { GalleryItem } from '../../../electron/contract/gallery.ts';
import { studio } from '../../api/index.ts';
import { showLibraryPicture } from '../../canvas/selection-api.ts';
import { showError } from '../shell/toasts.ts';
import { pictureUrl } from './media.ts';

/** Puts a picture of foreign origin on the canvas. */
export async function importPicture(item: GalleryItem): Promise<boolean> {
  const response = await fetch(pictureUrl(item));
  const bytes = new Uint8Array(await response.arrayBuffer());
  const reply = await studio.invoke('picture.import', { name: item.title, bytes });
  if (!reply.ok) {
    showError(reply.error);
    return false;
  }
  const shown = await showLibraryPicture(reply.value.id);
  if (!shown.ok) showError(shown.error);
  return shown.ok;
}
