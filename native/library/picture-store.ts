import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { libraryPictureSchema, type LibraryPicture } from '../../electron/contract/pictures.ts';
import { LavidaError } from '../errors.ts';
import { decodeImage } from '../imaging/decode.ts';
import { newRunId } from './run-ids.ts';
import { tellDamage } from './damage.ts';
import { readTextIfThere } from './read-text.ts';
import { makeFolder, removeLeftovers, writeFileSafely } from './safe-file.ts';
import { parseJson } from '../parse-json.ts';

const cardEnding = '.json';
const endings = { 'image/png': '.png', 'image/jpeg': '.jpg', 'image/webp': '.webp' } as const;
const mediaTypes = { png: 'image/png', jpeg: 'image/jpeg', webp: 'image/webp' } as const;
/** Begins the ids of pictures brought in, which tells them from runs. */
const idPrefix = 'in-';

const cardSchema = libraryPictureSchema.extend({ version: z.literal(1) });

/** A picture and the bytes of its file. */
export type PictureFile = LibraryPicture & { bytes: Uint8Array };

/**
 * Pictures the user brought in: `<id>.<ending>` with the bytes as they came, and `<id>.json` that names them. Nothing
 * here deletes or rewrites one.
 */
export class PictureStore {
  readonly folder: string;
  #known: Promise<Map<string, LibraryPicture>> | null = null;
  #adding: Promise<unknown> = Promise.resolve();

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Whether an id is of this store's making. */
  static owns(id: string): boolean {
    return id.startsWith(idPrefix);
  }

  /**
   * Keeps a picture file; it is on the disk when this resolves. A file that is here already is not kept twice.
   *
   * @param name what the user calls the file
   * @throws LavidaError file.invalid for no picture, a damaged or too large one; output.*
   */
  add(name: string, bytes: Uint8Array): Promise<LibraryPicture> {
    // One after another, so that a file dropped twice at once is still one picture.
    const added = this.#adding.then(() => this.#add(name, bytes));
    this.#adding = added.catch(() => undefined);
    return added;
  }

  /** Pictures brought in, newest first. */
  async list(): Promise<LibraryPicture[]> {
    return [...(await this.#cards()).values()].sort((a, b) => (a.id < b.id ? 1 : -1));
  }

  async #add(name: string, bytes: Uint8Array): Promise<LibraryPicture> {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const known = await this.#cards();
    const same = [...known.values()].find((picture) => picture.sha256 === sha256);
    if (same) return same;
    const { image, format, notes } = decodeImage(bytes, name || 'The picture');
    const picture: LibraryPicture = {
      id: idPrefix + newRunId(),
      name,
      mediaType: mediaTypes[format],
      width: image.width,
      height: image.height,
      sha256,
      notes: [...new Set(notes)],
    };
    await makeFolder(this.folder);
    await writeFileSafely(this.#picturePath(picture), bytes);
    // The card comes last: a picture without one was never promised to anybody.
    await writeFileSafely(this.#cardPath(picture.id), JSON.stringify({ version: 1, ...picture }));
    known.set(picture.id, picture);
    return picture;
  }

  /** One picture with its bytes. @throws LavidaError run.unknown when it is not there */
  async read(id: string): Promise<PictureFile> {
    const picture = (await this.#cards()).get(id);
    if (!picture) throw unknownPicture(id);
    const path = this.#picturePath(picture);
    const bytes = await readFile(path).catch((error: unknown) => {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') throw unknownPicture(id, message);
      throw new LavidaError('file.unreadable', `${picture.name} is there but cannot be read.`, message);
    });
    return { ...picture, bytes: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length) };
  }

  /** The bytes of a picture with this hash, or null when it is not here. */
  async find(sha256: string): Promise<Uint8Array | null> {
    const known = [...(await this.#cards()).values()].find((picture) => picture.sha256 === sha256);
    return known
      ? this.read(known.id).then(
          ({ bytes }) => bytes,
          () => null,
        )
      : null;
  }

  #cards(): Promise<Map<string, LibraryPicture>> {
    this.#known ??= this.#readCards();
    return this.#known;
  }

  async #readCards(): Promise<Map<string, LibraryPicture>> {
    await removeLeftovers(this.folder);
    const names = await readdir(this.folder).catch(() => []);
    const cards = new Map<string, LibraryPicture>();
    for (const name of names.filter((other) => other.startsWith(idPrefix) && other.endsWith(cardEnding))) {
      const file = join(this.folder, name);
      const card = parseCard((await readTextIfThere(file).catch(() => null)) ?? '');
      if (card && card.id + cardEnding === name) cards.set(card.id, card);
      else tellDamage({ file, keptAs: null, reason: 'it does not say which picture it belongs to' });
    }
    return cards;
  }

  #picturePath({ id, mediaType }: LibraryPicture): string {
    return join(this.folder, id + endings[mediaType]);
  }

  #cardPath(id: string): string {
    return join(this.folder, id + cardEnding);
  }
}

function parseCard(text: string): LibraryPicture | null {
  try {
    const { version: _version, ...picture } = cardSchema.parse(parseJson(text));
    return picture;
  } catch {
    return null;
  }
}

function unknownPicture(id: string, cause = ''): LavidaError {
  return new LavidaError('run.unknown', `There is no picture ${id}.`, cause);
}
