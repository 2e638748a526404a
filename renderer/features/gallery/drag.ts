import type { DragEvent } from 'react';
import { useGallery } from './store.ts';

/** Pictures of the gallery or of the results on their way to a board, a place or the task panel. */
const pictureType = 'application/x-lavida-pictures';

/** Starts to drag a picture, with the whole selection if it belongs to it. */
export function dragPictures(event: DragEvent, id: string): void {
  const { ids, selection } = useGallery.getState();
  const together = selection.ids.has(id) ? ids.filter((other) => selection.ids.has(other)) : [id];
  event.dataTransfer.setData(pictureType, JSON.stringify(together));
  event.dataTransfer.effectAllowed = 'copyMove';
}

/** Whether pictures of the studio are being dragged. */
export function dragged(transfer: DataTransfer): boolean {
  return transfer.types.includes(pictureType);
}

export function draggedIds(transfer: DataTransfer): string[] {
  try {
    const ids: unknown = JSON.parse(transfer.getData(pictureType));
    return Array.isArray(ids) ? ids.filter((id): id is string => typeof id === 'string') : [];
  } catch {
    return [];
  }
}
