import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { BundleWeights } from '../tensor/bundle-weights.ts';
import type { ConfigJson } from './config.ts';

/** Files up to this size are hashed whole. */
const wholeBytes = 64 * 2 ** 20;
/** Larger files are sampled: this many blocks, evenly spread. */
const sampleBlocks = 256;
const blockBytes = 16 * 2 ** 10;

/** JSON with sorted keys, so that the order of a config's keys does not matter. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const pairs = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${pairs.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`;
}

/** Keys of the block `lavida_studio` that say how a bundle presents itself and what it starts from, not what it computes. */
const presentation = new Set(['name', 'version', 'max_caption_chars', 'defaults', 'tasks']);

/** A config without what changes no result: a renamed bundle still replays the traces it made. */
function computing(config: ConfigJson): ConfigJson {
  const studio = config['lavida_studio'];
  if (typeof studio !== 'object' || studio === null) return config;
  const kept = Object.entries(studio).filter(([key]) => !presentation.has(key));
  return { ...config, lavida_studio: Object.fromEntries(kept) };
}

/**
 * Identifies a bundle: SHA-256 over both configs (what `lavida_studio` says of names, defaults and tasks left out), every tensor's name, dtype, shape and offset in the order of the
 * names, the sizes of the weight files, and their content, whole up to 64 MiB and in 256 evenly spread 16 KiB blocks
 * beyond. It tells bundles apart; it does not prove that a large file is intact. File names and places do not count.
 * @returns 64 hexadecimal digits
 */
export async function fingerprint(
  weights: BundleWeights,
  config: ConfigJson,
  vq: ConfigJson | undefined,
): Promise<string> {
  const hash = createHash('sha256');
  hash.update(`${canonical(computing(config))}\n${canonical(vq ?? null)}\n`);
  const tensors = weights.tensors().sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const { name, dtype, shape, offset } of tensors)
    hash.update(`${name} ${dtype} [${shape.join()}] ${offset}\n`);
  for (const file of weights.files) {
    hash.update(`${file.byteLength}\n`);
    const whole = file.byteLength <= wholeBytes;
    const step = whole ? blockBytes : Math.floor(file.byteLength / sampleBlocks);
    const handle = await open(file.path, 'r');
    try {
      const block = new Uint8Array(blockBytes);
      for (let position = 0; position < file.byteLength; position += step) {
        const { bytesRead } = await handle.read(block, 0, blockBytes, position);
        hash.update(block.subarray(0, bytesRead));
      }
    } finally {
      await handle.close();
    }
  }
  return hash.digest('hex');
}
