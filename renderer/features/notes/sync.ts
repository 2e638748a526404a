import { noPicture, type NotedBox, type PictureNotes } from '../../../electron/contract/notes.ts';
import { studio } from '../../api/index.ts';
import {
  boxes,
  currentPicture,
  onBoxesChanged,
  onPictureChanged,
  pictureSourceOf,
  setBoxes,
  type CanvasBox,
  type CanvasPicture,
} from '../../canvas/selection-api.ts';
import { showError } from '../shell/toasts.ts';
import { useNotes, type NotedPicture } from './store.ts';

/** Changes of boxes are kept this long after the last one, milliseconds. */
const settle = 250;
const sources = ['drawn', 'ground', 'answer'] as const;
type KeptSource = (typeof sources)[number];

/** Boxes as the studio has them, by id; what differs on the canvas is still to be kept. */
let known = new Map<string, NotedBox>();
let timer: number | undefined;
/** The boxes as the user left them, while they wait to be kept. */
let waiting: readonly CanvasBox[] | null = null;
/** What was done to the boxes of a picture before its notes were read, as by an undo that brought the picture back. */
let early: { picture: string | null; seen: readonly CanvasBox[]; removed: Set<string>; changed: boolean } = {
  picture: null,
  seen: [],
  removed: new Set(),
  changed: false,
};

/** Brings the notes of the picture on the canvas, and keeps what the user does to its boxes. */
export function syncNotes(): void {
  onPictureChanged((picture) => void open(picture));
  onBoxesChanged(() => {
    const { picture, notes } = useNotes.getState();
    if (!notes || picture?.id !== currentPicture()?.id) watchEarly();
    else keepSoon();
  });
  studio.on('notes.changed', ({ notes }) => {
    const { picture } = useNotes.getState();
    if (notes.picture.sha256 === picture?.sha256) take(notes);
    else if (isNone(notes) && isPictureless()) useNotes.setState({ notes });
  });
  window.addEventListener('pagehide', () => void keepBoxes());
  void open(currentPicture());
}

function keepSoon(): void {
  waiting = boxes();
  window.clearTimeout(timer);
  timer = window.setTimeout(() => void keepBoxes(), settle);
}

function watchEarly(): void {
  const picture = currentPicture()?.id ?? null;
  const seen = boxes().filter(isKept);
  if (early.picture === picture) {
    const here = new Set(seen.map(({ id }) => id));
    for (const { id } of early.seen) if (!here.has(id)) early.removed.add(id);
    for (const id of here) early.removed.delete(id);
    const changed = seen.length !== early.seen.length || seen.some((box, i) => box !== early.seen[i]);
    early = { ...early, seen, changed: early.changed || changed };
  } else early = { picture, seen, removed: new Set(), changed: false };
}

async function open(picture: CanvasPicture | null): Promise<void> {
  await keepBoxes();
  useNotes.setState({ picture: null, notes: null });
  known = new Map();
  if (!picture || picture.kind === 'blank') {
    const reply = await studio.invoke('notes.read', noPicture);
    if (reply.ok && isPictureless()) useNotes.setState({ notes: reply.value });
    return;
  }
  const source = await pictureSourceOf(picture);
  if (currentPicture()?.id !== picture.id) return;
  if (!source.ok) {
    showError(source.error);
    return;
  }
  const { id, width, height } = picture;
  const { name, sha256 } = source.value;
  useNotes.setState({ picture: { id, name, sha256, width, height } });
  const reply = await studio.invoke('notes.read', { name, sha256 });
  if (useNotes.getState().picture?.id !== id) return;
  if (reply.ok) take(reply.value);
  else showError(reply.error);
}

function isNone({ picture }: PictureNotes): boolean {
  return picture.sha256 === noPicture.sha256;
}

/** Whether nothing on the canvas could be asked about. */
function isPictureless(): boolean {
  const picture = currentPicture();
  return picture === null || picture.kind === 'blank';
}

