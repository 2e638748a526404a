import type { Mask } from './mask.ts';

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
