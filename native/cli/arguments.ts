import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { z } from 'zod';
import {
  generationRequestSchema,
  orderNames,
  scheduleNames,
  type GenerationRequest,
  type PictureSource,
  type TextToImageDefaults,
} from '../../electron/contract/request.ts';
import { LavidaError } from '../errors.ts';
import { maxFileBytes } from '../imaging/image-file.ts';
import { pictureSource } from '../tasks/picture-source.ts';
import { parseJson } from '../parse-json.ts';

export function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number.');
  return value;
}

export function integer(text: string): number {
  const value = number(text);
  if (!Number.isInteger(value)) throw new InvalidArgumentError('It must be a whole number.');
  return value;
}

export function positive(text: string): number {
  const value = number(text);
  if (value <= 0) throw new InvalidArgumentError('It must be more than 0.');
  return value;
}

/** `x1,y1,x2,y2` in pixels. */
export function box(text: string): [number, number, number, number] {
  const parts = text.split(',').map((part) => number(part));
  const [left, top, right, bottom] = parts;
  if (left === undefined || top === undefined || right === undefined || bottom === undefined) {
    throw new InvalidArgumentError('It must be four numbers: left,top,right,bottom in pixels.');
  }
  if (parts.length > 4) throw new InvalidArgumentError('It must be four numbers and no more.');
  return [left, top, right, bottom];
}

/** Options of every command that runs the engine. */
export interface RunOptions {
  model?: string;
  backend: string;
  threads?: number;
  trace?: string;
  json?: boolean;
  /** GiB the run may take. */
  memory?: number;
  /** Run although it is not expected to fit into memory. */
  anyway?: boolean;
}

/** @param traced what the trace file holds */
export function addRunOptions(command: Command, traced: string): Command {
  return command
    .option(
      '-m, --model <model>',
      'model folder, or a name of `models list` (default: the nano model that comes with the program)',
    )
    .option('--trace <file>', `also write ${traced} to this file (safetensors)`)
    .option('--backend <name>', 'auto, cpu, webgpu, cuda, …', 'cpu')
    .option('--threads <n>', 'processor threads (default: all)', integer)
    .option('--memory <gib>', 'memory the run may take, in GiB (default: what the machine has)', positive)
    .option('--anyway', 'run even if it is not expected to fit into that memory')
    .option('--json', 'print one JSON event a line on standard output');
}

/** Sampling options of commands that make a picture; numbers are checked by the request schema. */
export interface SamplingOptions {
  seed: number;
  steps?: number;
  guidance?: number;
  temperature?: number;
  order?: string;
  schedule?: string;
  shift?: number;
  topK?: number;
  topP?: number;
  argmax?: boolean;
  request?: string;
}

export function addSamplingOptions(command: Command): Command {
  return command
    .option('--seed <n>', 'random seed', integer, 42)
    .option('--steps <n>', 'number of steps', integer)
    .option('--guidance <w>', 'guidance scale w; 0 turns guidance off (the usual CFG scale is 1 + w)', number)
    .option('--temperature <t>', 'sampling temperature', number)
    .addOption(
      new Option('--order <name>', 'order of revealing').choices(
        orderNames.filter((name) => name !== 'explicit'),
      ),
    )
    .addOption(new Option('--schedule <name>', 'shape of the reveal schedule').choices(scheduleNames))
    .option('--shift <s>', 'shift of the reveal schedule', number)
    .option('--top-k <k>', 'sample among the k most probable codes only; 0 = all', integer)
    .option(
      '--top-p <p>',
      'sample among the most probable codes of total probability p only; 1 = all',
      number,
    )
    .option('--argmax', 'take the most probable code everywhere instead of sampling')
    .option('--request <file>', 'a JSON GenerationRequest to start from; options typed here win');
}

/** Without keys whose value is undefined. */
export function defined(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** Names a setting as the user typed it, for the sentence of a request.invalid error. */
function explain(error: z.ZodError): LavidaError {
  const issue = error.issues[0];
  const where = issue ? issue.path.join('.') : '';
  return new LavidaError(
    'request.invalid',
    `The setting ${where || 'given'} is out of range.`,
    issue?.message ?? '',
  );
}

/** @throws LavidaError request.invalid naming the first setting out of range */
export function parseRequest(values: Record<string, unknown>): GenerationRequest {
  const parsed = generationRequestSchema.safeParse(values);
  if (!parsed.success) throw explain(parsed.error);
  return parsed.data;
}

/**
 * A picture request: model defaults, then a recalled request file, then what was typed.
 * @param start what holds when neither file nor user says otherwise
 * @param typed further settings typed by the user
 */
export async function pictureRequest(
  start: Record<string, unknown>,
  defaults: TextToImageDefaults,
  options: SamplingOptions,
  typed: Record<string, unknown>,
): Promise<GenerationRequest> {
  const { request } = options;
  const recalled = request === undefined ? {} : await readJsonFile(request, 'request file', recordSchema);
  const base: Record<string, unknown> = { version: 1, ...start, seed: options.seed, ...recalled };
  const schedule = { ...defaults.schedule, ...(base['schedule'] as object) };
  return parseRequest({
    ...base,
    ...defined({
      seed: request === undefined ? options.seed : undefined,
      steps: options.steps,
      guidanceScale: options.guidance,
      temperature: options.temperature,
      order: options.order,
      topK: options.topK,
      topP: options.topP,
      samplePolicy: options.argmax ? 'argmax' : undefined,
      ...typed,
    }),
    schedule: { ...schedule, ...defined({ name: options.schedule, shift: options.shift }) },
  });
}

const recordSchema = z.record(z.string(), z.unknown());

/** @throws LavidaError file.missing, file.invalid */
export async function readJsonFile<T>(path: string, what: string, schema: z.ZodType<T>): Promise<T> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new LavidaError('file.missing', `The ${what} ${path} cannot be read.`, (error as Error).message);
  }
  try {
    return schema.parse(parseJson(text));
  } catch (error) {
    throw new LavidaError(
      'file.invalid',
      `The ${what} ${path} cannot be used.`,
      error instanceof z.ZodError ? z.prettifyError(error) : 'It is not JSON.',
    );
  }
}

/** A picture file as a request carries it; it is decoded by the engine. @throws LavidaError file.missing, file.invalid */
export async function readPictureFile(path: string): Promise<PictureSource> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new LavidaError('file.missing', `The picture ${path} cannot be read.`, (error as Error).message);
  }
  if (bytes.length > maxFileBytes) {
    throw new LavidaError(
      'file.invalid',
      `The picture ${path} is too large.`,
      `at most ${maxFileBytes} bytes`,
    );
  }
  return pictureSource(basename(path), new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length));
}
