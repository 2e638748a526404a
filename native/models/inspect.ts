import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LavidaError, toStudioError } from '../errors.ts';
import { readConfig } from '../network/bundle-config.ts';
import type { ConfigJson } from '../network/config.ts';
import { readVqConfig } from '../network/vq-config.ts';
import { BundleWeights, type StoredTensor } from '../tensor/bundle-weights.ts';
import { SafetensorsFile } from '../tensor/safetensors.ts';
import { findShards } from '../tensor/shard-files.ts';
import { TextTokenizer } from '../text/tokenizer.ts';
import { estimateMemory, outlineOfSizes, type ModelOutline } from '../hardware/estimate.ts';
import { workOf } from '../hardware/work.ts';
import { usableMemory } from '../network/weight-mode.ts';
import { neededParts, taskNames, type TaskName } from './task-parts.ts';
import { expectedTensors, modelSizes, partNames, partOf, type ModelSizes, type PartName } from './parts.ts';
import { precisions, type Precision } from './precision.ts';
import { readQuantization } from './quantize.ts';

export interface PartReport {
  part: PartName | 'tokenizer';
  state: 'complete' | 'incomplete' | 'absent';
  parameters: number;
  /** Bytes on disk. */
  bytes: number;
  /** Tensors by element type; quantised matrices count as int4 or int8. */
  dtypes: Record<string, number>;
  missing: string[];
}

export interface ModelReport {
  directory: string;
  name: string;
  files: { name: string; bytes: number; tensors: number }[];
  parameters: number;
  bytes: number;
  parts: PartReport[];
  /** Tensors that no part has; they are ignored. */
  unknown: string[];
  tasks: { task: TaskName; possible: boolean; lacking: string[] }[];
  /** Bytes by task and precision: of weights, of everything computed with them, and at the peak with the program. */
  memory: { task: TaskName; precision: Precision; weights: number; activations: number; peak: number }[];
  /** One sentence each; empty for a sound model. */
  problems: string[];
}

function needOf(outline: ModelOutline, task: TaskName): { weights: number; activations: number; peak: number } {
  const { weights, mapped, working, peak } = estimateMemory(outline, workOf(task, outline.imageSize), usableMemory());
  return { weights: weights + mapped, activations: working, peak };
}

