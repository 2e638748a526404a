import { ImageOff, Trash2 } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { renameSnapshot, type CanvasSnapshot } from '../../../canvas/selection/snapshots-store.ts';
import { IconButton } from '../../../components/button.tsx';
import { formatDate } from '../../../i18n/dates.ts';
import { t } from '../../../i18n/index.ts';
import { deleteSnapshot, restoreSnapshot } from '../service.ts';
import { useSnapshotList } from '../store.ts';
import { drawThumbnail } from '../thumbnail.ts';

/** A snapshot: its look, which brings it back, its name, its time, and the way to the bin. */
export function SnapshotCard({ snapshot }: { snapshot: CanvasSnapshot }) {
  const { name, createdAt } = snapshot;
  const card = useRef<HTMLLIElement>(null);
  const remove = (): void => {
    // The focus goes on to a neighbour, or to the name of the next one.
    const cards = [...(card.current?.parentElement?.children ?? [])];
    const at = card.current ? cards.indexOf(card.current) : -1;
    const next = (cards[at + 1] ?? cards[at - 1])?.querySelector<HTMLElement>('.snapshot-look');
    const field = card.current?.closest('.snapshots')?.querySelector<HTMLElement>('input');
    deleteSnapshot(snapshot);
    (next ?? field)?.focus();
  };
  return (
    <li className="snapshot" ref={card}>
      <button
        type="button"
        className="snapshot-look"
        aria-label={t('snapshot.restore', { name })}
        title={t('snapshot.restore.about')}
        onClick={() => {
          useSnapshotList.setState({ open: false });
          void restoreSnapshot(snapshot);
        }}
      >
        <Thumbnail snapshot={snapshot} />
      </button>
      <div className="snapshot-line">
        <Name snapshot={snapshot} key={name} />
        <IconButton
          icon={Trash2}
          size="s"
          side="top"
          label={t('snapshot.remove', { name })}
          onClick={remove}
        />
      </div>
      <time dateTime={createdAt}>{formatDate(createdAt)}</time>
    </li>
  );
}

function Name({ snapshot: { id, name } }: { snapshot: CanvasSnapshot }) {
  const [text, setText] = useState(name);
  const keep = (): void => {
    const next = text.trim();
    if (next === '') setText(name);
    else renameSnapshot(id, next);
  };
  return (
    <input
      className="snapshot-name"
      aria-label={t('snapshot.rename')}
      value={text}
      maxLength={80}
      spellCheck={false}
      onChange={(event) => {
        setText(event.target.value);
      }}
      onBlur={keep}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur();
      }}
    />
  );
}

/** Twice the size it is shown at, for sharp screens. */
const size = { width: 336, height: 252 };

function Thumbnail({ snapshot }: { snapshot: CanvasSnapshot }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [gone, setGone] = useState(false);
  useEffect(() => {
    const stop = new AbortController();
    if (canvas.current)
      void drawThumbnail(canvas.current, snapshot).then((drawn) => {
        if (!stop.signal.aborted) setGone(!drawn);
      });
    return () => {
      stop.abort();
    };
  }, [snapshot]);
  return (
    <>
      <canvas ref={canvas} {...size} hidden={gone} aria-hidden="true" />
      {gone ? (
        <span className="snapshot-gone">
          <ImageOff size={20} aria-hidden="true" />
          {t('snapshot.gone')}
        </span>
      ) : null}
    </>
  );
}
