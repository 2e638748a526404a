/**
 * What the rest of the window may know of the canvas: the picture on it, the mask over it and the boxes on top. Pixels
 * are those of the picture unless stated.
 */
import type { PictureSource, Region } from '../../electron/contract/request.ts';
import { useSession } from '../state/session.ts';
import { grow, invert, shrink } from './mask/morphology.ts';
import type { PixelRect } from './mask/mask.ts';
import { maskFromFile, maskToPng } from './mask/png.ts';
import type { Size, SquareFit } from './mask/token-cells.ts';
import { coverOfSquare, currentMask, editMask, maskScale, useMask } from './selection/mask-store.ts';
import { currentPicture } from './selection/picture-store.ts';
import { sha256Hex } from './selection/sha256.ts';

export {
  blankPicture,
  currentPicture,
  knownHash,
  onPictureChanged,
  pictureSourceOf,
  readLibraryPicture,
  setCurrentPicture,
  showLibraryPicture,
  useCanvasPicture,
  type CanvasPicture,
} from './selection/picture-store.ts';
export {
  addBox,
  boxes,
  clearBoxes,
  drawBoxesAs,
  hideBoxes,
  onBoxesChanged,
  removeBox,
  selectBox,
  selectedBox,
  setBoxes,
  updateBox,
  useBoxes,
  type CanvasBox,
} from './selection/boxes-store.ts';
export { maskStretch, useMask } from './selection/mask-store.ts';
export { useFrame, type Added } from './frame/frame-store.ts';

/** Whether anything is masked. */
export function hasMask(): boolean {
  return useMask.getState().pixels > 0;
}

/** The mask as a PNG, white where change is allowed; null when nothing is masked. */
export async function maskPng(width: number, height: number): Promise<Uint8Array<ArrayBuffer> | null> {
  const mask = currentMask();
  return mask && hasMask() ? maskToPng(mask, width, height) : null;
}

/** Puts the mask that a picture file draws in place of the one there is; false when the file cannot be read. */
export async function setMaskFromFile(file: Blob): Promise<boolean> {
  const drawn = await maskFromFile(file);
  if (drawn) editMask('mask.open', (mask) => mask.copyFrom(drawn));
  return drawn !== null;
}

/** What an edit may change, as its request carries it: the mask with its feather; null when nothing is masked. */
export async function maskRegion(): Promise<Region | null> {
  const picture = currentPicture();
  if (!picture) return null;
  const png = await maskPng(picture.width, picture.height);
  if (!png) return null;
  const mask: PictureSource = { name: 'mask.png', sha256: await sha256Hex(png), bytes: png };
  return { kind: 'mask', mask, feather: useSession.getState().feather };
}

/** The cells of a grid over a square of the picture that the mask covers, 1 where covered; null when nothing is masked. */
export function maskedCells(grid: Size, square: PixelRect): Uint8Array | null {
  return hasMask() ? (coverOfSquare(grid, square)?.covered ?? null) : null;
}

/** Makes the mask of boxes, in place of what is masked or on top of it; one undo step. */
export function setMaskFromBoxes(rects: readonly PixelRect[], how: 'replace' | 'add' = 'replace'): void {
  const scale = maskScale();
  editMask('mask.boxes', (mask) => {
    if (how === 'replace') mask.data.fill(0);
    for (const { x0, y0, x1, y1 } of rects) {
      mask.fillRect({ x0: x0 * scale, y0: y0 * scale, x1: x1 * scale, y1: y1 * scale }, 1);
    }
    return mask.whole;
  });
}

export function clearMask(): void {
  editMask('mask.clear', (mask) => {
    mask.data.fill(0);
    return mask.whole;
  });
}

export function invertMask(): void {
  editMask('mask.invert', (mask) => {
    invert(mask);
    return mask.whole;
  });
}

/** Takes in the surroundings up to `pixels` away. */
export function growMask(pixels: number): void {
  editMask('mask.grow', (mask) => grow(mask, pixels * maskScale()));
}

/** Gives up a rim of `pixels`; the edge of the picture is no border. */
export function shrinkMask(pixels: number): void {
  editMask('mask.shrink', (mask) => shrink(mask, pixels * maskScale()));
}

/** How edits turn the picture into the model's square where no frame says it; the covered cells follow. */
export function setSquareFit(fit: SquareFit): void {
  useMask.setState({ fit });
}
