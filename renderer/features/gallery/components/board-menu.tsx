import { FolderHeart, FolderMinus, FolderPlus } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { Button } from '../../../components/button.tsx';
import { t } from '../../../i18n/index.ts';
import { addToBoard, createBoard, removeFromBoard } from '../service.ts';
import { chosenIds, useGallery } from '../store.ts';

/** Puts the selected pictures on a board, a new one too, or takes them off the one on show. */
export function BoardMenu() {
  const boards = useGallery((state) => state.state?.boards ?? noBoards);
  const place = useGallery((state) => state.place);
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>
        <Button size="s" variant="quiet" icon={FolderHeart}>
          {t('gallery.toBoard')}
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="start" sideOffset={6} collisionPadding={8}>
          {boards.map((board) => (
            <DropdownMenu.Item
              key={board.id}
              className="menu-item gallery-menu-item"
              onSelect={() => void addToBoard(board, chosenIds())}
            >
              <FolderHeart size={15} aria-hidden="true" />
              {board.name}
            </DropdownMenu.Item>
          ))}
          {boards.length > 0 ? <DropdownMenu.Separator className="menu-line" /> : null}
          <DropdownMenu.Item
            className="menu-item gallery-menu-item"
            onSelect={() => void createBoard(newName(boards), chosenIds())}
          >
            <FolderPlus size={15} aria-hidden="true" />
            {t('gallery.newBoard')}
          </DropdownMenu.Item>
          {place.kind === 'board' ? (
            <DropdownMenu.Item
              className="menu-item gallery-menu-item"
              onSelect={() => void removeFromBoard(place.board, chosenIds())}
            >
              <FolderMinus size={15} aria-hidden="true" />
              {t('gallery.offBoard')}
            </DropdownMenu.Item>
          ) : null}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

const noBoards: readonly { id: string; name: string; count: number }[] = [];

/** A name no board has yet; it can be changed in the list. */
export function newName(boards: readonly { name: string }[]): string {
  for (let n = boards.length + 1; ; n++) {
    const name = t('gallery.boardName', { n });
    if (!boards.some((board) => board.name === name)) return name;
  }
}
