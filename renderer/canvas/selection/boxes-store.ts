import { create } from 'zustand';
import { remember, replaceNewest, useHistory, type Deed } from '../../state/history.ts';
import { currentPicture, setCurrentPicture, useCanvasPicture, type CanvasPicture } from './picture-store.ts';

/** Where a box came from: drawn by hand, a plan, a grounding, or an answer. */
export type BoxSource = 'drawn' | 'plan' | 'ground' | 'answer';

/** A labelled box in pixels of the picture, right and bottom exclusive. */
export interface CanvasBox {
  id: string;
  label: string;
  x0: number;
  y0: number;
  x1: number;
  y1: number;
  source: BoxSource;
  visible: boolean;
  /** CSS colour. */
  colour: string;
}

export type NewBox = Pick<CanvasBox, 'x0' | 'y0' | 'x1' | 'y1'> & Partial<CanvasBox>;

interface BoxesStore {
  boxes: readonly CanvasBox[];
  selected: string | null;
  /** All boxes out of sight, as while a key is held. */
  hidden: boolean;
  /** What a box drawn by hand counts as, and what it is called at first. */
  drawAs: { source: BoxSource; label: string };
}

/** Boxes of the picture on the canvas, the lowest first. */
export const useBoxes = create<BoxesStore>(() => ({
  boxes: [],
  selected: null,
  hidden: false,
  drawAs: { source: 'drawn', label: '' },
}));

/** Told apart by people who see colours differently, on dark and light pictures. */
const boxColours = [
  '#f2a15c',
  '#6fb7ff',
  '#5fe3b4',
  '#f58ac0',
  '#f0d65e',
  '#b49bff',
  '#7fe3f2',
  '#ff8a7a',
] as const;

const noPicture = '';
/** Boxes of the pictures that were on the canvas, by the picture's id. */
const kept = new Map<string, readonly CanvasBox[]>();
/** Pictures whose boxes are kept between starts. */
const keptAtMost = 200;
let nextId = 1;

useCanvasPicture.subscribe((now, before) => {
  if (now.picture?.id === before.picture?.id) return;
  // Boxes over a picture in the making belong to it alone.
  if (!now.picture) kept.delete(noPicture);
  useBoxes.setState({ boxes: kept.get(now.picture?.id ?? noPicture) ?? [], selected: null });
});

export function boxes(): readonly CanvasBox[] {
  return useBoxes.getState().boxes;
}

export function selectedBox(): CanvasBox | null {
  const { boxes: all, selected } = useBoxes.getState();
  return all.find(({ id }) => id === selected) ?? null;
}

/** Called with all boxes whenever any changes; returns the function that stops it. */
export function onBoxesChanged(listener: (boxes: readonly CanvasBox[]) => void): () => void {
  return useBoxes.subscribe((now, before) => {
    if (now.boxes !== before.boxes) listener(now.boxes);
  });
}

/** Adds a box on top, by the user's hand: it can be undone. Returns its id. */
export function addBox(box: NewBox): string {
  const made = complete(box, boxes());
  change('box.add', [...boxes(), made]);
  return made.id;
}

/** Changes a box, by the user's hand. With `join`, changes in quick succession are one undo step. */
export function updateBox(id: string, patch: Partial<Omit<CanvasBox, 'id'>>, join = false): void {
  const next = boxes().map((box) => (box.id === id ? ordered({ ...box, ...patch }) : box));
  change(join ? `box.update.${id}` : 'box.update', next, join);
}

export function removeBox(id: string): void {
  change(
    'box.remove',
    boxes().filter((box) => box.id !== id),
  );
}

export function selectBox(id: string | null): void {
  if (useBoxes.getState().selected !== id) useBoxes.setState({ selected: id });
}

/** Says what the next boxes drawn by hand count as, such as objects of a plan. */
export function drawBoxesAs(source: BoxSource, label = ''): void {
  useBoxes.setState({ drawAs: { source, label } });
}

/** Hides or shows all boxes. */
export function hideBoxes(hidden: boolean): void {
  useBoxes.setState({ hidden });
}

/** Puts boxes the model proposed in place of those of the same source. Not undoable; the user's other boxes stay. */
export function setBoxes(source: BoxSource, proposed: readonly NewBox[]): void {
  const others = boxes().filter((box) => box.source !== source);
  const next = [...others];
  for (const box of proposed) next.push(complete({ ...box, source }, next));
  put(currentPicture(), next);
}

/** Puts boxes over the picture on the canvas in place of all there are; the caller makes an undo step of it. */
export function putBoxes(next: readonly CanvasBox[]): void {
  put(currentPicture(), next);
}

/** Takes away all boxes, or those of one source, by the user's hand. */
export function clearBoxes(source?: BoxSource): void {
  change('box.clear', source ? boxes().filter((box) => box.source !== source) : []);
}

