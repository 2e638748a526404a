import { ImageDown } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { t } from '../../../i18n/index.ts';
import { bringIn, pictureAmong } from '../bring-in.ts';

/** Takes a picture file dropped anywhere on the window, and says so while one hovers over it. */
export function DropZone() {
  const [over, setOver] = useState(false);
  const depth = useRef(0);
  useEffect(() => {
    const stop = new AbortController();
    const { signal } = stop;
    const isFile = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes('Files') ?? false;
    const listen = (
      type: 'dragenter' | 'dragover' | 'dragleave' | 'drop',
      act: (event: DragEvent) => void,
    ) => {
      window.addEventListener(
        type,
        (event) => {
          if (!isFile(event) || event.defaultPrevented) return;
          event.preventDefault();
          act(event);
        },
        { signal },
      );
    };
    listen('dragenter', () => {
      depth.current += 1;
      setOver(true);
    });
    listen('dragover', (event) => {
      if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy';
    });
    listen('dragleave', () => {
      depth.current -= 1;
      if (depth.current <= 0) setOver(false);
    });
    listen('drop', (event) => {
      depth.current = 0;
      setOver(false);
      const file = pictureAmong(event.dataTransfer);
      if (file) void bringIn(file);
    });
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
