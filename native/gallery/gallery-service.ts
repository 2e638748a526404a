import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import type { galleryChannels } from '../../electron/contract/gallery.ts';
import { OutputFolder } from '../library/output-folder.ts';
import type { StudioPaths } from '../library/paths.ts';
import { runIdTime } from '../library/run-ids.ts';
import type { Handlers } from '../studio/dispatch.ts';
import { Gallery, type GalleryOptions } from './gallery.ts';
import { galleryHandlers } from './handlers.ts';
import { GalleryMedia } from './media.ts';
import { freedesktopBin } from './system-bin.ts';
import { Thumbnails } from './thumbnails.ts';

/** What only a desktop shell can do; without one there is the bin of Linux desktops, and nothing is revealed. */
export type DesktopServices = Pick<GalleryOptions, 'systemBin' | 'reveal'>;

/** The gallery with its thumbnails and channels, over the folders of one studio. */
export class GalleryService {
  readonly handlers: Pick<Handlers, keyof typeof galleryChannels>;
  readonly media: GalleryMedia;
  readonly #gallery: Gallery;
  readonly #thumbnails: Thumbnails;

  constructor(paths: StudioPaths, emit: GalleryOptions['emit'], desktop: DesktopServices | undefined) {
    const { outputs, notes } = paths;
    // Each output folder has an index and thumbnails of its own.
    const name = createHash('sha256').update(outputs).digest('hex').slice(0, 16);
    const cache = join(paths.cache, name);
    const services = desktop ?? { systemBin: freedesktopBin(), reveal: null };
    const indexFile = join(cache, 'index.sqlite');
    const folder = OutputFolder.of(paths);
    this.#gallery = new Gallery({ folder, notes, indexFile, ...services, emit });
    this.#thumbnails = new Thumbnails(join(cache, 'thumbnails'));
    this.handlers = galleryHandlers(this.#gallery);
    this.media = new GalleryMedia(this.#gallery, this.#thumbnails);
  }

  open(): Promise<void> {
    return this.#gallery.open();
  }

  /** A run's picture was just written. */
  async enter(imageFile: string): Promise<void> {
    await this.#gallery.enter(basename(imageFile));
  }

  /** What could not be read, and why. */
  problems(): ReturnType<Gallery['problems']> {
    return this.#gallery.problems();
  }

  /** Brings in the picture of a run under its id; one that is there already stays single. */
  addResult(id: string, bytes: Uint8Array): Promise<{ id: string; isNew: boolean }> {
    const modifiedAt = (runIdTime(id) ?? new Date()).toISOString();
    return this.#gallery.import({ name: `${id}.png`, modifiedAt, bytes });
  }

  async close(): Promise<void> {
    await Promise.all([this.#gallery.close(), this.#thumbnails.close()]);
  }
}
