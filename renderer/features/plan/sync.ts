import {
  blankPicture,
  boxes as canvasBoxes,
  currentPicture,
  drawBoxesAs,
  onBoxesChanged,
  onPictureChanged,
  setBoxes,
  setCurrentPicture,
  type CanvasBox,
} from '../../canvas/selection-api.ts';
import { t } from '../../i18n/index.ts';
import { advanceCreate, useDocument, type DraftBox, type PlanDraft } from '../../state/document.ts';
import { useSession } from '../../state/session.ts';
import { useEngine } from '../engine/store.ts';
import { usePlayback } from '../playback/store.ts';
import { useStories } from '../runs/story.ts';
import { useRuns } from '../runs/store.ts';
import { showToast } from '../shell/toasts.ts';
import { toBins, toPixels, type PixelBox } from './geometry.ts';

/** True while boxes are put on the canvas from here, so that they do not come back as the user's. */
let pushing = false;
/** The picture whose boxes were put there last; boxes of another one come with it, not from the user. */
let pushedTo: string | null = null;

function planDraft(): PlanDraft {
  return useDocument.getState().document.create.plan;
}

/** Size of what boxes are laid out on; pictures to come have the model's. */
export function canvasSize(): { width: number; height: number } {
  const side = useEngine.getState().model?.imageSize ?? 1024;
  return currentPicture() ?? { width: side, height: side };
}

/** The layout of the run on show. */
function shownPlan(): DraftBox[] {
  const { runId } = usePlayback.getState();
  if (runId === null) return [];
  const live = useStories.getState().stories[runId]?.plan;
  const kept = useRuns.getState().finished.find(({ id }) => id === runId)?.plan?.boxes;
  return (live ?? kept ?? []).map((box, i) => ({ ...box, id: `${runId}-${String(i)}` }));
}

/** Boxes that belong on the canvas now: in the Create task the user's own layout, or that of the run on show. */
function wanted(): readonly DraftBox[] {
  if (useSession.getState().task !== 'create') return [];
  const plan = planDraft();
  return plan.mode === 'given' ? plan.boxes : shownPlan();
}

function push(): void {
  const size = canvasSize();
  const boxes = wanted();
  const here = currentPicture()?.id ?? null;
  if (here === pushedTo && same(onCanvas(canvasBoxes()), boxes)) return;
  const before = new Map(canvasBoxes().map((box) => [box.id, box]));
  pushing = true;
  pushedTo = here;
  try {
    setBoxes(
      'plan',
      boxes.map(({ id, name, box }) => {
        const known = before.get(id);
        return { ...known, id, label: name, ...pixelsOf(known, box, size) };
      }),
    );
  } finally {
    pushing = false;
  }
}

/** Keeps the exact pixels of a box that is still in the same bins. */
function pixelsOf(
  before: CanvasBox | undefined,
  box: DraftBox['box'],
  size: { width: number; height: number },
): PixelBox {
  if (!before || toBins(before, size).join() !== box.join()) return toPixels(box, size);
  const { x0, y0, x1, y1 } = before;
  return { x0, y0, x1, y1 };
}

/** The boxes of the layout as they lie on the canvas. */
function onCanvas(all: readonly CanvasBox[]): DraftBox[] {
  const size = canvasSize();
  return all
    .filter(({ source }) => source === 'plan')
    .map(({ id, label, ...pixels }): DraftBox => ({ id, name: label, box: toBins(pixels, size) }));
}

function pull(all: readonly CanvasBox[]): void {
  // An undo step of boxes may come back while another task is open.
  if (useSession.getState().task !== 'create') return;
  if (pushing || (currentPicture()?.id ?? null) !== pushedTo) return;
  const boxes = onCanvas(all);
  if (same(boxes, wanted())) return;
  const isOwn = planDraft().mode === 'given';
  advanceCreate({ plan: { ...planDraft(), mode: 'given', boxes } });
  if (!isOwn) showToast(t('plan.taken'), t('plan.taken.detail'));
}

function same(a: readonly DraftBox[], b: readonly DraftBox[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ id, name, box }, i) => b[i]?.id === id && b[i].name === name && b[i].box.join() === box.join())
  );
}

/** In a layout of the user's own a box drawn by hand is one of its objects. */
function followTool(): void {
  const { mode, boxes } = planDraft();
  const isPlan = mode === 'given' && useSession.getState().task === 'create';
  drawBoxesAs(isPlan ? 'plan' : 'drawn', isPlan ? t('plan.newName', { n: boxes.length + 1 }) : '');
}

/** Something to lay boxes out on, where nothing is on the canvas. */
export function ensurePage(): void {
  const side = useEngine.getState().model?.imageSize;
  if (currentPicture() || usePlayback.getState().runId !== null || side === undefined) return;
  setCurrentPicture(blankPicture(side, side));
}

/**
 * Keeps the layout of the draft and the boxes on the canvas together. In the mode `given` both are the same boxes, and
 * the canvas owns undo; otherwise the canvas shows the layout of the run on show, and changing one of its boxes makes
 * the layout the user's own.
 */
export function syncPlan(): void {
  onBoxesChanged(pull);
  onPictureChanged(push);
  usePlayback.subscribe((now, before) => {
    if (now.runId !== before.runId) push();
  });
  useStories.subscribe(push);
  useRuns.subscribe((now, before) => {
    if (now.finished !== before.finished) push();
  });
  useDocument.subscribe(({ document: now }, { document: before }) => {
    if (now.create.plan === before.create.plan) return;
    if (now.create.plan.mode === 'given') ensurePage();
    push();
    followTool();
  });
  useEngine.subscribe((now, before) => {
    if (now.model && !before.model && planDraft().mode === 'given') ensurePage();
  });
  useSession.subscribe((now, before) => {
    if (now.task === before.task) return;
    push();
    followTool();
  });
  if (planDraft().mode === 'given') ensurePage();
  push();
  followTool();
}
