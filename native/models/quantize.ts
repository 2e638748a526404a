import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { realpath, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { LavidaError } from '../errors.ts';
import { readText } from '../library/read-text.ts';
import { makeFolder, removeLeftovers, writeFileSafely } from '../library/safe-file.ts';
import { readConfig } from '../network/bundle-config.ts';
import { parseJson } from '../parse-json.ts';
import { quantizationBlock } from '../tensor/quantize.ts';
import { SafetensorsFile } from '../tensor/safetensors.ts';
import { findShards, indexFile, type ShardFiles } from '../tensor/shard-files.ts';
import { safetensorsBytes, safetensorsPieces } from '../tensor/safetensors-writer.ts';
import { copyCompanions } from './companions.ts';
import type { Precision } from './precision.ts';
import { planShard } from './quantized-shard.ts';

/** Where a conversion stands. */
export interface QuantizeProgress {
  file: string;
  /** 1-based. */
  number: number;
  files: number;
  /** Bytes of the source read, of all there are. */
  done: number;
  total: number;
}

export interface QuantizeOptions {
  to: Precision;
  /** Columns that share a scale. */
  block?: number;
  signal?: AbortSignal;
  progress?: (progress: QuantizeProgress) => void;
}

export interface QuantizeResult {
  files: { name: string; bytes: number; sha256: string; kept: boolean }[];
  sourceBytes: number;
  bytes: number;
}

/** Metadata key by which a finished shard is known again. */
const sourceKey = 'lavida_studio.source';

/** Block `lavida_studio.quantization` of a converted model's config.json. */
export const quantizationSchema = z.object({
  format: z.literal(1),
  to: z.string(),
  block: z.int().positive(),
  /** Converted weight files, so that damage can be told. */
  files: z.record(z.string(), z.object({ bytes: z.int().nonnegative(), sha256: z.string() })),
});

/**
 * Converts a model folder, tensor by tensor and shard by shard, in memory that does not grow with the model. Each
 * shard appears whole or not at all, config.json last: an interrupted conversion goes on where it stopped when it is
 * started again, and its folder is no model before it is complete.
 * @throws LavidaError model.* for a source that cannot be read, request.invalid for a target that holds something
 * else, output.full before anything is written when the disk is too small, AbortError when cancelled
 */
export async function quantizeModel(
  source: string,
  out: string,
  options: QuantizeOptions,
): Promise<QuantizeResult> {
  const { to, block = quantizationBlock, signal, progress } = options;
  const config = await readConfig(source);
  const found = await findShards(source);
  if (found.missing[0] !== undefined) {
    throw new LavidaError('model.incomplete', `${source} lacks the shard ${found.missing[0]}.`, found.missing.join(', '));
  }
  await makeFolder(out);
  if ((await realpath(out)) === (await realpath(source))) {
    throw new LavidaError('request.invalid', `The converted model needs a folder of its own, not ${source}.`);
  }
  await removeLeftovers(out);
  const names = found.vq === undefined ? found.shards : [...found.shards, found.vq];
  const opened: SafetensorsFile[] = [];
  try {
    for (const name of names) opened.push(await SafetensorsFile.open(join(source, name)));
    const advance = { done: 0, number: 0 };
    const plans = opened.map((file, i) => {
      const plan = planShard(file, to, block, (bytes) => {
        advance.done += bytes;
        progress?.({ file: names[i] ?? '', number: advance.number, files: names.length, done: advance.done, total });
      });
      return { ...plan, metadata: { ...plan.metadata, [sourceKey]: sourceMark(file, to, block) } };
    });
    const total = plans.reduce((sum, plan) => sum + plan.sourceBytes, 0);
    const finished = await Promise.all(
      plans.map((plan, i) => isFinished(join(out, names[i] ?? ''), plan.metadata[sourceKey] ?? '')),
    );
    await checkTarget(out, finished);
    const sizes = plans.map((plan) => safetensorsBytes(plan.tensors, plan.metadata));
    await checkRoom(out, sizes.reduce((sum, bytes, i) => sum + (finished[i] === true ? 0 : bytes), 0));
    const files: QuantizeResult['files'] = [];
    for (const [i, plan] of plans.entries()) {
      signal?.throwIfAborted();
      const name = names[i] ?? '';
      advance.number = i + 1;
      const path = join(out, name);
      await makeFolder(dirname(path));
      const hash = createHash('sha256');
      if (finished[i] !== true) {
        await writeFileSafely(path, hashed(safetensorsPieces(plan.tensors, plan.metadata), hash, signal));
      } else {
        for await (const piece of filePieces(path)) hash.update(piece);
        advance.done += plan.sourceBytes;
      }
      files.push({ name, bytes: sizes[i] ?? 0, sha256: hash.digest('hex'), kept: finished[i] === true });
    }
    await writeIndex(out, found, plans, sizes);
    await copyCompanions(source, out);
    await writeConfig(out, config, { format: 1, to, block, files: Object.fromEntries(files.map((f) => [f.name, { bytes: f.bytes, sha256: f.sha256 }])) });
    return { files, sourceBytes: total, bytes: sizes.reduce((sum, bytes) => sum + bytes, 0) };
  } finally {
    await Promise.all(opened.map((file) => file.close()));
  }
}

/** Identifies what a converted shard was made from and how. */
function sourceMark(file: SafetensorsFile, to: Precision, block: number): string {
  const header = createHash('sha256').update(file.headerBytes).digest('hex');
  return `${to} block ${block} of ${header} ${file.byteLength}`;
}

/** Whether the target already is this conversion's result: whole, which a rename guarantees, and of this source. */
async function isFinished(path: string, mark: string): Promise<boolean> {
  let file: SafetensorsFile;
  try {
    file = await SafetensorsFile.open(path);
  } catch {
    return false;
  }
  await file.close();
  return file.metadata[sourceKey] === mark;
}

/** A folder that holds another model is not written over. */
async function checkTarget(out: string, finished: readonly boolean[]): Promise<void> {
  const isModel = await stat(join(out, 'config.json')).then(
    () => true,
    () => false,
  );
  if (isModel && finished.includes(false)) {
    throw new LavidaError('request.invalid', `${out} already holds another model.`, 'Choose an empty folder.');
  }
}

async function checkRoom(out: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(out);
  const free = bavail * bsize;
  if (bytes <= free) return;
  const gib = (n: number) => `${(n / 2 ** 30).toFixed(1)} GiB`;
  throw new LavidaError(
    'output.full',
    `The converted model needs ${gib(bytes)} in ${out}, where ${gib(free)} are free.`,
  );
}

async function* hashed(
  pieces: AsyncIterable<Uint8Array>,
  hash: { update: (piece: Uint8Array) => unknown },
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    signal?.throwIfAborted();
    hash.update(piece);
    yield piece;
  }
}

