import { Film, Import, Star, Wand2 } from 'lucide-react';
import { memo, useState } from 'react';
import { IconButton } from '../../../components/button.tsx';
import { t } from '../../../i18n/index.ts';
import { dragged, draggedIds, dragPictures } from '../drag.ts';
import { thumbnailUrl } from '../media.ts';
import { select } from '../selection.ts';
import { moveInBoard } from '../boards.ts';
import { openPicture, toggleStar } from '../service.ts';
import { itemOf, useGallery } from '../store.ts';

interface TileProps {
  id: string;
  column: number;
}

/** One picture of the grid. */
export const Tile = memo(function Tile({ id, column }: TileProps) {
  useGallery((state) => state.version);
  const selected = useGallery((state) => state.selection.ids.has(id));
  const focused = useGallery((state) => state.selection.focus === id);
  const place = useGallery((state) => state.place);
  const binned = useGallery((state) =>
    state.place.kind === 'bin' ? state.bin.find((picture) => picture.id === id) : undefined,
  );
  const [before, setBefore] = useState(false);
  const item = binned ? null : itemOf(id);
  const title = item?.title ?? binned?.title ?? '';
  const known = item ?? (binned ? { id, version: 'bin' } : null);
  const ordered = place.kind === 'board';
  const pick = (event: React.MouseEvent): void => {
    const { selection, ids } = useGallery.getState();
    const manner = event.shiftKey ? 'range' : event.ctrlKey || event.metaKey ? 'toggle' : 'alone';
    useGallery.setState({ selection: select(selection, ids, id, manner) });
  };
  return (
    <div
      id={`picture-${id}`}
      role="gridcell"
      aria-colindex={column}
      aria-selected={selected}
      aria-label={title}
      title={title}
      className="gallery-tile"
      data-selected={selected || undefined}
      data-focus={focused || undefined}
      data-before={before || undefined}
      draggable={!binned}
      onClick={pick}
      onDoubleClick={() => {
        if (!binned) void openPicture(id);
      }}
      onDragStart={(event) => {
        dragPictures(event, id);
      }}
      onDragOver={(event) => {
        if (!ordered || !dragged(event.dataTransfer)) return;
        event.preventDefault();
        setBefore(true);
      }}
      onDragLeave={() => {
        setBefore(false);
      }}
      onDrop={(event) => {
        setBefore(false);
        const ids = draggedIds(event.dataTransfer);
        if (place.kind !== 'board' || ids.length === 0 || ids.includes(id)) return;
        event.preventDefault();
        void moveInBoard(place.board, ids, id);
      }}
    >
      {known ? (
        <img src={thumbnailUrl(known)} alt="" loading="lazy" draggable={false} decoding="async" />
      ) : null}
      {item ? (
        <>
          <span className="gallery-badges" aria-hidden="true">
            {item.kind === 'edit' ? <Wand2 size={13} /> : null}
            {item.kind === 'import' ? <Import size={13} /> : null}
            {item.hasTrace ? <Film size={13} /> : null}
          </span>
          <IconButton
            icon={Star}
            size="s"
            tabIndex={-1}
            label={item.starred ? t('gallery.unstar') : t('gallery.star')}
            pressed={item.starred}
            className="gallery-star"
            onClick={(event) => {
              event.stopPropagation();
              void toggleStar([id]);
            }}
            onDoubleClick={(event) => {
              event.stopPropagation();
            }}
          />
        </>
      ) : null}
    </div>
  );
});
