import { maskFromFile, maskToPng } from '../../canvas/mask/png.ts';
import { packMask, unpackMask, type PackedMask } from '../../canvas/mask/runs.ts';

/** A mask as a PNG of its own size: white where change is allowed. */
export async function maskFile(packed: PackedMask): Promise<Uint8Array | null> {
  const mask = unpackMask(packed);
  return mask && mask.count() > 0 ? maskToPng(mask, mask.width, mask.height) : null;
}

/** The mask of such a file; null when it cannot be read. */
export async function readMaskFile(png: Uint8Array): Promise<PackedMask | null> {
  const mask = await maskFromFile(new Blob([png.slice()], { type: 'image/png' }));
  return mask && packMask(mask);
}
