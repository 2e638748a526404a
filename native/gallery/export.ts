import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import type { GalleryItem } from '../../electron/contract/gallery.ts';
import { LavidaError } from '../errors.ts';

/** Pictures of one zip file together; it passes through memory. */
const mostBytes = 512 * 1024 * 1024;

/** The pictures as a zip file, stored as they are: PNG, JPEG and WebP do not get smaller. */
export async function exportZip(folder: string, items: readonly GalleryItem[]): Promise<Uint8Array> {
  const bytes = items.reduce((sum, item) => sum + item.bytes, 0);
  if (bytes > mostBytes) {
    const sentence = `These pictures are too large for one zip file: ${String(Math.round(bytes / 1e6))} MB of at most ${String(Math.round(mostBytes / 1e6))} MB.`;
    throw new LavidaError('request.invalid', sentence);
  }
  const zip = new ZipFile();
  const failed = new Promise<never>((_resolve, reject) => {
    zip.on('error', reject);
  });
  for (const { file, createdAt } of items) {
    // The name in the output folder is unique and sorts by time.
    zip.addReadStreamLazy(file, { compress: false, mtime: new Date(createdAt) }, (done) => {
      done(null, createReadStream(join(folder, file)));
    });
  }
  zip.end();
  return Promise.race([buffer(zip.outputStream), failed]);
}
