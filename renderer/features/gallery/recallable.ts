import { studio } from '../../api/index.ts';
import { showError } from '../shell/toasts.ts';
import { draggedIds } from './drag.ts';
import type { Recallable } from './recall.ts';
import { itemOf, keepItems } from './store.ts';

/** As much of a file as may hold how it was made, bytes. */
const headBytes = 4 * 1024 * 1024;

/** What a dropped picture says about how it was made; null when it is no picture, after saying so. */
export async function recallableOf(transfer: DataTransfer): Promise<Recallable | null> {
  const [id] = draggedIds(transfer);
  // The files of a drop are gone once its event is over.
  const file = transfer.files[0];
  if (id !== undefined) return recallableOfId(id);
  return file ? recallableOfFile(file) : null;
}

async function recallableOfId(id: string): Promise<Recallable | null> {
  if (!itemOf(id)) {
    const reply = await studio.invoke('gallery.items', { ids: [id] });
    if (reply.ok) keepItems(reply.value);
  }
  const item = itemOf(id);
  return item ? { ...item, foreign: null } : null;
}

export async function recallableOfFile(file: File): Promise<Recallable | null> {
  const head = new Uint8Array(await file.slice(0, headBytes).arrayBuffer());
  if (head[0] === 0x89) {
    const reply = await studio.invoke('picture.facts', { name: file.name, head });
    if (reply.ok) return reply.value;
    showError(reply.error);
    return null;
  }
  // Other formats carry nothing of ours; their size is still known.
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (!bitmap) return null;
  const { width, height } = bitmap;
  bitmap.close();
  return { request: null, foreign: null, width, height };
}
