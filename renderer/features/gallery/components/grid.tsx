import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { useElementSize } from '../../../components/use-element-size.ts';
import { t } from '../../../i18n/index.ts';
import { useSession } from '../../../state/session.ts';
import { wantItems } from '../data.ts';
import { destination, select } from '../selection.ts';
import { openPicture } from '../service.ts';
import { useGallery } from '../store.ts';
import { GridEmpty } from './grid-empty.tsx';
import { Tile } from './tile.tsx';

const gap = 8;
const padding = 12;

/** All pictures of the place, of which only those in sight are in the page. */
export function Grid() {
  const ids = useGallery((state) => state.ids);
  const loading = useGallery((state) => state.loading);
  const place = useGallery((state) => state.place);
  const focus = useGallery((state) => state.selection.focus);
  useGallery((state) => state.version);
  const tile = useSession((state) => state.galleryTile);
  const scroller = useRef<HTMLDivElement>(null);
  const { width, height } = useElementSize(scroller);
  const inner = Math.max(tile, width - 2 * padding);
  const columns = Math.max(1, Math.floor((inner + gap) / (tile + gap)));
  const side = Math.floor((inner - (columns - 1) * gap) / columns);
  const rows = useRows(Math.ceil(ids.length / columns), side + gap, scroller);
  useFollowFocus(focus, ids, columns, rows);
  useStartAtTop(place, scroller);

  const shown = rows.getVirtualItems();
  const first = (shown[0]?.index ?? 0) * columns;
  const visible = ids.slice(first, ((shown.at(-1)?.index ?? -1) + 1) * columns);
  useEffect(() => {
    if (place.kind !== 'bin') wantItems(visible);
  });
  useEffect(() => {
    scroller.current?.focus({ preventScroll: true });
  }, []);

  const keyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { selection } = useGallery.getState();
    const at = selection.focus === null ? -1 : ids.indexOf(selection.focus);
    const id = ids[at];
    if (event.key === 'Enter' && id !== undefined && place.kind !== 'bin') {
      event.preventDefault();
      void openPicture(id);
    } else if (event.key === ' ' && id !== undefined) {
      event.preventDefault();
      useGallery.setState({ selection: select(selection, ids, id, 'toggle') });
    } else {
      const page = Math.max(1, Math.floor(height / (side + gap)));
      const to = destination(event.key, at, ids.length, columns, page);
      const next = to === null ? undefined : ids[to];
      if (next === undefined) return;
      event.preventDefault();
      useGallery.setState({
        selection: select(selection, ids, next, event.shiftKey ? 'range' : 'alone'),
      });
    }
  };

  return (
    <div
      ref={scroller}
      className="gallery-grid"
      role="grid"
      tabIndex={0}
      aria-label={t('gallery.pictures')}
      aria-multiselectable="true"
      aria-rowcount={Math.ceil(ids.length / columns)}
      aria-colcount={columns}
      aria-busy={loading}
      aria-activedescendant={focus !== null && visible.includes(focus) ? `picture-${focus}` : undefined}
      onKeyDown={keyDown}
    >
      {ids.length === 0 && !loading ? <GridEmpty /> : null}
      <div style={{ height: rows.getTotalSize(), position: 'relative' }} role="presentation">
        {shown.map((row) => (
          <div
            key={row.key}
            role="row"
            aria-rowindex={row.index + 1}
            className="gallery-row"
            style={{
              transform: `translateY(${String(row.start)}px)`,
              gridTemplateColumns: `repeat(${String(columns)}, ${String(side)}px)`,
              gap,
              height: side,
            }}
          >
            {ids.slice(row.index * columns, (row.index + 1) * columns).map((id, column) => (
              <Tile key={id} id={id} column={column + 1} />
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}

function useRows(count: number, size: number, scroller: React.RefObject<HTMLDivElement | null>) {
  // eslint-disable-next-line react-hooks/incompatible-library -- its functions stay inside this component
  const rows = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => size,
    overscan: 3,
    paddingStart: padding,
    paddingEnd: padding,
  });
  useEffect(() => {
    rows.measure();
  }, [rows, size]);
  return rows;
}

/** Keeps the focused picture in sight when it moves, not when the list under it does. */
function useFollowFocus(
  focus: string | null,
  ids: readonly string[],
  columns: number,
  rows: { scrollToIndex(index: number, options: { align: 'auto' }): void },
): void {
  const [followed, setFollowed] = useState(focus);
  useEffect(() => {
    if (focus === followed) return;
    const at = focus === null ? -1 : ids.indexOf(focus);
    if (at >= 0) rows.scrollToIndex(Math.floor(at / columns), { align: 'auto' });
    // eslint-disable-next-line react-hooks/set-state-in-effect -- remembers what was scrolled to
    setFollowed(focus);
  }, [focus, followed, ids, columns, rows]);
}

function useStartAtTop(place: unknown, scroller: React.RefObject<HTMLDivElement | null>): void {
  useEffect(() => {
    scroller.current?.scrollTo({ top: 0 });
  }, [place, scroller]);
}