/** Moves a box while the pointer holds it; `rememberBoxes` makes an undo step of it afterwards. */
export function dragBox(id: string, patch: Partial<Omit<CanvasBox, 'id'>>): void {
  put(
    currentPicture(),
    boxes().map((box) => (box.id === id ? { ...box, ...patch } : box)),
  );
}

/** Makes an undo step of what happened to the boxes since they were `before`. */
export function rememberBoxes(kind: string, before: readonly CanvasBox[]): void {
  if (before !== boxes()) remember(deedOf(kind, before, boxes()));
}

/** Planned boxes of all pictures, to be kept between starts; the others are kept beside their picture. */
export function keptBoxes(): Record<string, CanvasBox[]> {
  const some = [...kept]
    .map(([id, all]) => [id, all.filter(({ source }) => source === 'plan')] as const)
    .filter(([id, all]) => id !== noPicture && all.length > 0);
  return Object.fromEntries(some.slice(-keptAtMost));
}

/** Boxes of the last start, for pictures that have none yet. */
export function restoreBoxes(all: Readonly<Record<string, readonly CanvasBox[]>>): void {
  for (const [id, some] of Object.entries(all)) {
    if (!kept.has(id)) kept.set(id, some);
  }
}

/** Puts boxes of another project in place of all there are. */
export function replaceBoxes(all: Readonly<Record<string, readonly CanvasBox[]>>): void {
  kept.clear();
  restoreBoxes(all);
  useBoxes.setState({ boxes: kept.get(currentPicture()?.id ?? noPicture) ?? [], selected: null });
}

function complete(box: NewBox, among: readonly CanvasBox[]): CanvasBox {
  const used = new Set(among.map(({ colour }) => colour));
  const colour = boxColours.find((candidate) => !used.has(candidate));
  return ordered({
    ...useBoxes.getState().drawAs,
    visible: true,
    colour: colour ?? boxColours[among.length % boxColours.length] ?? boxColours[0],
    ...box,
    // Boxes outlive the window, so a count from one would give a name twice.
    id: box.id ?? `box-${Date.now().toString(36)}-${String(nextId++)}`,
  });
}

function ordered(box: CanvasBox): CanvasBox {
  const { x0, y0, x1, y1 } = box;
  return {
    ...box,
    x0: Math.min(x0, x1),
    y0: Math.min(y0, y1),
    x1: Math.max(x0, x1),
    y1: Math.max(y0, y1),
  };
}

let newest: { deed: Deed; time: number; from: readonly CanvasBox[] } | null = null;
const joinWithin = 900;

function change(kind: string, next: readonly CanvasBox[], join = false): void {
  const before = boxes();
  put(currentPicture(), next);
  const now = performance.now();
  const { past, future } = useHistory.getState();
  const joins =
    join &&
    newest?.deed.kind === kind &&
    past.at(-1) === newest.deed &&
    future.length === 0 &&
    now - newest.time < joinWithin;
  const from = joins && newest ? newest.from : before;
  const deed = deedOf(kind, from, next);
  if (joins) replaceNewest(deed);
  else remember(deed);
  newest = { deed, time: now, from };
}

/** The boxes that differ, on both sides, and the order: undo touches no other box. */
function deedOf(kind: string, before: readonly CanvasBox[], after: readonly CanvasBox[]): Deed {
  const picture = currentPicture();
  const sides = {
    before: { changed: changedFrom(after, before), order: before.map(({ id }) => id) },
    after: { changed: changedFrom(before, after), order: after.map(({ id }) => id) },
  };
  const turn = (from: 'before' | 'after', to: 'before' | 'after') => (): void => {
    setCurrentPicture(picture);
    const gone = new Set(sides[from].changed.map(({ id }) => id));
    const rest = boxes().filter(({ id }) => !gone.has(id));
    const place = new Map(sides[to].order.map((id, i) => [id, i]));
    const all = [...rest, ...sides[to].changed];
    put(
      picture,
      all.sort((a, b) => (place.get(a.id) ?? all.length) - (place.get(b.id) ?? all.length)),
    );
  };
  const bytes = 200 * (sides.before.changed.length + sides.after.changed.length + before.length);
  return { kind, bytes, undo: turn('after', 'before'), redo: turn('before', 'after') };
}

function changedFrom(one: readonly CanvasBox[], other: readonly CanvasBox[]): CanvasBox[] {
  const known = new Set(one);
  return other.filter((box) => !known.has(box));
}

function put(picture: CanvasPicture | null, next: readonly CanvasBox[]): void {
  kept.set(picture?.id ?? noPicture, next);
  useBoxes.setState(({ selected }) => ({
    boxes: next,
    selected: next.some(({ id }) => id === selected) ? selected : null,
  }));
}
