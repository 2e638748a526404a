import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { readTextIfThere } from '../library/read-text.ts';
import { discard, GrowingFile, makeFolder, moveSafely, writeFileSafely } from '../library/safe-file.ts';
import { parseJsonFile } from '../library/json-file.ts';
import { sha256Schema } from './catalogue.ts';

/** What stands beside an unfinished file: which version of it this is, and how much of it is surely on the disk. */
const recordSchema = z.object({
  version: z.literal(1),
  /** As the server named this version; null where it does not. */
  etag: z.string().max(1024).nullable(),
  lastModified: z.string().max(100).nullable(),
  /** Length of the whole file; null = unknown. */
  total: z.int().nonnegative().nullable(),
  bytes: z.int().nonnegative(),
  /** SHA-256 of the first `bytes` bytes. */
  sha256: sha256Schema,
});
type PartRecord = z.infer<typeof recordSchema>;
export type FileVersion = Pick<PartRecord, 'etag' | 'lastModified' | 'total'>;

const unknownVersion: FileVersion = { etag: null, lastModified: null, total: null };
/** Bytes after which an unfinished file is flushed and its record renewed: what a power cut may cost. */
const checkpointBytes = 16 * 2 ** 20;
/** Distance of the places to which a file can be cut back when the disk has no room left for its record. */
const anchorBytes = 2 ** 20;

/** Adds a stretch of a file to a hash, from its start. */
async function hashStart(path: string, bytes: number, hash: Hash): Promise<void> {
  if (bytes === 0) return;
  for await (const piece of createReadStream(path, { end: bytes - 1, highWaterMark: 2 ** 20 }))
    hash.update(piece as Uint8Array);
}

/**
 * A file on its way, `NAME.part` with its record `NAME.part.json`: it takes bytes in order, hashes them as they come, and
 * can be taken up again after any end of the program.
 */
export class PartFile {
  readonly #path: string;
  readonly #file: GrowingFile;
  #hash: Hash;
  #version: FileVersion;
  #bytes: number;
  #kept: number;
  /** Earlier places with their hashes: the last two. */
  #anchors: { bytes: number; hash: Hash }[] = [];

  private constructor(path: string, file: GrowingFile, hash: Hash, bytes: number, version: FileVersion) {
    this.#path = path;
    this.#file = file;
    this.#hash = hash;
    this.#bytes = bytes;
    this.#kept = bytes;
    this.#version = version;
  }

  /** Takes up what surely is on the disk, read again and compared; whatever cannot be trusted is cut off. */
  static async open(path: string): Promise<PartFile> {
    await makeFolder(dirname(path));
    const text = await readTextIfThere(recordPath(path)).catch(() => null);
    const record = text === null ? null : parseJsonFile(text, recordSchema);
    const length = await stat(path).then(
      ({ size }) => size,
      () => 0,
    );
    let hash = createHash('sha256');
    let bytes = 0;
    if (record && record.bytes > 0 && record.bytes <= length) {
      await hashStart(path, record.bytes, hash);
      if (hash.copy().digest('hex') === record.sha256) bytes = record.bytes;
      else hash = createHash('sha256');
    }
    const file = await GrowingFile.open(path, bytes);
    return new PartFile(path, file, hash, bytes, bytes > 0 && record ? record : unknownVersion);
  }

  /** Bytes there are. */
  get bytes(): number {
    return this.#bytes;
  }

  get version(): FileVersion {
    return this.#version;
  }

  /** SHA-256 of the bytes there are. */
  digest(): string {
    return this.#hash.copy().digest('hex');
  }

  /** Which version of the file the bytes to come belong to. */
  async begin(version: FileVersion): Promise<void> {
    this.#version = version;
    await this.checkpoint();
  }

  async append(piece: Uint8Array): Promise<void> {
    await this.#file.append(piece);
    this.#hash.update(piece);
    this.#bytes += piece.length;
    const last = this.#anchors.at(-1)?.bytes ?? this.#kept;
    if (this.#bytes - last >= anchorBytes)
      this.#anchors = [...this.#anchors.slice(-1), { bytes: this.#bytes, hash: this.#hash.copy() }];
    if (this.#bytes - this.#kept >= checkpointBytes) await this.checkpoint();
  }

  /** From here on nothing before is lost. */
  async checkpoint(): Promise<void> {
    await this.#file.flush();
    const record: PartRecord = { version: 1, ...this.#version, bytes: this.#bytes, sha256: this.digest() };
    await writeFileSafely(recordPath(this.#path), JSON.stringify(record));
    this.#kept = this.#bytes;
  }

  /** Keeps what can be kept and closes; on a full disk the end of the file makes room for its record. */
  async leave(): Promise<void> {
    try {
      // A piece that was only written in part is no part of it.
      await this.#file.cut(this.#bytes);
      await this.checkpoint().catch(() => this.#cutBack());
    } catch {
      // The record of the last checkpoint stands.
    } finally {
      await this.#file.close();
    }
  }

  async #cutBack(): Promise<void> {
    const [anchor] = this.#anchors;
    if (!anchor || anchor.bytes <= this.#kept) return;
    this.#bytes = anchor.bytes;
    this.#hash = anchor.hash;
    await this.#file.cut(anchor.bytes);
    await this.checkpoint();
  }

  /** Puts the whole file in its place. */
  async finish(target: string): Promise<void> {
    await this.#file.flush();
    await this.#file.close();
    await makeFolder(dirname(target));
    await moveSafely(this.#path, target);
    await discard(recordPath(this.#path));
  }
}

function recordPath(path: string): string {
  return `${path}.json`;
}

/** Lets go of an unfinished file. */
export async function discardPart(path: string): Promise<void> {
  await discard(recordPath(path));
  await discard(path);
}