function count(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

function storedBytes({ byteLength, quantized }: StoredTensor): number {
  return byteLength + (quantized?.scales.byteLength ?? 0);
}

/** Problem sentences of anything thrown that a user can cause; other errors pass. */
function sentence(error: unknown): string {
  if (!(error instanceof LavidaError)) throw error;
  const { message, cause } = toStudioError(error);
  return cause === '' ? message : `${message} (${cause})`;
}

/** All weights that can be read; what cannot becomes problems. */
async function openWhatCanBe(directory: string, problems: string[]): Promise<BundleWeights | null> {
  let found;
  try {
    found = await findShards(directory);
  } catch (error) {
    problems.push(sentence(error));
    return null;
  }
  for (const shard of found.missing) problems.push(`The shard ${join(directory, shard)} is missing.`);
  const readable: string[] = [];
  for (const shard of found.shards.filter((name) => !found.missing.includes(name))) {
    try {
      await (await SafetensorsFile.open(join(directory, shard))).close();
      readable.push(shard);
    } catch (error) {
      problems.push(sentence(error));
    }
  }
  if (readable.length === 0) return null;
  try {
    if (readable.length === found.shards.length) return await BundleWeights.open(directory);
  } catch (error) {
    problems.push(sentence(error));
  }
  return BundleWeights.openFiles(directory, readable, found.vq).catch((error: unknown) => {
    problems.push(sentence(error));
    return null;
  });
}

function reportPart(part: PartName, expected: ReadonlyMap<string, readonly number[]>, tensors: readonly StoredTensor[], problems: string[]): PartReport {
  const own = tensors.filter(({ name }) => partOf(name) === part);
  const present = new Map(own.map((tensor) => [tensor.name, tensor]));
  const wanted = [...expected].filter(([name]) => partOf(name) === part);
  const missing: string[] = [];
  for (const [name, shape] of wanted) {
    const tensor = present.get(name);
    if (!tensor) missing.push(name);
    else if (tensor.shape.join() !== shape.join()) {
      problems.push(`The tensor "${name}" has shape [${tensor.shape.join(', ')}] where config.json asks for [${shape.join(', ')}].`);
    }
  }
  const dtypes: Record<string, number> = {};
  for (const { dtype, quantized } of own) {
    const kind = quantized ? `int${quantized.bits}` : dtype;
    dtypes[kind] = (dtypes[kind] ?? 0) + 1;
  }
  const isAbsent = own.length === 0 || missing.length === wanted.length;
  if (!isAbsent && missing.length > 0) {
    const more = missing.length > 1 ? ` and ${missing.length - 1} more` : '';
    problems.push(`The ${part} ${part.endsWith('s') ? 'lack' : 'lacks'} "${missing[0] ?? ''}"${more}.`);
  }
  return {
    part,
    state: isAbsent ? 'absent' : missing.length > 0 ? 'incomplete' : 'complete',
    parameters: own.reduce((sum, { shape }) => sum + count(shape), 0),
    bytes: own.reduce((sum, tensor) => sum + storedBytes(tensor), 0),
    dtypes,
    missing,
  };
}

async function reportTokenizer(directory: string, embeddingSize: number | null, problems: string[]): Promise<PartReport> {
  const report: PartReport = { part: 'tokenizer', state: 'absent', parameters: 0, bytes: 0, dtypes: {}, missing: [] };
  const found = await stat(join(directory, 'tokenizer.json')).catch(() => null);
  if (!found) {
    problems.push(`${join(directory, 'tokenizer.json')} is missing.`);
    return { ...report, missing: ['tokenizer.json'] };
  }
  try {
    await TextTokenizer.open(directory, embeddingSize ?? Infinity);
    return { ...report, state: 'complete', bytes: found.size };
  } catch (error) {
    problems.push(sentence(error));
    return { ...report, state: 'incomplete', bytes: found.size };
  }
}

function sizesOf(json: ConfigJson, vqJson: ConfigJson | undefined, weights: BundleWeights | null, problems: string[]): ModelSizes | null {
  const names = weights?.names() ?? [];
  const shape = (name: string) => (weights?.has(name) === true ? weights.entry(name).shape : undefined);
  try {
    return modelSizes(json, vqJson, {
      hasGen: names.length === 0 || names.some((name) => partOf(name) === 'image layers'),
      hasVision: names.length === 0 || names.some((name) => partOf(name) === 'vision tower'),
      codeRows: shape('model.gen_embedding.0.weight')?.[0],
      codes: shape('model.gen_predictor.2.weight')?.[0],
      poolKernel: shape('model.vision_resampler.pool.weight')?.[2],
    });
  } catch (error) {
    problems.push(sentence(error));
    return null;
  }
}

/**
 * Says what a model folder holds, what it lacks, which tasks that allows and what memory they need. Damage and gaps
 * become sentences of `problems`; only a folder without a readable config.json throws.
 * @param verify also reads every converted file whole and compares it with the SHA-256 its config records
 * @throws LavidaError model.missing, model.config
 */
export async function inspectModel(directory: string, verify = false): Promise<ModelReport> {
  const json = await readConfig(directory);
  const problems: string[] = [];
  const vqJson = await readVqConfig(directory).catch((error: unknown) => {
    problems.push(sentence(error));
    return undefined;
  });
  const weights = await openWhatCanBe(directory, problems);
  try {
    const sizes = sizesOf(json, vqJson, weights, problems);
    const tensors = weights?.tensors() ?? [];
    const expected = new Map(sizes ? expectedTensors(sizes) : []);
    const parts: PartReport[] = partNames.map((part) => reportPart(part, expected, tensors, problems));
    parts.push(await reportTokenizer(directory, sizes?.transformer.vocabulary ?? null, problems));
    if (verify) await verifyFiles(directory, problems);
    const complete = new Set(parts.filter(({ state }) => state === 'complete').map(({ part }) => part));
    // A bundle without a resampler sends patches straight to the projector.
    if (sizes?.vision?.pool === null) complete.add('resampler');
    if (sizes?.transformer.tiedHead === true) complete.add('text head');
    const { name, image_size: side } = (json['lavida_studio'] ?? {}) as { name?: unknown; image_size?: unknown };
    const tasks = taskNames.map((task) => {
      const lacking = [...neededParts[task], 'tokenizer' as const].filter((part) => !complete.has(part));
      return { task, possible: lacking.length === 0, lacking };
    });
    const possible = tasks.filter((task) => task.possible).map(({ task }) => task);
    const imageSize = typeof side === 'number' && side > 0 ? side : 1024;
    return {
      directory,
      name: typeof name === 'string' && name !== '' ? name.slice(0, 100) : 'LaViDa-O',
      files: (weights?.files ?? []).map(({ path, byteLength, entries }) => ({ name: path, bytes: byteLength, tensors: entries.size })),
      parameters: tensors.reduce((sum, { shape }) => sum + count(shape), 0),
      bytes: (weights?.files ?? []).reduce((sum, { byteLength }) => sum + byteLength, 0),
      parts,
      unknown: tensors.map(({ name }) => name).filter((name) => partOf(name) === null),
      tasks,
      memory: sizes
        ? possible.flatMap((task) =>
            precisions.map((precision) => ({
              task,
              precision,
              ...needOf(outlineOfSizes(sizes, precision, imageSize), task),
            })),
          )
        : [],
      problems: [...new Set(problems)],
    };
  } finally {
    await weights?.close();
  }
}

/** Compares converted files with the sizes and hashes their config records. */
async function verifyFiles(directory: string, problems: string[]): Promise<void> {
  const record = await readQuantization(directory);
  for (const [name, { bytes, sha256 }] of Object.entries(record?.files ?? {})) {
    const path = join(directory, name);
    const found = await stat(path).catch(() => null);
    if (!found) {
      problems.push(`${path} is missing.`);
      continue;
    }
    if (found.size !== bytes) {
      problems.push(`${path} has ${found.size} bytes where ${bytes} were written.`);
      continue;
    }
    const hash = createHash('sha256');
    for await (const piece of createReadStream(path, { highWaterMark: 2 ** 20 })) hash.update(piece as Uint8Array);
    if (hash.digest('hex') !== sha256) problems.push(`${path} is damaged: its SHA-256 is not the one that was written.`);
  }
}
