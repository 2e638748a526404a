import { ImageDown } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { t } from '../../../i18n/index.ts';
import { dragged, draggedIds } from '../../gallery/drag.ts';
import { bringIn, pictureAmong, showPicture } from '../bring-in.ts';

const carries = (transfer: DataTransfer | null): boolean =>
  transfer !== null && (transfer.types.includes('Files') || dragged(transfer));

/**
 * Takes a picture dropped on the window, a file or one of the studio's own, and says so while one hovers over it. Places
 * that have another use for it come first.
 */
export function DropZone() {
  const [over, setOver] = useState(false);
  const depth = useRef(0);
  useEffect(() => {
    const stop = new AbortController();
    const { signal } = stop;
    const leave = (): void => {
      depth.current = 0;
      setOver(false);
    };
    const enter = (event: DragEvent): void => {
      if (!carries(event.dataTransfer)) return;
      depth.current += 1;
      setOver(true);
    };
    // Seen on the way down, so that no place that keeps the drop to itself leaves the sign standing.
    window.addEventListener('dragenter', enter, { signal, capture: true });
    window.addEventListener('drop', leave, { signal, capture: true });
    window.addEventListener('dragend', leave, { signal, capture: true });
    window.addEventListener(
      'dragleave',
      () => {
        depth.current -= 1;
        if (depth.current <= 0) leave();
      },
      { signal, capture: true },
    );
    const take = (act: (transfer: DataTransfer) => void) => (event: DragEvent) => {
      if (!event.dataTransfer || !carries(event.dataTransfer) || event.defaultPrevented) return;
      event.preventDefault();
      act(event.dataTransfer);
    };
    document.addEventListener(
      'dragover',
      take((transfer) => {
        transfer.dropEffect = 'copy';
      }),
      { signal },
    );
    document.addEventListener('drop', take(receive), { signal });
    return () => {
      stop.abort();
    };
  }, []);
  if (!over) return null;
  return (
    <div className="drop-zone">
      <ImageDown size={30} aria-hidden="true" />
      <b>{t('drop.title')}</b>
      <span>{t('drop.text')}</span>
    </div>
  );
}

function receive(transfer: DataTransfer): void {
  const [id] = draggedIds(transfer);
  if (id !== undefined) {
    void showPicture(id);
    return;
  }
  const file = pictureAmong(transfer);
  if (file) void bringIn(file);
}
