import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RgbImage } from '../../electron/contract/events.ts';
import type { GalleryQuery } from '../../electron/contract/gallery.ts';
import type { PictureRequest } from '../../electron/contract/request.ts';
import type { SystemBin } from '../../native/gallery/bin.ts';
import { Gallery } from '../../native/gallery/gallery.ts';
import { OutputFolder } from '../../native/library/output-folder.ts';
import { encodePicture } from '../../native/library/picture-metadata.ts';
import { runIdAt } from '../../native/library/run-ids.ts';
import { toyRequest } from './studio.ts';

/** A small picture of one colour. */
export function plainImage(shade: number, size = 4): RgbImage {
  return { width: size, height: size, rgb: new Uint8Array(size * size * 3).fill(shade & 255) };
}

/** A PNG of the studio, as a run leaves it. */
export function runPng(request: PictureRequest, image: RgbImage = plainImage(request.seed)): Uint8Array {
  return encodePicture(image, {
    version: 1,
    request,
    model: { name: 'toy', fingerprint: 'toy-1' },
    backend: 'cpu',
    createdBy: 'lavida-studio test',
  });
}

/** A gallery over a folder of its own. */
export class TestGallery {
  readonly home: string;
  readonly outputs: string;
  readonly notes: string;
  readonly indexFile: string;
  /** The output folder as the gallery takes it. */
  folder: OutputFolder;
  readonly binned: string[] = [];
  readonly revealed: string[] = [];
  changes = 0;
  #gallery: Gallery | null = null;
  #minute = 0;

  private constructor(home: string) {
    this.home = home;
    this.outputs = join(home, 'outputs');
    this.folder = new OutputFolder(this.outputs);
    this.notes = join(home, 'notes');
    this.indexFile = join(home, 'cache', 'index.sqlite');
  }

  static async make(): Promise<TestGallery> {
    const test = new TestGallery(await mkdtemp(join(tmpdir(), 'lavida-gallery-')));
    await mkdir(test.outputs);
    return test;
  }

  get gallery(): Gallery {
    if (!this.#gallery) throw new Error('The gallery is not open.');
    return this.#gallery;
  }

  async open(systemBin: SystemBin | null = this.#bin()): Promise<Gallery> {
    const gallery = new Gallery({
      folder: this.folder,
      notes: this.notes,
      indexFile: this.indexFile,
      systemBin,
      reveal: (path) => this.revealed.push(path),
      emit: () => this.changes++,
    });
    this.#gallery = gallery;
    await gallery.open();
    return gallery;
  }

  async shut(): Promise<void> {
    await this.#gallery?.close();
    this.#gallery = null;
  }

  async close(): Promise<void> {
    await this.shut();
    await rm(this.home, { recursive: true, force: true });
  }

  /** Writes a run's picture into the folder, a minute after the one before. */
  async paint(prompt: string, settings: Parameters<typeof toyRequest>[1] = {}): Promise<string> {
    return this.put(toyRequest(prompt, settings));
  }

  async put(request: PictureRequest, image?: RgbImage): Promise<string> {
    const id = runIdAt(Date.UTC(2026, 0, 1, 12, this.#minute++));
    await writeFile(join(this.outputs, `${id}.png`), runPng(request, image));
    return id;
  }

  /** Titles of what a query finds. */
  titles(text: string, query: Partial<GalleryQuery> = {}): string[] {
    return this.gallery.items(this.ids(text, query)).map(({ title }) => title);
  }

  ids(text = '', query: Partial<GalleryQuery> = {}): string[] {
    return this.gallery.query({ view: { kind: 'all' }, sort: 'newest', ...query, text });
  }

  #bin(): SystemBin {
    return async (path) => {
      this.binned.push(path);
      await rm(path, { recursive: true });
    };
  }
}
