import { useEffect, useState } from 'react';
import { Copy, MessageSquareText, Ruler, Sprout, type LucideIcon } from 'lucide-react';
import { t } from '../../../i18n/index.ts';
import { dragged } from '../drag.ts';
import { hasFiles } from '../import-files.ts';
import { recall, recallParts, type RecallPart } from '../recall.ts';
import { recallableOf } from '../recallable.ts';

const icons: Record<RecallPart, LucideIcon> = {
  all: Copy,
  prompt: MessageSquareText,
  seed: Sprout,
  size: Ruler,
};

/** While a picture is dragged, the task panel takes it: the whole request, or a part of it. */
export function RecallZones() {
  const active = useDragging();
  const [over, setOver] = useState<RecallPart | null>(null);
  if (!active) return null;
  return (
    <div className="recall-zones" aria-label={t('recall.title')}>
      <b>{t('recall.drop')}</b>
      {recallParts.map((part) => {
        const Icon = icons[part];
        return (
          <div
            key={part}
            className="recall-zone"
            data-over={over === part || undefined}
            data-testid={`recall-${part}`}
            onDragOver={(event) => {
              event.preventDefault();
              event.dataTransfer.dropEffect = 'copy';
              setOver(part);
            }}
            onDragLeave={() => {
              setOver(null);
            }}
            onDrop={(event) => {
              event.preventDefault();
              setOver(null);
              void recallableOf(event.dataTransfer).then((found) => {
                if (found) recall(found, part);
              });
            }}
          >
            <Icon size={18} aria-hidden="true" />
            {t(`recall.part.${part}`)}
          </div>
        );
      })}
    </div>
  );
}

/** True while a picture of the studio or a file from outside is over the window. */
function useDragging(): boolean {
  const [active, setActive] = useState(false);
  useEffect(() => {
    const stop = new AbortController();
    const { signal } = stop;
    const carries = (transfer: DataTransfer | null): boolean =>
      transfer !== null && (dragged(transfer) || hasFiles(transfer));
    const begin = (event: DragEvent): void => {
      if (carries(event.dataTransfer)) setActive(true);
    };
    const end = (): void => {
      setActive(false);
    };
    window.addEventListener('dragenter', begin, { signal });
    window.addEventListener(
      'dragleave',
      (event) => {
        if (event.relatedTarget === null) end();
      },
      { signal },
    );
    window.addEventListener('drop', end, { signal });
    window.addEventListener('dragend', end, { signal });
    // A file dropped anywhere else must not replace the page.
    for (const name of ['dragover', 'drop'] as const)
      window.addEventListener(
        name,
        (event) => {
          if (event.dataTransfer && hasFiles(event.dataTransfer)) event.preventDefault();
        },
        { signal },
      );
    return () => {
      stop.abort();
    };
  }, []);
  return active;
}
