import { Mask } from '../../canvas/mask/mask.ts';
import { maskToPng } from '../../canvas/mask/png.ts';
import { packMask, unpackMask, type PackedMask } from '../../canvas/mask/runs.ts';

/** White from here on, as masks of requests are read. */
const inside = 128;

/** A mask as a PNG of its own size: white where change is allowed. */
export async function maskFile(packed: PackedMask): Promise<Uint8Array | null> {
  const mask = unpackMask(packed);
  return mask && mask.count() > 0 ? maskToPng(mask, mask.width, mask.height) : null;
}

/** The mask of such a file; null when it cannot be read. */
export async function readMaskFile(png: Uint8Array): Promise<PackedMask | null> {
  try {
    const bitmap = await createImageBitmap(new Blob([png.slice()], { type: 'image/png' }));
    const { width, height } = bitmap;
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    if (!context) return null;
    context.drawImage(bitmap, 0, 0);
    bitmap.close();
    const { data } = context.getImageData(0, 0, width, height);
    const mask = new Mask(width, height);
    for (let i = 0; i < mask.data.length; i++) mask.data[i] = (data[i * 4] ?? 0) >= inside ? 1 : 0;
    return packMask(mask);
  } catch {
    return null;
  }
}
