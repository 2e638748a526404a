import {
  blankPicture,
  boxes,
  currentPicture,
  readLibraryPicture,
  setCurrentPicture,
  type CanvasPicture,
} from '../../canvas/selection-api.ts';
import { putBoxes } from '../../canvas/selection/boxes-store.ts';
import { packedMask, putMask } from '../../canvas/selection/mask-store.ts';
import {
  addSnapshot,
  isFull,
  removeSnapshot,
  snapshots,
  type CanvasContent,
  type CanvasSnapshot,
} from '../../canvas/selection/snapshots-store.ts';
import type { Reply } from '../../../electron/contract/index.ts';
import { formatNumber, t } from '../../i18n/index.ts';
import { remember } from '../../state/history.ts';
import { setSession, useSession } from '../../state/session.ts';
import { notesRead } from '../notes/store.ts';
import { showRun, usePlayback } from '../playback/store.ts';
import { showError, showToast } from '../shell/toasts.ts';
import { restage, stagedRuns } from '../viewer/staging.ts';

/** What a snapshot is called until it is given a name: the first number that is free. */
export function nextName(): string {
  const taken = new Set(snapshots().map(({ name }) => name));
  for (let n = snapshots().length + 1; ; n++) {
    const name = t('snapshot.name', { n: formatNumber(n) });
    if (!taken.has(name)) return name;
  }
}

/** Keeps the canvas as it is under a name. @returns whether there was room */
export function takeSnapshot(name: string): boolean {
  const picture = currentPicture();
  if (!picture) return false;
  const content = contentOf(picture);
  if (isFull(content.mask)) {
    showToast(t('snapshot.full'), t('snapshot.full.action'));
    return false;
  }
  const now = new Date();
  addSnapshot({
    ...content,
    id: `snapshot-${now.getTime().toString(36)}-${Math.random().toString(36).slice(2, 8)}`,
    name: name.trim() || nextName(),
    createdAt: now.toISOString(),
    picture: picture.id,
    width: picture.width,
    height: picture.height,
  });
  return true;
}

/** Brings a snapshot back to the canvas; undo brings back what was there. */
export async function restoreSnapshot(snapshot: CanvasSnapshot): Promise<void> {
  const reply = await pictureOf(snapshot);
  if (!reply.ok) {
    showError(reply.error);
    return;
  }
  const target = reply.value;
  const left = currentPicture();
  const { runId } = usePlayback.getState();
  const { layers } = useSession.getState();
  setCurrentPicture(target);
  // Boxes kept beside the picture come a moment later, and would come on top of those of the snapshot.
  if (target.kind !== 'blank') await notesRead(target.id);
  if (currentPicture()?.id !== target.id) return;
  const before = contentOf(target);
  const restore = (): void => {
    putContent(target, snapshot);
  };
  const undo = (): void => {
    putContent(target, before);
    setSession({ layers });
    setCurrentPicture(left);
    showRun(runId);
  };
  restore();
  const bytes = [before, snapshot].reduce((sum, { mask }) => sum + 8 * (mask?.runs.length ?? 0), 1000);
  remember({ kind: 'snapshot.restore', bytes, undo, redo: restore });
  showToast(t('snapshot.restored', { name: snapshot.name }));
}

export function deleteSnapshot({ id, name }: CanvasSnapshot): void {
  const bringBack = removeSnapshot(id);
  showToast(t('snapshot.removed', { name }), '', { label: t('gallery.undo'), perform: bringBack });
}

function contentOf(picture: CanvasPicture): CanvasContent {
  const { layers } = useSession.getState();
  const staged = stagedRuns(useSession.getState(), picture);
  const { runId } = usePlayback.getState();
  const shown = runId !== null && staged.includes(runId) ? runId : null;
  return { mask: packedMask(), boxes: boxes(), layers, staged, shown };
}

function putContent(
  picture: CanvasPicture,
  { mask, boxes: kept, layers, staged, shown }: CanvasContent,
): void {
  setCurrentPicture(picture);
  putMask(mask);
  putBoxes(kept);
  setSession({ layers });
  restage(picture, staged, shown);
}

/** The picture a snapshot names. */
function pictureOf({ picture, width, height }: CanvasSnapshot): Promise<Reply<CanvasPicture>> {
  const page = blankPicture(width, height);
  return page.id === picture ? Promise.resolve({ ok: true, value: page }) : readLibraryPicture(picture);
}
