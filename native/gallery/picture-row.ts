import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { PictureRequest } from '../../electron/contract/request.ts';
import { LavidaError } from '../errors.ts';
import { probeImage } from '../imaging/decode.ts';
import { maxFileBytes } from '../imaging/image-file.ts';
import { findMetadata, type PictureMetadata } from '../library/picture-metadata.ts';
import { readPngHead, type PngText } from '../library/png.ts';
import { runIdTime } from '../library/run-ids.ts';

/** `<id>.png` of a run, `<id>.imported.<ending>` of a file brought in from elsewhere. */
const filePattern = /^(\d{8}-\d{6}-\d{3}-[0-9a-f]{4})(\.imported)?\.(png|jpg|webp)$/u;

/** The picture a file name of the output folder stands for, or null for every other file. */
export function pictureFile(name: string): { id: string; imported: boolean } | null {
  const [, id, imported, ending] = filePattern.exec(name) ?? [];
  if (id === undefined || !runIdTime(id)) return null;
  // What a run makes is a PNG; other endings only come from outside.
  if (imported === undefined && ending !== 'png') return null;
  return { id, imported: imported !== undefined };
}

/** Where a picture came from, as its own request says. */
export interface Parent {
  kind: 'edit' | 'branch';
  /** The parent's run, if the request names it. */
  run: string | null;
  /** The hash of the parent's file, if the request names it. */
  sha256: string | null;
  name: string;
}

/** What a picture file says, for the index. */
export interface PictureRow {
  kind: 'text-to-image' | 'edit' | 'import';
  width: number;
  height: number;
  bytes: number;
  sha256: string;
  request: PictureRequest | null;
  model: string;
  backend: string;
  /** The prompt a foreign program wrote into the file. */
  foreignPrompt: string;
  /** What else the run said, such as critiques. */
  words: string;
  parents: Parent[];
  /** Equal for pictures that differ in their seed alone; empty without a request. */
  recipe: string;
}

/**
 * Reads a picture file as a whole: its hash names it in notes and edits.
 * @throws LavidaError file.invalid
 */
export async function readPictureRow(path: string, imported: boolean): Promise<PictureRow> {
  const name = basename(path);
  const bytes = await readBounded(path);
  const { width, height } = probeImage(bytes, name);
  const texts = name.endsWith('.png') ? readPngHead(bytes, name).texts : [];
  const metadata = findMetadata(texts);
  if (!metadata && !imported) throw new LavidaError('file.invalid', `${name} does not say how it was made.`);
  const request = metadata?.request ?? null;
  return {
    kind: imported || !request ? 'import' : request.task,
    width,
    height,
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    request,
    model: metadata?.model.name ?? '',
    backend: metadata?.backend ?? '',
    foreignPrompt: metadata ? '' : (foreignParameters(texts)?.prompt ?? ''),
    words: metadata ? runWords(metadata) : '',
    parents: request ? parentsOf(request) : [],
    recipe: request ? recipeOf(request) : '',
  };
}

async function readBounded(path: string): Promise<Uint8Array> {
  const file = await open(path, 'r').catch((error: unknown) => {
    throw new LavidaError('file.unreadable', `${basename(path)} cannot be read.`, (error as Error).message);
  });
  try {
    const { size } = await file.stat();
    if (size > maxFileBytes)
      throw new LavidaError('file.invalid', `${basename(path)} is too large for a picture of the studio.`);
    return await readFile(file);
  } finally {
    await file.close();
  }
}

/** Prompt and seed out of the `parameters` text that other programs write (docs/png-metadata.md). */
export function foreignParameters(texts: readonly PngText[]): { prompt: string; seed: number | null } | null {
  const text = texts.find(({ keyword }) => keyword === 'parameters')?.text;
  if (text === undefined) return null;
  const settings = /^(?:.*, )?Steps: \d+.*$/mu.exec(text);
  const prompt = (settings ? text.slice(0, settings.index) : text).split(/^Negative prompt:/mu)[0] ?? '';
  const seed = /(?:^|, )Seed: (\d{1,10})(?:,|$)/mu.exec(settings?.[0] ?? '')?.[1];
  const number = seed === undefined ? null : Number(seed);
  return { prompt: prompt.trim(), seed: number !== null && number <= 0xffff_ffff ? number : null };
}

/** Texts of a run besides its request: names of its layout, critiques of its rounds. */
function runWords(metadata: PictureMetadata): string {
  const found: string[] = [];
  const walk = (value: unknown): void => {
    if (typeof value === 'string') found.push(value);
    else if (Array.isArray(value)) value.forEach(walk);
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(walk);
  };
  const { request, plan, rounds } = metadata as PictureMetadata & { plan?: unknown; rounds?: unknown };
  walk(request.plan?.mode === 'given' ? request.plan.boxes : undefined);
  walk(plan);
  walk(rounds);
  return [...new Set(found)].join('\n');
}

function parentsOf(request: PictureRequest): Parent[] {
  const parents: Parent[] = [];
  const { branch } = request as PictureRequest & { branch?: { parent: { run: string | null } } };
  if (branch) {
    const run = branch.parent.run?.replace(/\.(?:png|trace\.safetensors)$/u, '') ?? null;
    parents.push({ kind: 'branch', run, sha256: null, name: branch.parent.run ?? '' });
  }
  if (request.task === 'edit') {
    const { name, sha256 } = request.image;
    const run = pictureFile(name)?.id ?? (runIdTime(name) ? name : null);
    parents.push({ kind: 'edit', run, sha256, name });
  }
  return parents;
}

/** What decides a request besides its seed, in a form that two requests share only if they are equal. */
function recipeOf(request: PictureRequest): string {
  const { seed: _seed, origin: _origin, ...rest } = request;
  return createHash('sha256')
    .update(JSON.stringify(sorted(rest)))
    .digest('hex')
    .slice(0, 32);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}
