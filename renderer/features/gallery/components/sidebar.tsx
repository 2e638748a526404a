import {
  CalendarDays,
  FolderHeart,
  Images,
  Import,
  MoreHorizontal,
  Plus,
  Star,
  Tag,
  Trash2,
  Wand2,
  type LucideIcon,
} from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { Board } from '../../../../electron/contract/gallery.ts';
import { IconButton } from '../../../components/button.tsx';
import { Menu, MenuItem, MenuLine } from '../../../components/menu.tsx';
import { formatDay } from '../../../i18n/dates.ts';
import { formatNumber, t } from '../../../i18n/index.ts';
import { goTo } from '../data.ts';
import { daysOf } from '../days.ts';
import { dragged, draggedIds } from '../drag.ts';
import { addToBoard, createBoard, deleteBoard, placeBoard, renameBoard } from '../boards.ts';
import { deletePictures, toggleStar } from '../service.ts';
import { samePlace, useGallery, type Place } from '../store.ts';

const daysShown = 14;

/** Where to look: everything, stars, boards, tags, days, the bin. */
export function Sidebar() {
  const state = useGallery((gallery) => gallery.state);
  const days = daysOf(state?.hours ?? []).slice(0, daysShown);
  return (
    <nav className="gallery-side" aria-label={t('gallery.places')}>
      <Entry icon={Images} place={{ kind: 'all' }} label={t('gallery.all')} count={state?.counts.all} />
      <Entry
        icon={Star}
        place={{ kind: 'starred' }}
        label={t('gallery.starred')}
        count={state?.counts.starred}
        onPictures={(ids) => void toggleStar(ids)}
      />
      {state && state.counts.edits > 0 ? (
        <Entry icon={Wand2} place={{ kind: 'edits' }} label={t('gallery.edits')} count={state.counts.edits} />
      ) : null}
      {state && state.counts.imported > 0 ? (
        <Entry
          icon={Import}
          place={{ kind: 'imported' }}
          label={t('gallery.imported')}
          count={state.counts.imported}
        />
      ) : null}
      <Boards boards={state?.boards ?? []} />
      {state && state.tags.length > 0 ? (
        <>
          <h3>{t('gallery.tags')}</h3>
          {state.tags.map(({ tag, count }) => (
            <Entry key={tag} icon={Tag} place={{ kind: 'tag', tag }} label={tag} count={count} />
          ))}
        </>
      ) : null}
      {days.length > 0 ? <h3>{t('gallery.days')}</h3> : null}
      {days.map(({ from, to, count }) => (
        <Entry
          key={from}
          icon={CalendarDays}
          place={{ kind: 'day', from, to }}
          label={formatDay(from)}
          count={count}
        />
      ))}
      <span className="grow" />
      <Entry
        icon={Trash2}
        place={{ kind: 'bin' }}
        label={t('gallery.bin')}
        count={state?.counts.bin}
        onPictures={(ids) => void deletePictures(ids)}
      />
    </nav>
  );
}

interface EntryProps {
  icon: LucideIcon;
  place: Place;
  label: string;
  count: number | undefined;
  /** Takes pictures dropped on it. */
  onPictures?: (ids: string[]) => void;
}

function Entry({ icon: Icon, place, label, count, onPictures }: EntryProps) {
  const current = useGallery((state) => samePlace(state.place, place));
  const [over, setOver] = useState(false);
  return (
    <button
      type="button"
      className="gallery-entry"
      aria-current={current || undefined}
      data-over={over || undefined}
      onClick={() => {
        goTo(place);
      }}
      onDragOver={(event) => {
        if (!onPictures || !dragged(event.dataTransfer)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => {
        setOver(false);
      }}
      onDrop={(event) => {
        setOver(false);
        const ids = draggedIds(event.dataTransfer);
        if (!onPictures || ids.length === 0) return;
        event.preventDefault();
        onPictures(ids);
      }}
    >
      <Icon size={15} aria-hidden="true" />
      <span>{label}</span>
      {count === undefined ? null : <small className="num">{formatNumber(count)}</small>}
    </button>
  );
}

function Boards({ boards }: { boards: readonly Board[] }) {
  const [naming, setNaming] = useState<string | null>(null);
  const makesBoard = useGallery((state) => state.makesBoard);
  return (
    <>
      <h3>
        {t('gallery.boards')}
        <IconButton
          icon={Plus}
          size="s"
          side="right"
          label={t('gallery.newBoard')}
          aria-busy={makesBoard}
          onClick={() => void createBoard([])}
        />
      </h3>
      {boards.length === 0 ? <p className="gallery-teach">{t('gallery.boards.teach')}</p> : null}
      {boards.map((board, place) =>
        naming === board.id ? (
          <BoardName
            key={board.id}
            board={board}
            onDone={() => {
              setNaming(null);
            }}
          />
        ) : (
          <div className="gallery-board" key={board.id}>
            <Entry
              icon={FolderHeart}
              place={{ kind: 'board', board: board.id }}
              label={board.name}
              count={board.count}
              onPictures={(ids) => void addToBoard(board, ids)}
            />
            <BoardTools
              board={board}
              place={place}
              last={place === boards.length - 1}
              onRename={() => {
                setNaming(board.id);
              }}
            />
          </div>
        ),
      )}
    </>
  );
}

interface BoardToolsProps {
  board: Board;
  place: number;
  last: boolean;
  onRename: () => void;
}

function BoardTools({ board, place, last, onRename }: BoardToolsProps) {
  return (
    <Menu
      trigger={
        <IconButton icon={MoreHorizontal} size="s" label={t('gallery.board.more', { board: board.name })} />
      }
    >
      <MenuItem onSelect={onRename}>{t('gallery.board.rename')}</MenuItem>
      <MenuItem disabled={place === 0} onSelect={() => void placeBoard(board.id, place - 1)}>
        {t('gallery.board.up')}
      </MenuItem>
      <MenuItem disabled={last} onSelect={() => void placeBoard(board.id, place + 1)}>
        {t('gallery.board.down')}
      </MenuItem>
      <MenuLine />
      <MenuItem onSelect={() => void deleteBoard(board.id)}>{t('gallery.board.delete')}</MenuItem>
    </Menu>
  );
}

function BoardName({ board, onDone }: { board: Board; onDone: () => void }) {
  const [name, setName] = useState(board.name);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    input.current?.focus();
    input.current?.select();
  }, []);
  const keep = (): void => {
    if (name.trim() !== '' && name.trim() !== board.name) void renameBoard(board.id, name.trim());
    onDone();
  };
  return (
    <span className="input-box gallery-naming">
      <input
        ref={input}
        className="input"
        aria-label={t('gallery.board.name')}
        value={name}
        maxLength={80}
        onChange={(event) => {
          setName(event.target.value);
        }}
        onBlur={keep}
        onKeyDown={(event) => {
          if (event.key === 'Enter') keep();
          if (event.key === 'Escape') {
            event.preventDefault();
            onDone();
          }
        }}
      />
    </span>
  );
}
