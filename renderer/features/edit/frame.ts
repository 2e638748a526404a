import { addedStretch, frameAround, legalFrame, type Stretch } from '../../../electron/contract/frame.ts';
import type { PictureFrame } from '../../../electron/contract/request.ts';
import { currentCanvas } from '../../canvas/current.ts';
import {
  currentPicture,
  hasMask,
  maskStretch,
  selectedBox,
  useBoxes,
  useCanvasPicture,
  useFrame,
  useMask,
  type Added,
} from '../../canvas/selection-api.ts';
import { legalOnPicture, shownFrame } from '../../canvas/frame/frame-tool.ts';
import { advanceTask, editTask, useDocument } from '../../state/document.ts';
import { setSession, useSession } from '../../state/session.ts';
import type { EditDraft, RegionChoice } from '../../state/task-drafts.ts';
import { effectiveRegion } from './region.ts';

const nothing: Added = { left: 0, top: 0, right: 0, bottom: 0 };

/** Whether anything is to be added. */
export function addsAnything({ left, top, right, bottom }: Added): boolean {
  return left + top + right + bottom > 0;
}

/** What may change as a stretch of the picture; null where that is everything, or nothing yet. */
function openStretch(draft: EditDraft, region: RegionChoice): Stretch | null {
  const picture = currentPicture();
  if (!picture) return null;
  if (draft.intent === 'expand') return addsAnything(draft.added) ? addedStretch(picture, draft.added) : null;
  if (region === 'mask') return maskStretch();
  const box = region === 'box' ? selectedBox() : null;
  return (
    box && { x0: Math.floor(box.x0), y0: Math.floor(box.y0), x1: Math.ceil(box.x1), y1: Math.ceil(box.y1) }
  );
}

/** The frame of a draft on the picture there is; null where the model sees all of it. */
export function draftFrame(draft: EditDraft): PictureFrame | null {
  const picture = currentPicture();
  const { model } = useMask.getState();
  if (!picture || !model || picture.kind === 'blank') return null;
  const { intent, context, padding } = draft;
  const added = intent === 'expand' ? draft.added : nothing;
  const bounds = {
    x0: 0 - added.left,
    y0: 0 - added.top,
    x1: picture.width + added.right,
    y1: picture.height + added.bottom,
  };
  const cells = model.grid.width;
  if (context === 'frame' && intent !== 'expand')
    return draft.frame && legalFrame(draft.frame, bounds, cells);
  const region = effectiveRegion(draft.region, hasMask());
  const part = openStretch(draft, region);
  if (intent === 'expand') {
    return part && frameAround(part, bounds, { cells, side: model.side }, padding / 100);
  }
  return context === 'around' && part
    ? frameAround(part, bounds, { cells, side: model.side }, padding / 100)
    : null;
}

function same(a: PictureFrame | null, b: PictureFrame | null): boolean {
  return a?.left === b?.left && a?.top === b?.top && a?.side === b?.side;
}

function sameAdded(a: Added | null, b: Added | null): boolean {
  return a?.left === b?.left && a?.top === b?.top && a?.right === b?.right && a?.bottom === b?.bottom;
}

/** Shows on the canvas what the drafted edit will see and add, while the Edit task is in front. */
export function syncFrame(): void {
  const push = (): void => {
    if (useFrame.getState().busy) return;
    const { edit } = useDocument.getState().document.tasks;
    const inFront = useSession.getState().task === 'edit';
    const frame = inFront ? draftFrame(edit) : null;
    const expands = inFront && edit.intent === 'expand';
    const added = expands && currentPicture() && addsAnything(edit.added) ? edit.added : null;
    const draws = expands ? 'border' : 'frame';
    const now = useFrame.getState();
    if (!sameAdded(now.added, added) || now.draws !== draws) useFrame.setState({ added, draws });
    if (!same(useMask.getState().frame, frame)) useMask.setState({ frame });
  };
  useFrame.setState({
    onFrame: (frame, done) => {
      useMask.setState({ frame });
      if (!done) return;
      setSession({ task: 'edit' });
      setDraftFrame(frame);
    },
    onAdded: (added, done) => {
      if (done) editTask('edit', 'added', { added });
      else useFrame.setState({ added: addsAnything(added) ? added : null });
    },
  });
  useFrame.subscribe((now, before) => {
    if (now.busy !== before.busy) push();
  });
  useDocument.subscribe(push);
  useSession.subscribe((now, before) => {
    if (now.task !== before.task) push();
  });
  useMask.subscribe((now, before) => {
    if (now.version !== before.version || now.model !== before.model) push();
  });
  useBoxes.subscribe(push);
  useCanvasPicture.subscribe((now, before) => {
    // What was to be added belongs to the picture it was set for, which an accepted result has just taken in.
    const isOther = now.picture && before.picture && now.picture.id !== before.picture.id;
    if (isOther && addsAnything(useDocument.getState().document.tasks.edit.added))
      advanceTask('edit', { added: nothing });
    push();
  });
  push();
}

/** Makes a frame the draft's own; one undo step. */
export function setDraftFrame(frame: PictureFrame, kind = 'frame'): void {
  editTask('edit', kind, { context: 'frame', frame });
}

/** Puts the frame around the mask or the selected box, to be changed from there. */
export function fitFrame(): void {
  const { edit } = useDocument.getState().document.tasks;
  const isBox = selectedBox() !== null && (edit.region === 'box' || !hasMask());
  const fitted = draftFrame({
    ...edit,
    intent: edit.intent === 'expand' ? 'edit' : edit.intent,
    context: 'around',
    region: isBox ? 'box' : 'mask',
  });
  if (!fitted) return;
  setDraftFrame(fitted, 'fit frame');
  setSession({ task: 'edit' });
}

/** Whether there is a selection to put the frame around. */
export function canFitFrame(): boolean {
  return currentPicture() !== null && (hasMask() || selectedBox() !== null);
}

/** Takes up the frame tool with a frame to begin with. */
export function takeFrameTool(): void {
  setSession({ tool: 'frame', task: 'edit' });
  const { edit } = useDocument.getState().document.tasks;
  const shown = shownFrame();
  if (edit.intent === 'expand' || edit.context === 'frame' || !shown) return;
  const start = edit.frame ?? legalOnPicture(shown);
  if (start) setDraftFrame(start);
}

/** Moves the frame by whole tokens, or makes it larger or smaller. False when there is none to move. */
export function nudgeFrame(dx: number, dy: number, many: boolean, resizes: boolean): boolean {
  const { edit } = useDocument.getState().document.tasks;
  const { model } = useMask.getState();
  const frame = draftFrame(edit);
  if (useSession.getState().tool !== 'frame' || edit.intent === 'expand' || !frame || !model) return false;
  const cells = model.grid.width;
  const by = many ? 4 : 1;
  const cell = frame.side / cells;
  const wanted = resizes
    ? { ...frame, side: frame.side + (dx + dy) * by * cells }
    : { ...frame, left: frame.left + dx * by * cell, top: frame.top + dy * by * cell };
  const legal = legalOnPicture(wanted);
  if (legal) setDraftFrame(legal, 'nudge frame');
  return true;
}

/** Adds the same share of the picture on all sides, in whole steps of eight pixels; the picture stays in the middle. */
export function zoomOut(factor: number): void {
  const picture = currentPicture();
  if (!picture) return;
  const side = (length: number): number => Math.round((length * (factor - 1)) / 2 / 8) * 8;
  const [x, y] = [side(picture.width), side(picture.height)];
  editTask('edit', 'zoom out', { added: { left: x, top: y, right: x, bottom: y } });
  currentCanvas()?.viewport.fit();
}
