import { Mask } from './mask.ts';

/** White from here on, as masks of requests are read. */
const inside = 128;

/** The mask as a PNG of any size: white where change is allowed, black elsewhere; the nearest pixel decides. */
export async function maskToPng(mask: Mask, width: number, height: number): Promise<Uint8Array<ArrayBuffer>> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('The browser gave no drawing surface.');
  const pixels = new Uint32Array(width * height);
  const columns = Int32Array.from({ length: width }, (_, x) => Math.floor(((x + 0.5) * mask.width) / width));
  for (let y = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * mask.height) / height) * mask.width;
    for (let x = 0; x < width; x++) {
      pixels[y * width + x] = mask.data[row + (columns[x] as number)] === 1 ? 0xffffffff : 0xff000000;
    }
  }
  context.putImageData(new ImageData(new Uint8ClampedArray(pixels.buffer), width, height), 0, 0);
  const blob = await canvas.convertToBlob({ type: 'image/png' });
  return new Uint8Array(await blob.arrayBuffer());
}

/** The mask a picture file draws: inside where it is white, outside where it is black or transparent; null when it cannot be read. */
export async function maskFromFile(file: Blob): Promise<Mask | null> {
  try {
    const bitmap = await createImageBitmap(file);
    const { width, height } = bitmap;
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    if (!context) return null;
    context.fillRect(0, 0, width, height);
    context.drawImage(bitmap, 0, 0);
    bitmap.close();
    const { data } = context.getImageData(0, 0, width, height);
    const mask = new Mask(width, height);
    for (let i = 0; i < mask.data.length; i++) mask.data[i] = (data[i * 4] ?? 0) >= inside ? 1 : 0;
    return mask;
  } catch {
    return null;
  }
}
