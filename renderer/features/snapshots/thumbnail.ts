import { studio } from '../../api/index.ts';
import { thumbnailUrl } from '../gallery/media.ts';
import type { Mask } from '../../canvas/mask/mask.ts';
import { unpackMask } from '../../canvas/mask/runs.ts';
import type { CanvasSnapshot } from '../../canvas/selection/snapshots-store.ts';

/** Red, green, blue and alpha of a masked pixel, little endian. */
const veil = 0xa06d4fff;

/** Draws a snapshot into a canvas, fitted into it. @returns false when its picture is gone */
export async function drawThumbnail(canvas: HTMLCanvasElement, snapshot: CanvasSnapshot): Promise<boolean> {
  const { layers, boxes, width, height } = snapshot;
  const image = snapshot.picture.startsWith('blank-') ? null : await loadImage(snapshot);
  const context = canvas.getContext('2d');
  if (!context || image === undefined) return false;
  const scale = Math.min(canvas.width / width, canvas.height / height);
  const [left, top] = [(canvas.width - width * scale) / 2, (canvas.height - height * scale) / 2];
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.globalAlpha = layers.image.visible ? layers.image.opacity : 0;
  context.fillStyle = '#ffffff';
  if (image) context.drawImage(image, left, top, width * scale, height * scale);
  else context.fillRect(left, top, width * scale, height * scale);
  context.globalAlpha = 1;
  const mask = layers.mask.visible && snapshot.mask ? unpackMask(snapshot.mask) : null;
  if (mask) context.drawImage(veilOf(mask, width * scale, height * scale), left, top);
  context.lineWidth = 2;
  for (const { x0, y0, x1, y1, visible, colour } of layers.boxes.visible ? boxes : []) {
    if (!visible) continue;
    context.strokeStyle = colour;
    context.strokeRect(left + x0 * scale, top + y0 * scale, (x1 - x0) * scale, (y1 - y0) * scale);
  }
  return true;
}

/** The picture as small as it comes; undefined when it cannot be had. */
async function loadImage({ picture, id }: CanvasSnapshot): Promise<CanvasImageSource | undefined> {
  const image = new Image();
  try {
    // The gallery has thumbnails of what lies in it; a picture that was only brought to the canvas is read whole.
    if (!picture.startsWith('in-')) {
      image.src = thumbnailUrl({ id: picture, version: id });
      await image.decode();
      return image;
    }
    const reply = await studio.invoke('picture.read', { id: picture });
    if (!reply.ok) return undefined;
    const { bytes, mediaType } = reply.value;
    return await createImageBitmap(new Blob([bytes.slice()], { type: mediaType }));
  } catch {
    return undefined;
  }
}

/** The mask as coloured pixels of a thumbnail, the nearest pixel of the mask deciding. */
function veilOf(mask: Mask, wide: number, high: number): OffscreenCanvas {
  const width = Math.max(1, Math.round(wide));
  const height = Math.max(1, Math.round(high));
  const pixels = new Uint32Array(width * height);
  for (let y = 0, to = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * mask.height) / height) * mask.width;
    for (let x = 0; x < width; x++, to++)
      if (mask.data[row + Math.floor(((x + 0.5) * mask.width) / width)] === 1) pixels[to] = veil;
  }
  const canvas = new OffscreenCanvas(width, height);
  const image = new ImageData(new Uint8ClampedArray(pixels.buffer), width, height);
  canvas.getContext('2d')?.putImageData(image, 0, 0);
  return canvas;
}
