import { studio } from '../../api/index.ts';
import { formatNumber, t } from '../../i18n/index.ts';
import { said, showToast } from '../shell/toasts.ts';
import { readState } from './data.ts';
import { useGallery } from './store.ts';

/** Puts pictures on a new board; while one is being made another is not begun. */
export async function createBoard(ids: readonly string[]): Promise<void> {
  if (useGallery.getState().makesBoard) return;
  useGallery.setState({ makesBoard: true });
  try {
    // Asked for before the boards there are have been read.
    if (!useGallery.getState().state) await readState();
    const { state } = useGallery.getState();
    if (!state) return;
    const name = newName(state.boards);
    const made = said(await studio.invoke('board.create', { name, ids: [...ids] }));
    if (made && ids.length > 0) showToast(t('gallery.boarded', { n: formatNumber(ids.length), board: name }));
    // The next name is chosen among the boards there are then.
    await readState();
  } finally {
    useGallery.setState({ makesBoard: false });
  }
}

/** A name no board has yet; it can be changed in the list. */
function newName(boards: readonly { name: string }[]): string {
  for (let n = boards.length + 1; ; n++) {
    const name = t('gallery.boardName', { n });
    if (!boards.some((board) => board.name === name)) return name;
  }
}

export async function addToBoard(board: { id: string; name: string }, ids: readonly string[]): Promise<void> {
  if (said(await studio.invoke('board.add', { id: board.id, ids: [...ids] })))
    showToast(t('gallery.boarded', { n: formatNumber(ids.length), board: board.name }));
}

export async function removeFromBoard(board: string, ids: readonly string[]): Promise<void> {
  said(await studio.invoke('board.remove', { id: board, ids: [...ids] }));
}

/** Moves pictures of a board before another one; null = to the end. */
export async function moveInBoard(
  board: string,
  ids: readonly string[],
  before: string | null,
): Promise<void> {
  useGallery.setState(({ ids: order }) => {
    const rest = order.filter((id) => !ids.includes(id));
    const at = before === null ? rest.length : rest.indexOf(before);
    const place = at < 0 ? rest.length : at;
    return { ids: [...rest.slice(0, place), ...ids, ...rest.slice(place)] };
  });
  said(await studio.invoke('board.move', { id: board, ids: [...ids], before }));
}

export async function renameBoard(id: string, name: string): Promise<void> {
  said(await studio.invoke('board.rename', { id, name }));
}

export async function deleteBoard(id: string): Promise<void> {
  said(await studio.invoke('board.delete', { id }));
}

export async function placeBoard(id: string, place: number): Promise<void> {
  said(await studio.invoke('board.place', { id, place }));
}