/** Takes the studio's word; what the user changed meanwhile stays as it is on the canvas. */
function take(notes: PictureNotes): void {
  const here = new Map(boxes().map((box) => [box.id, box]));
  const edited = (box: CanvasBox): boolean => {
    const before = known.get(box.id);
    return before === undefined || !same(box, before);
  };
  const { removed, changed } =
    early.picture === currentPicture()?.id ? early : { removed: [], changed: false };
  early = { picture: null, seen: [], removed: new Set(), changed: false };
  const gone = new Set([...known.keys(), ...removed].filter((id) => !here.has(id)));
  const merged = notes.boxes.flatMap((noted) => {
    const mine = here.get(noted.id);
    if (gone.has(noted.id)) return [];
    return [mine && edited(mine) ? mine : { ...mine, ...fromNoted(noted) }];
  });
  const named = new Set(notes.boxes.map(({ id }) => id));
  const unkept = [...here.values()].filter((box) => isKept(box) && !named.has(box.id) && !known.has(box.id));
  const wanted = [...merged, ...unkept];
  known = new Map(notes.boxes.map((box) => [box.id, box]));
  useNotes.setState({ notes });
  if (!sameShapes(wanted, boxes().filter(isKept))) {
    for (const source of sources) {
      setBoxes(
        source,
        wanted.filter((box) => box.source === source),
      );
    }
  }
  if (changed) keepSoon();
}

/** Tells the studio what differs between the canvas and what is kept. */
async function keepBoxes(): Promise<void> {
  window.clearTimeout(timer);
  const { picture, notes } = useNotes.getState();
  const here = waiting?.filter(isKept);
  waiting = null;
  if (!picture || !notes || !here) return;
  const put = here.flatMap((box) => {
    const before = known.get(box.id);
    return before && same(box, before) ? [] : [toNoted(box, before ?? null)];
  });
  const remaining = new Set(here.map(({ id }) => id));
  const remove = [...known.keys()].filter((id) => !remaining.has(id));
  if (put.length === 0 && remove.length === 0) return;
  known = new Map([...known].filter(([id]) => remaining.has(id)));
  for (const box of put) known.set(box.id, box);
  useNotes.setState({ notes: { ...notes, boxes: [...known.values()] } });
  const reply = await studio.invoke('notes.boxes', { ...nameOf(picture), put, remove });
  if (!reply.ok) showError(reply.error);
}

/** A picture as a request or a note names it. */
export function nameOf({ name, sha256 }: NotedPicture): { name: string; sha256: string } {
  return { name, sha256 };
}

function isKept(box: CanvasBox): box is CanvasBox & { source: KeptSource } {
  return (sources as readonly string[]).includes(box.source);
}

function fromNoted({ id, label, box: [x0, y0, x1, y1], origin }: NotedBox) {
  return { id, label, x0, y0, x1, y1, source: origin };
}

/** Whether two lists hold the same boxes, in whatever order. */
function sameShapes(one: readonly Shape[], other: readonly Shape[]): boolean {
  const words = (all: readonly Shape[]): string =>
    all
      .map(({ id, label, x0, y0, x1, y1 }) => JSON.stringify([id, label, x0, y0, x1, y1]))
      .sort()
      .join();
  return words(one) === words(other);
}

type Shape = Pick<CanvasBox, 'id' | 'label' | 'x0' | 'y0' | 'x1' | 'y1'>;

function same(box: CanvasBox, { label, box: edges }: NotedBox): boolean {
  return box.label === label && [box.x0, box.y0, box.x1, box.y1].every((edge, i) => edge === edges[i]);
}

function toNoted(box: CanvasBox & { source: KeptSource }, before: NotedBox | null): NotedBox {
  const { id, label, x0, y0, x1, y1, source } = box;
  const moved = before !== null && source !== 'drawn' && before.original === null && !same(box, before);
  return {
    id,
    label: label.slice(0, 400),
    box: [x0, y0, x1, y1],
    origin: source,
    raw: before?.raw ?? null,
    confidence: before?.confidence ?? null,
    original: moved ? before.box : (before?.original ?? null),
  };
}
