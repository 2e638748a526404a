import { mediaPath } from '../../../electron/contract/gallery.ts';

/** Address of a picture's file; the version lets the browser keep it. */
export function pictureUrl({ id, version }: { id: string; version: string }): string {
  return `${mediaPath.picture}${id}?v=${encodeURIComponent(version)}`;
}

export function thumbnailUrl({ id, version }: { id: string; version: string }): string {
  return `${mediaPath.thumbnail}${id}?v=${encodeURIComponent(version)}`;
}

/** The picture as a PNG, whatever its file is. */
export async function pngOf(picture: { id: string; version: string }): Promise<Blob> {
  const response = await fetch(pictureUrl(picture));
  if (!response.ok) throw new Error('The picture could not be read.');
  const blob = await response.blob();
  if (blob.type === 'image/png') return blob;
  const bitmap = await createImageBitmap(blob);
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  bitmap.close();
  return canvas.convertToBlob({ type: 'image/png' });
}
