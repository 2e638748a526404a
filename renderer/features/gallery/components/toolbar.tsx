import { ChevronLeft, FolderInput, ImagePlus, RotateCcw, Search, Trash2, Undo2, X } from 'lucide-react';
import { ActionButton } from '../../../actions/action-button.tsx';
import { Button, IconButton } from '../../../components/button.tsx';
import { Menu, MenuItem } from '../../../components/menu.tsx';
import { Select } from '../../../components/select.tsx';
import { Slider } from '../../../components/slider.tsx';
import { formatNumber, t } from '../../../i18n/index.ts';
import { limits, setSession, useSession } from '../../../state/session.ts';
import { closeGallery, searchFor } from '../data.ts';
import { focusGrid } from '../focus.ts';
import { chooseFolder, choosePictures } from '../import-files.ts';
import { emptyBin, restorePictures } from '../service.ts';
import { chosenIds, useGallery } from '../store.ts';
import { BoardMenu } from './board-menu.tsx';

/** Search, order and size; with pictures selected, what can be done with them. */
export function Toolbar() {
  const count = useGallery((state) => state.ids.length);
  const selected = useGallery((state) => state.selection.ids.size);
  const place = useGallery((state) => state.place);
  const indexing = useGallery((state) => state.state?.indexing ?? null);
  return (
    <header className="gallery-toolbar">
      <div className="gallery-bar">
        <IconButton
          icon={ChevronLeft}
          label={t('gallery.close')}
          keyOf="gallery.close"
          onClick={closeGallery}
        />
        {place.kind === 'bin' ? <b className="gallery-heading">{t('gallery.bin')}</b> : <SearchField />}
        <span className="grow" />
        {place.kind === 'bin' ? null : <SortChoice />}
        <div className="gallery-size">
          <TileSize />
        </div>
        {place.kind === 'bin' ? null : <ImportMenu />}
      </div>
      <div className="gallery-bar gallery-bar-low">
        <span className="num" role="status">
          {indexing
            ? t('gallery.indexing', {
                done: formatNumber(indexing.done),
                total: formatNumber(indexing.total),
              })
            : selected > 0
              ? t('gallery.selected', { n: formatNumber(selected), total: formatNumber(count) })
              : t('gallery.count', { n: formatNumber(count) })}
        </span>
        {place.kind === 'bin' ? <BinTools /> : selected > 0 ? <SelectionTools /> : null}
      </div>
    </header>
  );
}

function SearchField() {
  const text = useGallery((state) => state.text);
  return (
    <label className="input-box gallery-search">
      <Search size={15} aria-hidden="true" />
      <input
        id="gallery-search"
        className="input"
        type="text"
        role="searchbox"
        aria-label={t('gallery.search')}
        placeholder={t('gallery.search.placeholder')}
        value={text}
        spellCheck={false}
        onChange={(event) => {
          searchFor(event.target.value);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && text !== '') {
            event.preventDefault();
            searchFor('');
          } else if (event.key === 'Escape' || event.key === 'ArrowDown' || event.key === 'Enter') {
            event.preventDefault();
            focusGrid();
          }
        }}
      />
      {text === '' ? null : (
        <IconButton
          icon={X}
          size="s"
          label={t('gallery.search.clear')}
          onClick={() => {
            searchFor('');
          }}
        />
      )}
    </label>
  );
}

function SortChoice() {
  const sort = useSession((state) => state.gallerySort);
  const hasText = useGallery((state) => state.text.trim() !== '');
  const place = useGallery((state) => state.place);
  if (place.kind === 'board' && !hasText)
    return <span className="gallery-hint">{t('gallery.sort.own')}</span>;
  return (
    <Select
      compact
      label={t('gallery.sort')}
      value={sort}
      options={[
        { value: 'newest', label: t('gallery.sort.newest') },
        { value: 'oldest', label: t('gallery.sort.oldest') },
        { value: 'best', label: t('gallery.sort.best'), hint: t('gallery.sort.best.hint') },
      ]}
      onChange={(gallerySort) => {
        setSession({ gallerySort });
      }}
    />
  );
}

function TileSize() {
  const tile = useSession((state) => state.galleryTile);
  return (
    <Slider
      labels={[t('gallery.tileSize')]}
      values={[tile]}
      {...limits.galleryTile}
      step={4}
      onChange={([galleryTile]) => {
        if (galleryTile !== undefined) setSession({ galleryTile });
      }}
    />
  );
}

function ImportMenu() {
  return (
    <Menu
      align="end"
      trigger={
        <Button size="s" icon={FolderInput} className="gallery-import" title={t('gallery.import')}>
          <span>{t('gallery.import')}</span>
        </Button>
      }
    >
      <MenuItem icon={FolderInput} onSelect={chooseFolder}>
        {t('gallery.importFolder')}
      </MenuItem>
      <MenuItem icon={ImagePlus} onSelect={choosePictures}>
        {t('gallery.importFiles')}
      </MenuItem>
    </Menu>
  );
}

function SelectionTools() {
  return (
    <div className="gallery-tools" role="toolbar" aria-label={t('gallery.tools')}>
      <ActionButton id="gallery.star" />
      <BoardMenu />
      <ActionButton id="gallery.tag" />
      <ActionButton id="gallery.compare" />
      <ActionButton id="gallery.save" />
      <ActionButton id="picture.saveAs" />
      <ActionButton id="gallery.delete" />
      <ActionButton id="gallery.unselect" />
    </div>
  );
}

function BinTools() {
  const ids = useGallery((state) => state.ids);
  const some = useGallery((state) => state.selection.ids.size > 0);
  const hasSystemBin = useGallery((state) => state.state?.hasSystemBin ?? false);
  if (ids.length === 0) return null;
  return (
    <div className="gallery-tools" role="toolbar" aria-label={t('gallery.tools')}>
      <Button
        size="s"
        icon={some ? Undo2 : RotateCcw}
        onClick={() => void restorePictures(some ? chosenIds() : ids)}
      >
        {some ? t('gallery.restore') : t('gallery.restoreAll')}
      </Button>
      {hasSystemBin ? (
        <Button
          size="s"
          variant="quiet"
          icon={Trash2}
          onClick={() => void emptyBin(some ? chosenIds() : ids)}
        >
          {some ? t('gallery.toSystemBin') : t('gallery.emptyBin')}
        </Button>
      ) : null}
    </div>
  );
}
