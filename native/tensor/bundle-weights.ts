import { realpath } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { LavidaError } from '../errors.ts';
import { assertAllocation } from './allocation.ts';
import { logicalTensors, readLogicalRows, rowLength, type LogicalTensor } from './quantized-tensors.ts';
import { SafetensorsFile } from './safetensors.ts';
import { findShards, vqPrefix } from './shard-files.ts';

/** A tensor of a bundle, with the place of its bytes as ONNX Runtime's external data wants it. */
export interface StoredTensor extends LogicalTensor {
  /** File path relative to `BundleWeights.folder`, with forward slashes. */
  readonly location: string;
}

/** Deepest folder that holds all the files. */
function commonFolder(files: readonly string[]): string {
  let folder = dirname(files[0] ?? '.');
  while (!files.every((file) => file.startsWith(folder.endsWith(sep) ? folder : folder + sep))) {
    const parent = dirname(folder);
    if (parent === folder) break;
    folder = parent;
  }
  return folder;
}

interface Placed {
  file: SafetensorsFile;
  /** Name of the file as the folder or the index calls it. */
  shard: string;
  /** Name in the file, which in the VQ's own file lacks the prefix. */
  ownName: string;
  tensor: StoredTensor;
}

/** All weights of a model folder, looked up by official name (prefix `model.`) and read in ranges. */
export class BundleWeights {
  /** Folder that the locations of the tensors are relative to: real paths, so that links to a cache are followed. */
  readonly folder: string;
  readonly files: readonly SafetensorsFile[];
  readonly #tensors: ReadonlyMap<string, Placed>;

  private constructor(folder: string, files: SafetensorsFile[], tensors: ReadonlyMap<string, Placed>) {
    this.folder = folder;
    this.files = files;
    this.#tensors = tensors;
  }

  /**
   * Opens the weights of a model folder: model.safetensors, or the shards of model.safetensors.index.json, or every
   * model-*.safetensors; and vqvae/diffusion_pytorch_model.safetensors, whose tensors a shard's own take precedence over.
   * @throws LavidaError model.missing, model.incomplete, model.corrupt
   */
  static async open(directory: string): Promise<BundleWeights> {
    const { shards, index, vq, missing } = await findShards(directory);
    if (missing[0] !== undefined) {
      throw new LavidaError(
        'model.incomplete',
        `${directory} lacks the shard ${missing[0]}.`,
        missing.join(', '),
      );
    }
    const weights = await BundleWeights.openFiles(directory, shards, vq);
    try {
      if (index) weights.#checkIndex(directory, shards, index);
    } catch (error) {
      await weights.close();
      throw error;
    }
    return weights;
  }

  /** Opens the named files of a folder as one set of weights. */
  static async openFiles(directory: string, shards: readonly string[], vq?: string): Promise<BundleWeights> {
    const files: SafetensorsFile[] = [];
    try {
      const paths: string[] = [];
      for (const name of vq === undefined ? shards : [...shards, vq]) {
        const path = join(directory, name);
        const real = await realpath(path).catch((error: unknown) => {
          const reason = error instanceof Error ? error.message : String(error);
          throw new LavidaError('model.incomplete', `${path} is missing.`, reason);
        });
        paths.push(real);
        files.push(await SafetensorsFile.open(real));
      }
      const folder = commonFolder(paths);
      const tensors = new Map<string, Placed>();
      files.forEach((file, i) => {
        const isVq = vq !== undefined && i === shards.length;
        const location = relative(folder, paths[i] ?? '')
          .split(sep)
          .join('/');
        for (const entry of logicalTensors(file)) {
          const name = isVq ? vqPrefix + entry.name : entry.name;
          if (tensors.has(name)) {
            if (isVq) continue;
            throw new LavidaError(
              'model.corrupt',
              `Two files hold the tensor "${name}".`,
              `${file.path} is the second`,
            );
          }
          tensors.set(name, {
            file,
            shard: isVq ? vq : (shards[i] ?? ''),
            ownName: entry.name,
            tensor: { ...entry, name, location },
          });
        }
      });
      return new BundleWeights(folder, files, tensors);
    } catch (error) {
      await Promise.all(files.map((file) => file.close()));
      throw error;
    }
  }

  /** The index names tensors as the files store them. */
  #checkIndex(directory: string, shards: readonly string[], index: Record<string, string>): void {
    for (const [name, shard] of Object.entries(index)) {
      if (this.files[shards.indexOf(shard)]?.entries.has(name) !== true) {
        throw new LavidaError(
          'model.corrupt',
          `${join(directory, shard)} lacks the tensor "${name}" of the index.`,
        );
      }
    }
  }

  names(): string[] {
    return [...this.#tensors.keys()];
  }

  tensors(): StoredTensor[] {
    return [...this.#tensors.values()].map(({ tensor }) => tensor);
  }

  has(name: string): boolean {
    return this.#tensors.has(name);
  }

  #placed(name: string): Placed {
    const placed = this.#tensors.get(name);
    if (!placed) throw new LavidaError('model.incomplete', `The model has no tensor "${name}".`);
    return placed;
  }

  /** @throws LavidaError model.incomplete when no file has the tensor */
  entry(name: string): StoredTensor {
    return this.#placed(name).tensor;
  }

  /** A whole tensor as float32. For tables larger than needed, use `readRows`. */
  async readFloat32(name: string): Promise<Float32Array> {
    const { file, ownName, tensor } = this.#placed(name);
    assertAllocation(
      tensor.shape.reduce((bytes, length) => bytes * length, 4),
      `tensor ${name}`,
    );
    return readLogicalRows(file, tensor, 0, tensor.shape[0] ?? 1, ownName);
  }

  /**
   * Rows of a matrix [rows, width] as float32 [ids, width], read from the file one by one: a table of any size costs
   * only the rows asked for.
   * @throws RangeError when an id is not a row
   */
  async readRows(name: string, ids: ArrayLike<number>): Promise<Float32Array> {
    const { file, ownName, tensor } = this.#placed(name);
    const rows = tensor.shape[0] ?? 0;
    const width = rowLength(tensor);
    assertAllocation(ids.length * width * 4, `rows of ${name}`);
    const result = new Float32Array(ids.length * width);
    const firstAt = new Map<number, number>();
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i] as number;
      if (!Number.isInteger(id) || id < 0 || id >= rows) throw new RangeError(`${name} has no row ${id}`);
      const known = firstAt.get(id);
      if (known !== undefined) {
        result.copyWithin(i * width, known * width, (known + 1) * width);
        continue;
      }
      firstAt.set(id, i);
      result.set(await readLogicalRows(file, tensor, id, 1, ownName), i * width);
    }
    return result;
  }

  async close(): Promise<void> {
    await Promise.all(this.files.map((file) => file.close()));
  }
}
