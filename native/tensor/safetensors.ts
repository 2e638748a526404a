import { open, stat as fileStat, type FileHandle } from 'node:fs/promises';
import { LavidaError } from '../errors.ts';
import { assertAllocation } from './allocation.ts';
import { toFloat32, toInt32 } from './dtype.ts';
import { maxHeaderBytes, parseHeader, type TensorEntry } from './safetensors-header.ts';

/** Fills `target` from the file. @throws LavidaError model.corrupt when the file ends early */
async function readExactly(
  handle: FileHandle,
  target: Uint8Array,
  offset: number,
  path: string,
): Promise<void> {
  let done = 0;
  while (done < target.byteLength) {
    const { bytesRead } = await handle.read(target, done, target.byteLength - done, offset + done);
    if (bytesRead === 0) {
      throw new LavidaError(
        'model.corrupt',
        `${path} is damaged: it ends too early.`,
        `no byte at ${offset + done}`,
      );
    }
    done += bytesRead;
  }
}

/** A safetensors file, open for ranged reads. Only the header is held in memory. */
export class SafetensorsFile {
  readonly path: string;
  /** Size of the whole file in bytes. */
  readonly byteLength: number;
  readonly headerBytes: Uint8Array;
  readonly entries: ReadonlyMap<string, TensorEntry>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly #handle: FileHandle;

  private constructor(path: string, handle: FileHandle, byteLength: number, header: Uint8Array) {
    const parsed = parseHeader(header, byteLength, path);
    this.path = path;
    this.#handle = handle;
    this.byteLength = byteLength;
    this.headerBytes = header;
    this.entries = parsed.entries;
    this.metadata = parsed.metadata;
  }

  /** @throws LavidaError model.missing when it cannot be opened, model.corrupt when its header is wrong */
  static async open(path: string): Promise<SafetensorsFile> {
    let handle: FileHandle;
    try {
      // Whoever opens a pipe that nobody writes to waits without end.
      if (!(await fileStat(path)).isFile()) throw new Error('it is not a regular file');
      handle = await open(path, 'r');
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new LavidaError('model.missing', `${path} cannot be opened.`, reason);
    }
    try {
      const stat = await handle.stat();
      if (!stat.isFile()) throw new LavidaError('model.corrupt', `${path} is not a file.`);
      const prefix = new Uint8Array(8);
      await readExactly(handle, prefix, 0, path);
      const length = new DataView(prefix.buffer).getBigUint64(0, true);
      if (length > BigInt(stat.size - 8))
        throw new LavidaError(
          'model.corrupt',
          `${path} is damaged: its header claims ${length} bytes.`,
          `the file has ${stat.size} bytes`,
        );
      if (length > BigInt(maxHeaderBytes))
        throw new LavidaError(
          'model.corrupt',
          `${path} has a header of ${length} bytes; at most ${maxHeaderBytes} are read.`,
          'a header takes 100 to 200 bytes a tensor',
        );
      const header = new Uint8Array(Number(length));
      await readExactly(handle, header, 8, path);
      return new SafetensorsFile(path, handle, stat.size, header);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** @throws LavidaError model.incomplete when the file has no such tensor */
  entry(name: string): TensorEntry {
    const entry = this.entries.get(name);
    if (!entry) throw new LavidaError('model.incomplete', `${this.path} has no tensor "${name}".`);
    return entry;
  }

  /** Raw bytes of a tensor, or of the part of it that starts at byte `begin`. */
  async readBytes(name: string, begin = 0, length?: number): Promise<Uint8Array> {
    const entry = this.entry(name);
    const wanted = length ?? entry.byteLength - begin;
    if (begin < 0 || wanted < 0 || begin + wanted > entry.byteLength) {
      throw new RangeError(`bytes ${begin}+${wanted} lie outside tensor ${name}`);
    }
    assertAllocation(wanted, `tensor ${name}`);
    const bytes = new Uint8Array(wanted);
    await this.readInto(name, bytes, begin);
    return bytes;
  }

  /** Fills `target` with the tensor's bytes from byte `begin` on. */
  async readInto(name: string, target: Uint8Array, begin = 0): Promise<void> {
    await readExactly(this.#handle, target, this.entry(name).offset + begin, this.path);
  }

  /** A whole tensor as float32, whatever its dtype (see `toFloat32`). */
  async readFloat32(name: string): Promise<Float32Array> {
    return toFloat32(await this.readBytes(name), this.entry(name).dtype);
  }

  /** A whole integer tensor as int32. */
  async readInt32(name: string): Promise<Int32Array> {
    return toInt32(await this.readBytes(name), this.entry(name).dtype);
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}
