import type { ProjectContent } from '../../../electron/contract/project.ts';
import { canvasDraft, replaceCanvasDraft, type CanvasDraft } from '../../canvas/selection/draft.ts';
import { sha256Hex } from '../../canvas/selection/sha256.ts';
import { currentPicture, setCurrentPicture, showLibraryPicture } from '../../canvas/selection-api.ts';
import { emptyDocument, openDocument, parseDocument, useDocument } from '../../state/document.ts';
import { useSession } from '../../state/session.ts';
import { showRun } from '../playback/store.ts';
import { refreshFinished } from '../runs/library.ts';
import { useRuns } from '../runs/store.ts';
import { maskFile, readMaskFile } from './masks.ts';

const mostPictures = 200;

/** What the window holds now, in the form of a project. */
export async function currentContent(): Promise<ProjectContent> {
  const draft = canvasDraft();
  const current = currentPicture()?.id ?? null;
  const ids = new Set([
    ...(current === null ? [] : [current]),
    ...Object.keys(draft.masks),
    ...Object.keys(draft.boxes),
    ...draft.snapshots.map(({ picture }) => picture),
  ]);
  const pictures: ProjectContent['canvas']['pictures'] = [];
  for (const id of [...ids].slice(0, mostPictures)) {
    const packed = draft.masks[id];
    const boxes = draft.boxes[id] ?? [];
    pictures.push({ id, boxes, mask: packed ? await maskFile(packed) : null });
  }
  const snapshots: ProjectContent['canvas']['snapshots'] = [];
  for (const { mask, ...snapshot } of draft.snapshots)
    snapshots.push({ ...snapshot, mask: mask && (await maskFile(mask)) });
  return {
    document: plain(useDocument.getState().document),
    canvas: { current, pictures, snapshots },
    results: [...useSession.getState().projectResults],
  };
}

/** Puts a project's content in place of what the window holds. */
export async function showContent({ document, canvas }: ProjectContent): Promise<void> {
  const draft: CanvasDraft = { masks: {}, boxes: {}, snapshots: [] };
  for (const { id, boxes, mask } of canvas.pictures) {
    draft.boxes[id] = boxes;
    if (mask) draft.masks[id] = await readMaskFile(mask);
  }
  for (const { mask, ...snapshot } of canvas.snapshots)
    draft.snapshots.push({ ...snapshot, mask: mask && (await readMaskFile(mask)) });
  openDocument(parseDocument(document));
  replaceCanvasDraft(draft);
  await refreshFinished();
  if (canvas.current === null) showRun(useRuns.getState().finished[0]?.id ?? null);
  else if (useRuns.getState().finished.some(({ id }) => id === canvas.current)) showRun(canvas.current);
  else await showLibraryPicture(canvas.current);
}

/** An empty project. */
export function showNothing(): void {
  openDocument(emptyDocument);
  replaceCanvasDraft({ masks: {}, boxes: {}, snapshots: [] });
  setCurrentPicture(null);
  showRun(null);
}

/** Equal for equal contents, to tell whether anything changed since the last save. */
export async function contentMark(): Promise<string> {
  const { projectResults } = useSession.getState();
  const { masks, boxes, snapshots } = canvasDraft();
  // Nothing about a snapshot ever changes but its name.
  const named = snapshots.map(({ id, name }) => [id, name]);
  const text = JSON.stringify([useDocument.getState().document, { masks, boxes }, named, projectResults]);
  return sha256Hex(new TextEncoder().encode(text));
}

/** A number the user has not finished typing is NaN, which JSON has no word for. */
function plain(document: object): ProjectContent['document'] {
  return JSON.parse(JSON.stringify(document)) as ProjectContent['document'];
}
