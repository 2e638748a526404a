import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { mediaPath } from '../../electron/contract/gallery.ts';
import { runIdSchema } from '../../electron/contract/runs.ts';
import type { Gallery } from './gallery.ts';
import type { Thumbnails } from './thumbnails.ts';

/** A file for a window. */
export interface Media {
  bytes: Uint8Array;
  type: string;
}

const types: Record<string, string> = { '.png': 'image/png', '.jpg': 'image/jpeg', '.webp': 'image/webp' };

/** Pictures of the gallery and their thumbnails as files at fixed addresses. Ids are the only names there are. */
export class GalleryMedia {
  readonly #gallery: Gallery;
  readonly #thumbnails: Thumbnails;

  constructor(gallery: Gallery, thumbnails: Thumbnails) {
    this.#gallery = gallery;
    this.#thumbnails = thumbnails;
  }

  /** The file at a URL path, or null when there is none. */
  async find(pathname: string): Promise<Media | null> {
    const thumbnail = idAfter(mediaPath.thumbnail, pathname);
    const picture = idAfter(mediaPath.picture, pathname);
    try {
      if (thumbnail !== null) return await this.#thumbnail(thumbnail);
      if (picture !== null) return await this.#picture(picture);
    } catch {
      // Deleted or damaged since it was listed.
    }
    return null;
  }

  async #picture(id: string): Promise<Media> {
    const path = this.#gallery.path(id);
    return { bytes: await readFile(path), type: typeOf(path) };
  }

  async #thumbnail(id: string): Promise<Media> {
    const [item] = this.#gallery.items([id]);
    if (item) {
      const path = this.#gallery.path(id);
      return sniffed(await this.#thumbnails.read({ ...item, path }));
    }
    const path = await this.#gallery.bin.picture(id);
    if (path === null) throw new Error('no such picture');
    const bytes = await readFile(path);
    const size = { bytes: bytes.length, width: Infinity, height: Infinity };
    return sniffed(await this.#thumbnails.read({ id, path, version: '0', ...size }));
  }
}

function idAfter(prefix: string, pathname: string): string | null {
  if (!pathname.startsWith(prefix)) return null;
  const parsed = runIdSchema.safeParse(pathname.slice(prefix.length));
  return parsed.success ? parsed.data : null;
}

function typeOf(path: string): string {
  return types[extname(path)] ?? 'application/octet-stream';
}

/** A thumbnail is a PNG unless the file itself was small enough. */
function sniffed(bytes: Uint8Array): Media {
  const type = bytes[0] === 0xff ? types['.jpg'] : bytes[0] === 0x52 ? types['.webp'] : types['.png'];
  return { bytes, type: type ?? 'image/png' };
}