async function* filePieces(path: string): AsyncGenerator<Uint8Array> {
  for await (const piece of createReadStream(path, { highWaterMark: 2 ** 20 }))
    yield piece as Uint8Array;
}

async function writeIndex(
  out: string,
  { shards, index }: ShardFiles,
  plans: readonly { tensors: { name: string }[] }[],
  sizes: readonly number[],
): Promise<void> {
  if (shards.length === 1 && index === undefined) return;
  const map: Record<string, string> = {};
  shards.forEach((shard, i) => {
    for (const { name } of plans[i]?.tensors ?? []) map[name] = shard;
  });
  const total = sizes.slice(0, shards.length).reduce((sum, bytes) => sum + bytes, 0);
  const text = JSON.stringify({ metadata: { total_size: total }, weight_map: map }, null, 1);
  await writeFileSafely(join(out, indexFile), `${text}\n`);
}

async function writeConfig(
  out: string,
  config: Record<string, unknown>,
  quantization: z.infer<typeof quantizationSchema>,
): Promise<void> {
  const studio = (config['lavida_studio'] ?? {}) as object;
  const text = JSON.stringify({ ...config, lavida_studio: { ...studio, quantization } }, null, 1);
  await writeFileSafely(join(out, 'config.json'), `${text}\n`);
}

/** The quantisation a model folder's config records; null when it is none of ours. */
export async function readQuantization(directory: string): Promise<z.infer<typeof quantizationSchema> | null> {
  const config = z
    .looseObject({ lavida_studio: z.looseObject({ quantization: quantizationSchema }) })
    .safeParse(parseJson(await readText(join(directory, 'config.json'))));
  return config.success ? config.data.lavida_studio.quantization : null;
}
