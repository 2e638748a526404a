import { useSession } from '../../state/session.ts';
import type { Mask, PixelRect } from '../mask/mask.ts';
import { fillCells } from '../mask/snap.ts';
import { currentCover } from '../selection/mask-store.ts';

/** Draws a shape on the mask, pixel by pixel or by whole token cells, as the user chose; returns what it touched. */
export function drawOn(
  mask: Mask,
  value: 0 | 1,
  draw: (target: Mask, paint: 0 | 1) => PixelRect | null,
): PixelRect | null {
  const cover = useSession.getState().snapToCells ? currentCover() : null;
  return cover ? fillCells(mask, cover, value, (empty) => draw(empty, 1)) : draw(mask, value);
}
