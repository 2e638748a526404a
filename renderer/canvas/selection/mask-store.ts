import { create } from 'zustand';
import type { PictureFrame } from '../../../electron/contract/request.ts';
import { remember } from '../../state/history.ts';
import { flip, maskDelta, type MaskDelta } from '../mask/delta.ts';
import { Mask, union, type PixelRect } from '../mask/mask.ts';
import { packMask, unpackMask, type PackedMask } from '../mask/runs.ts';
import { CellCover, frameRect, modelSquare, type Size, type SquareFit } from '../mask/token-cells.ts';
import { setCurrentPicture, useCanvasPicture, type CanvasPicture } from './picture-store.ts';

interface MaskStore {
  /** Grows with every change of the mask on the canvas. */
  version: number;
  /** Pixels inside, of the mask's own. */
  pixels: number;
  /** Token cells covered; 0 without a model. */
  cells: number;
  /** How an edit will turn the picture into the model's square. */
  fit: SquareFit;
  /** The square of the picture that the model will see in place of that, pixels of the picture; null = by `fit`. */
  frame: PictureFrame | null;
  /** The loaded model's code grid and the side of its square, pixels; null until one is loaded. */
  model: { grid: Size; side: number } | null;
}

export const useMask = create<MaskStore>(() => ({
  version: 0,
  pixels: 0,
  cells: 0,
  fit: 'crop',
  frame: null,
  model: null,
}));

/** Longest side of a mask: larger pictures share a mask pixel between several of theirs. */
const maskEdge = 2048;
/** Masks kept of pictures that left the canvas. */
const keptAtMost = 48;

interface PictureMask {
  picture: CanvasPicture;
  mask: Mask;
  cover: CellCover | null;
  /** As it is kept between starts; null when painted on since, absent masks have none. */
  packed: PackedMask | null;
}

/** Masks of the last start whose pictures have not been on the canvas yet. */
const dormant = new Map<string, PackedMask>();
const kept = new Map<string, PictureMask>();
const listeners = new Set<(rect: PixelRect) => void>();
let current: PictureMask | null = null;

useCanvasPicture.subscribe((now, before) => {
  if (now.picture?.id !== before.picture?.id) enter(now.picture);
});
useMask.subscribe((now, before) => {
  if (now.fit === before.fit && now.frame === before.frame && now.model === before.model) return;
  for (const entry of kept.values()) entry.cover = null;
  refresh();
});

/** The mask of the picture on the canvas; null without a picture. Not to be written to but through `editMask`. */
export function currentMask(): Mask | null {
  return current?.mask ?? null;
}

/** Which token cells the mask on the canvas covers; null without a picture or a model. */
export function currentCover(): CellCover | null {
  if (!current) return null;
  current.cover ??= makeCover(current);
  return current.cover;
}

/** Which cells of a grid over a square of the picture the mask covers, pixels of the picture; null without a picture. */
export function coverOfSquare(grid: Size, square: PixelRect): CellCover | null {
  return current && coverOf(current, grid, square);
}

/** The smallest stretch of the picture around the mask, in its pixels; null when nothing is masked. */
export function maskStretch(): PixelRect | null {
  const bounds = current?.mask.bounds() ?? null;
  if (!current || !bounds) return null;
  const { width, height } = current.picture;
  const x = width / current.mask.width;
  const y = height / current.mask.height;
  return {
    x0: Math.floor(bounds.x0 * x),
    y0: Math.floor(bounds.y0 * y),
    x1: Math.min(width, Math.ceil(bounds.x1 * x)),
    y1: Math.min(height, Math.ceil(bounds.y1 * y)),
  };
}

/** Mask pixels a picture pixel is wide. */
export function maskScale(): number {
  return current ? current.mask.width / current.picture.width : 1;
}

