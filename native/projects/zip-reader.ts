import { crc32 } from 'node:zlib';
import { fromBufferPromise, openPromise, type Entry, type ZipFile } from 'yauzl';
import { LavidaError } from '../errors.ts';
import { parseJson } from '../parse-json.ts';
import { limits } from './limits.ts';

/** Names a project file may use; everything else in it is passed over. */
const known =
  /^(?:(?:manifest|document|canvas)\.json|(?:pictures|masks|results|requests)\/[0-9a-z][0-9a-z.-]{0,120})$/u;

/**
 * Reads a zip file entry by entry, in memory. Nothing is ever written under a name the file chose, sizes are held
 * against the limits before and while they are unpacked, and names outside the known ones are passed over.
 */
export class ZipReader {
  readonly #zip: ZipFile;
  readonly #name: string;
  readonly #entries: ReadonlyMap<string, Entry>;

  private constructor(zip: ZipFile, name: string, entries: ReadonlyMap<string, Entry>) {
    this.#zip = zip;
    this.#name = name;
    this.#entries = entries;
  }

  /** @throws LavidaError file.invalid */
  static async open(source: string | Uint8Array, name: string): Promise<ZipReader> {
    const zip = await openZip(source).catch((error: unknown) => {
      throw refused(name, 'is not a project file', error);
    });
    try {
      return new ZipReader(zip, name, await readEntries(zip, name));
    } catch (error) {
      zip.close();
      throw error instanceof LavidaError ? error : refused(name, 'is damaged', error);
    }
  }

  names(folder: string): string[] {
    return [...this.#entries.keys()].filter((name) => name.startsWith(folder));
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /** The bytes of an entry. @throws LavidaError file.invalid */
  async read(name: string, most: number = limits.entry): Promise<Uint8Array> {
    const entry = this.#entries.get(name);
    if (!entry) throw refused(this.#name, `lacks ${name}`);
    if (entry.uncompressedSize > most) throw refused(this.#name, `holds too much: ${name}`);
    try {
      const stream = await this.#zip.openReadStreamPromise(entry);
      const chunks: Uint8Array[] = [];
      let bytes = 0;
      for await (const chunk of stream as AsyncIterable<Uint8Array>) {
        bytes += chunk.length;
        if (bytes > most) throw new Error('it unpacks to more than it says');
        chunks.push(chunk);
      }
      const whole = Buffer.concat(chunks);
      if (crc32(whole) !== entry.crc32) throw new Error('its checksum is wrong');
      return new Uint8Array(whole);
    } catch (error) {
      throw refused(this.#name, `is damaged: ${name}`, error);
    }
  }

  /** @throws LavidaError file.invalid */
  async readJson(name: string): Promise<unknown> {
    const bytes = await this.read(name, limits.json);
    try {
      return parseJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    } catch (error) {
      throw refused(this.#name, `is damaged: ${name}`, error);
    }
  }

  close(): void {
    this.#zip.close();
  }
}

function openZip(source: string | Uint8Array): Promise<ZipFile> {
  const options = { lazyEntries: true, validateEntrySize: true, strictFileNames: true, autoClose: false };
  if (typeof source === 'string') return openPromise(source, options);
  return fromBufferPromise(Buffer.from(source.buffer, source.byteOffset, source.length), options);
}

async function readEntries(zip: ZipFile, name: string): Promise<Map<string, Entry>> {
  if (zip.entryCount > limits.entries) throw refused(name, 'holds too many parts');
  const entries = new Map<string, Entry>();
  let total = 0;
  await new Promise<void>((resolve, reject) => {
    zip.on('error', reject);
    zip.on('end', resolve);
    zip.on('entry', (entry: Entry) => {
      const { fileName, uncompressedSize } = entry;
      total += uncompressedSize;
      if (total > limits.total || uncompressedSize > limits.entry) {
        reject(refused(name, 'would unpack to more than a project may hold'));
      } else if (entry.isEncrypted()) {
        reject(refused(name, 'is encrypted'));
      } else if (known.test(fileName) && entries.has(fileName)) {
        reject(refused(name, `holds ${fileName} twice`));
      } else {
        if (known.test(fileName)) entries.set(fileName, entry);
        zip.readEntry();
      }
    });
    zip.readEntry();
  });
  return entries;
}

function refused(name: string, why: string, error?: unknown): LavidaError {
  return new LavidaError('file.invalid', `${name} ${why}.`, error instanceof Error ? error.message : '');
}
