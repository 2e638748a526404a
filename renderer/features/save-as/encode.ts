import type { SaveFormat } from '../../state/session.ts';

export const formatNames: Record<SaveFormat, string> = { png: 'PNG', jpeg: 'JPEG', webp: 'WebP' };

const endings: Record<SaveFormat, string> = { png: '.png', jpeg: '.jpg', webp: '.webp' };
/** Longest side a format holds, pixels; Chromium's encoders cut a longer one off without a word. */
const longestSide: Record<SaveFormat, number> = { png: 65_535, jpeg: 65_500, webp: 16_383 };
const pngSignature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** What lies under the transparent parts of a picture whose format has none, as the engine sees them. */
const paper = '#ffffff';

/** The name of a picture's file with the ending of a format in place of its own. */
export function fileNameIn(format: SaveFormat, name: string): string {
  return name.replace(/\.(png|jpe?g|webp)$/iu, '') + endings[format];
}

/** A picture's file, read and decoded at its full size. */
export interface ReadPicture {
  file: Blob;
  isPng: boolean;
  bitmap: ImageBitmap;
}

/**
 * Decodes a picture's file; the bitmap is the caller's to close.
 * @throws DOMException when the browser cannot decode it
 */
export async function readPicture(file: Blob): Promise<ReadPicture> {
  const head = new Uint8Array(await file.slice(0, pngSignature.length).arrayBuffer());
  const isPng = pngSignature.every((byte, i) => head[i] === byte);
  return { file, isPng, bitmap: await createImageBitmap(file) };
}

/**
 * A picture as the browser's own encoder writes it, every pixel of it; a PNG asked for as PNG is handed on as it is, with
 * all that is written in it.
 *
 * @param quality 1 to 100; PNG has none, WebP is lossless at 100
 * @throws Error when it cannot be written in that format, as where it is too large for it
 */
export async function encodePicture(
  { file, isPng, bitmap }: ReadPicture,
  format: SaveFormat,
  quality: number,
): Promise<Blob> {
  const type = `image/${format}`;
  if (format === 'png' && isPng) return file.slice(0, file.size, type);
  if (Math.max(bitmap.width, bitmap.height) > longestSide[format])
    throw new Error(`The picture is too large for ${type}.`);
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('The picture is too large for a canvas.');
  if (format === 'jpeg') {
    context.fillStyle = paper;
    context.fillRect(0, 0, canvas.width, canvas.height);
  }
  context.drawImage(bitmap, 0, 0);
  const encoded = await canvas.convertToBlob({ type, quality: quality / 100 });
  // An encoder that cannot take a picture writes another format in its place.
  if (encoded.type !== type) throw new Error(`The picture cannot be written as ${type}.`);
  return encoded;
}
