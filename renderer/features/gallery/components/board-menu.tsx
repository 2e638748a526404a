import { FolderHeart, FolderMinus, FolderPlus } from 'lucide-react';
import { Button } from '../../../components/button.tsx';
import { Menu, MenuItem, MenuLine } from '../../../components/menu.tsx';
import { t } from '../../../i18n/index.ts';
import { addToBoard, createBoard, removeFromBoard } from '../boards.ts';
import { chosenIds, useGallery } from '../store.ts';

/** Puts the selected pictures on a board, a new one too, or takes them off the one on show. */
export function BoardMenu() {
  const boards = useGallery((state) => state.state?.boards ?? noBoards);
  const place = useGallery((state) => state.place);
  const makesBoard = useGallery((state) => state.makesBoard);
  return (
    <Menu
      trigger={
        <Button size="s" variant="quiet" icon={FolderHeart}>
          {t('gallery.toBoard')}
        </Button>
      }
    >
      {boards.map((board) => (
        <MenuItem key={board.id} icon={FolderHeart} onSelect={() => void addToBoard(board, chosenIds())}>
          {board.name}
        </MenuItem>
      ))}
      {boards.length > 0 ? <MenuLine /> : null}
      <MenuItem icon={FolderPlus} disabled={makesBoard} onSelect={() => void createBoard(chosenIds())}>
        {t('gallery.newBoard')}
      </MenuItem>
      {place.kind === 'board' ? (
        <MenuItem icon={FolderMinus} onSelect={() => void removeFromBoard(place.board, chosenIds())}>
          {t('gallery.offBoard')}
        </MenuItem>
      ) : null}
    </Menu>
  );
}

const noBoards: readonly { id: string; name: string; count: number }[] = [];