/** Called with the stretch of the mask that changed, in its pixels; returns the function that stops it. */
export function onMaskPainted(listener: (rect: PixelRect) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** One edit of the mask, from the press of the pointer to its release, of one or more strokes; one undo step. */
export class MaskEdit {
  readonly #kind: string;
  readonly #entry: PictureMask;
  readonly #before: Uint8Array;
  #touched: PixelRect | null = null;

  private constructor(kind: string, entry: PictureMask) {
    this.#kind = kind;
    this.#entry = entry;
    this.#before = entry.mask.data.slice();
  }

  /** Null without a picture. */
  static begin(kind: string): MaskEdit | null {
    return current && new MaskEdit(kind, current);
  }

  /** Changes the mask; `change` returns what it touched. */
  paint(change: (mask: Mask) => PixelRect | null): void {
    const rect = change(this.#entry.mask);
    if (!rect) return;
    this.#touched = union(this.#touched, rect);
    painted(this.#entry, rect);
  }

  /** Makes an undo step of what was painted. */
  finish(): void {
    if (!this.#touched) return;
    const delta = maskDelta(this.#before, this.#entry.mask, this.#touched);
    settle();
    if (delta) remember(deedOf(this.#kind, this.#entry, delta));
  }

  /** Takes back what was painted. */
  cancel(): void {
    this.#entry.mask.data.set(this.#before);
    if (this.#touched) painted(this.#entry, this.#touched);
    settle();
  }
}

/** Changes the mask at one go, as one undo step; `change` returns what it touched. */
export function editMask(kind: string, change: (mask: Mask) => PixelRect | null): void {
  const edit = MaskEdit.begin(kind);
  edit?.paint(change);
  edit?.finish();
}

/** The mask on the canvas in the form that is kept; null when nothing is masked. */
export function packedMask(): PackedMask | null {
  if (!current) return null;
  current.packed ??= packMask(current.mask);
  return isEmpty(current.packed) ? null : current.packed;
}

/** Puts a kept mask over the picture on the canvas, or takes it away; the caller makes an undo step of it. */
export function putMask(packed: PackedMask | null): void {
  if (!current) return;
  const mask = packed && unpackMask(packed);
  if (mask) current.mask.copyFrom(mask);
  else current.mask.data.fill(0);
  painted(current, current.mask.whole);
  settle();
}

/** A mask of one run has nothing inside. */
function isEmpty({ runs }: PackedMask): boolean {
  return runs.length < 2;
}

function deedOf(kind: string, entry: PictureMask, delta: MaskDelta) {
  const turn = (): void => {
    // The user sees what is undone, also where another picture has come to the canvas since.
    setCurrentPicture(entry.picture);
    flip(entry.mask, delta);
    painted(entry, delta.rect);
    settle();
  };
  return { kind, bytes: delta.runs.byteLength + 64, undo: turn, redo: turn };
}

function enter(picture: CanvasPicture | null): void {
  if (picture) {
    const known = kept.get(picture.id) ?? { picture, mask: wake(picture), cover: null, packed: null };
    kept.delete(picture.id);
    kept.set(picture.id, known);
    const oldest = kept.keys().next().value;
    if (kept.size > keptAtMost && oldest !== undefined) kept.delete(oldest);
    current = known;
  } else current = null;
  refresh();
}

/** The mask a picture had at the last start, or an empty one. */
function wake(picture: CanvasPicture): Mask {
  const empty = emptyMask(picture);
  const packed = dormant.get(picture.id);
  dormant.delete(picture.id);
  const fits = packed?.width === empty.width && packed.height === empty.height;
  return (fits && unpackMask(packed)) || empty;
}

/** The masks of all pictures that have one, to be kept between starts. */
export function packedMasks(): Record<string, PackedMask> {
  const packed = new Map(dormant);
  for (const [id, entry] of kept) {
    entry.packed ??= packMask(entry.mask);
    if (!isEmpty(entry.packed)) packed.set(id, entry.packed);
  }
  return Object.fromEntries([...packed].slice(-keptAtMost));
}

/** Masks that wait for their pictures to come to the canvas. */
export function restoreMasks(masks: Readonly<Record<string, PackedMask | null>>): void {
  for (const [id, packed] of Object.entries(masks)) if (packed && !kept.has(id)) dormant.set(id, packed);
}

/** Puts masks of another project in place of all there are. */
export function replaceMasks(masks: Readonly<Record<string, PackedMask | null>>): void {
  kept.clear();
  dormant.clear();
  restoreMasks(masks);
  enter(useCanvasPicture.getState().picture);
}

function emptyMask({ width, height }: Size): Mask {
  const scale = Math.min(1, maskEdge / Math.max(width, height));
  return new Mask(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
}

function makeCover(entry: PictureMask): CellCover | null {
  const { model, fit, frame } = useMask.getState();
  if (!model) return null;
  return coverOf(entry, model.grid, frame ? frameRect(frame) : modelSquare(entry.picture, model.side, fit));
}

function coverOf({ mask, picture }: PictureMask, grid: Size, square: PixelRect): CellCover {
  const scale = mask.width / picture.width;
  const scaled = {
    x0: square.x0 * scale,
    y0: square.y0 * scale,
    x1: square.x1 * scale,
    y1: square.y1 * scale,
  };
  const cover = new CellCover(grid, scaled, mask);
  cover.update(mask, mask.whole);
  return cover;
}

function painted(entry: PictureMask, rect: PixelRect): void {
  entry.packed = null;
  entry.cover?.update(entry.mask, rect);
  if (entry !== current) return;
  for (const listener of listeners) listener(rect);
}

/** Everything about the mask on the canvas may have changed. */
function refresh(): void {
  if (current) for (const listener of listeners) listener(current.mask.whole);
  settle();
}

/** Tells React, once an edit is over. */
function settle(): void {
  useMask.setState(({ version }) => ({
    version: version + 1,
    pixels: current?.mask.count() ?? 0,
    cells: currentCover()?.count ?? 0,
  }));
}
