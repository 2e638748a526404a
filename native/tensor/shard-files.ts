import { readdir, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { z } from 'zod';
import { LavidaError } from '../errors.ts';
import { readText } from '../library/read-text.ts';
import { parseJson } from '../parse-json.ts';

/** Where the VQ weights lie when they are a file of their own, and the prefix its names lack. */
const vqFile = 'vqvae/diffusion_pytorch_model.safetensors';
export const vqPrefix = 'model.vqvae.';

export const indexFile = 'model.safetensors.index.json';
const indexSchema = z.looseObject({ weight_map: z.record(z.string(), z.string()) });

/** The weight files of a model folder, by name relative to it. */
export interface ShardFiles {
  /** Files with the network's weights, missing ones included. */
  shards: string[];
  missing: string[];
  /** Which shard holds which tensor, where the folder has an index. */
  index: Record<string, string> | undefined;
  /** The VQ's own file, whose names lack `vqPrefix`. */
  vq: string | undefined;
}

async function readIndex(directory: string): Promise<Record<string, string>> {
  const path = join(directory, indexFile);
  try {
    return indexSchema.parse(parseJson(await readText(path))).weight_map;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LavidaError('model.corrupt', `${path} is not a shard index.`, reason);
  }
}

/** A shard name must stay inside the model's folder. */
function checkShardName(directory: string, shard: string): void {
  const inside = relative(directory, resolve(directory, shard));
  if (
    inside === '' ||
    inside.startsWith('..') ||
    resolve(inside) === inside ||
    !shard.endsWith('.safetensors')
  ) {
    throw new LavidaError(
      'model.corrupt',
      `${join(directory, indexFile)} points outside the model's folder.`,
      `shard "${shard}"`,
    );
  }
}

/** Shards of a folder without an index, with those that the numbers in the names promise. */
function numberedShards(present: readonly string[]): string[] {
  const found = present.filter((file) => /^model-.*\.safetensors$/u.test(file));
  const count = Math.max(0, ...found.map((file) => Number(/-of-(\d{5})\./u.exec(file)?.[1] ?? 0)));
  const number = (n: number) => String(n).padStart(5, '0');
  const promised = Array.from(
    { length: count },
    (_, i) => `model-${number(i + 1)}-of-${number(count)}.safetensors`,
  );
  return [...new Set([...found, ...promised])].sort();
}

/**
 * Finds the weights of a model folder: the shards of model.safetensors.index.json, or model.safetensors, or every
 * model-*.safetensors; and vqvae/diffusion_pytorch_model.safetensors.
 * @throws LavidaError model.missing, model.corrupt for an index that is none or points outside the folder
 */
export async function findShards(directory: string): Promise<ShardFiles> {
  let present: string[];
  try {
    present = await readdir(directory);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LavidaError('model.missing', `There is no model in ${directory}.`, reason);
  }
  let shards: string[];
  let index: Record<string, string> | undefined;
  if (present.includes(indexFile)) {
    index = await readIndex(directory);
    shards = [...new Set(Object.values(index))].sort();
    for (const shard of shards) checkShardName(directory, shard);
  } else if (present.includes('model.safetensors')) {
    shards = ['model.safetensors'];
  } else {
    shards = numberedShards(present);
  }
  if (shards.length === 0) throw new LavidaError('model.missing', `There are no weights in ${directory}.`);
  const exists = (name: string) =>
    stat(join(directory, name)).then(
      () => true,
      () => false,
    );
  const missing: string[] = [];
  for (const shard of shards) if (!(await exists(shard))) missing.push(shard);
  return { shards, missing, index, vq: (await exists(vqFile)) ? vqFile : undefined };
}
