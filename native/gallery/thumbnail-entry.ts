/** The thread that makes thumbnails: decoding and resampling take too long for a process that answers windows. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { thumbnailSize } from '../../electron/contract/gallery.ts';
import { decodeImage } from '../imaging/decode.ts';
import { resize } from '../imaging/resize.ts';
import { encodePng } from '../library/png.ts';

export interface ThumbnailTask {
  id: number;
  path: string;
}
export type ThumbnailReply = { id: number } & ({ png: Uint8Array } | { failed: string });

async function make(path: string): Promise<Uint8Array> {
  const { image } = decodeImage(await readFile(path), basename(path));
  const scale = Math.min(1, thumbnailSize / Math.max(image.width, image.height));
  const width = Math.max(1, Math.round(image.width * scale));
  const height = Math.max(1, Math.round(image.height * scale));
  return encodePng(resize(image, width, height, 'lanczos'), []);
}

parentPort?.on('message', ({ id, path }: ThumbnailTask) => {
  make(path).then(
    (png) => parentPort?.postMessage({ id, png } satisfies ThumbnailReply),
    (error: unknown) =>
      parentPort?.postMessage({ id, failed: (error as Error).message } satisfies ThumbnailReply),
  );
});
