import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { GenerationRequest, PictureSource } from '../../electron/contract/request.ts';
import { LavidaError } from '../errors.ts';
import { pictureSource, sha256 } from '../tasks/picture-source.ts';
import { makeFolder, writeFileSafely } from './safe-file.ts';

/** A place where a request's picture may lie already; null when it does not. */
export type SourceLookup = (source: PictureSource) => Promise<Uint8Array | null>;

/**
 * Pictures and masks that requests start from and that lie nowhere else, each once, in a file named by the hash of its
 * bytes. With it a request may name a picture by its hash alone. Nothing here deletes or rewrites a file.
 */
export class SourceStore {
  readonly #folder: string;
  readonly #elsewhere: readonly SourceLookup[];

  constructor(folder: string, elsewhere: readonly SourceLookup[]) {
    this.#folder = folder;
    this.#elsewhere = elsewhere;
  }

  /**
   * The request with the bytes of all its pictures: those that came with it are kept, the others are looked up. That a
   * picture cannot be kept is no reason not to run.
   * @throws LavidaError file.missing
   */
  async complete<T extends GenerationRequest>(request: T): Promise<T> {
    if (!('image' in request) || request.image === null) return request;
    const whole = { ...request, image: await this.#complete(request.image) };
    if (whole.task !== 'edit' || whole.region?.kind !== 'mask') return whole;
    return { ...whole, region: { ...whole.region, mask: await this.#complete(whole.region.mask) } };
  }

  async #complete(source: PictureSource): Promise<PictureSource> {
    const { bytes } = source;
    if (bytes === undefined) return pictureSource(source.name, await this.#read(source));
    await this.#keep(source, bytes).catch((error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
    });
    return source;
  }

  async #read(source: PictureSource): Promise<Uint8Array> {
    const found = await this.#find(source);
    if (found) return found;
    try {
      return new Uint8Array(await readFile(join(this.#folder, source.sha256)));
    } catch (error) {
      throw new LavidaError(
        'file.missing',
        `The picture ${source.name} is no longer there.`,
        error instanceof Error ? error.message : '',
      );
    }
  }

  async #keep(source: PictureSource, bytes: Uint8Array): Promise<void> {
    // The engine refuses bytes of another picture; they must not take its name here.
    if (sha256(bytes) !== source.sha256 || (await this.#find(source))) return;
    const path = join(this.#folder, source.sha256);
    const known = await stat(path).catch(() => null);
    if (known?.size === bytes.length) return;
    await makeFolder(this.#folder);
    await writeFileSafely(path, bytes);
  }

  async #find(source: PictureSource): Promise<Uint8Array | null> {
    for (const look of this.#elsewhere) {
      const bytes = await look(source);
      if (bytes && sha256(bytes) === source.sha256) return bytes;
    }
    return null;
  }
}
