import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { modelIdSchema, storedPrecisions, type ModelProblem } from '../../electron/contract/models.ts';
import { parseJsonFile } from '../library/json-file.ts';
import { readTextIfThere } from '../library/read-text.ts';
import { makeFolder, writeFileSafely } from '../library/safe-file.ts';
import type { ParameterCounts } from '../models/parameter-counts.ts';
import { catalogueFileSchema, licenceSchema } from './catalogue.ts';

/** Beside a model's own files: what was installed, so that damage can be told and mended. */
export const manifestName = 'lavida-model.json';
/** Folder of the store with one record a model that lies elsewhere. */
const linkFolder = '.linked';

/** Files a record lists at most. */
export const mostFiles = 5000;

export const manifestSchema = z.object({
  version: z.literal(1),
  id: modelIdSchema,
  name: z.string().max(200),
  origin: z.enum(['catalogue', 'imported', 'linked', 'converted']),
  precision: z.enum(storedPrecisions),
  /** Catalogue entry and version its files came from; null = from the user. */
  source: z.object({ entry: z.string(), revision: z.string().nullable() }).nullable(),
  licence: licenceSchema.nullable(),
  installedAt: z.string(),
  verifiedAt: z.string().nullable(),
  /** Sentences about what the model lacked when it came. */
  problems: z.array(z.string()),
  files: z.array(catalogueFileSchema).max(mostFiles),
  /** Files whose content was found to be another than the recorded one. */
  damaged: z.array(z.string()).default([]),
});
export type Manifest = z.infer<typeof manifestSchema>;

const linkSchema = manifestSchema.extend({ directory: z.string().max(4096) });

/** A model as the disk has it. */
export interface InstalledModel {
  id: string;
  directory: string;
  /** Null for a folder that was put into the store by hand. */
  manifest: Manifest | null;
  /** The folder is not there any more. */
  missing: boolean;
  bytes: number;
  /** Number of weights; null where the files do not tell. */
  parameters: number | null;
  /** Files that are missing or differ from what they were when they came. */
  problems: ModelProblem[];
}

async function readManifest(path: string): Promise<Manifest | null> {
  const text = await readTextIfThere(path).catch(() => null);
  return text === null ? null : parseJsonFile(text, manifestSchema);
}

/** Renews a model's record, wherever it is kept. */
export async function writeManifest(store: string, directory: string, manifest: Manifest): Promise<void> {
  if (manifest.origin !== 'linked') {
    await writeFileSafely(join(directory, manifestName), `${JSON.stringify(manifest, null, 1)}\n`);
    return;
  }
  await makeFolder(join(store, linkFolder));
  await writeFileSafely(
    linkPath(store, manifest.id),
    `${JSON.stringify({ ...manifest, directory }, null, 1)}\n`,
  );
}

export function linkPath(store: string, id: string): string {
  return join(store, linkFolder, `${id}.json`);
}

/** Compares names and lengths with what was installed: cheap, and catches most of what happens to files. */
async function lookAt(
  directory: string,
  manifest: Manifest | null,
): Promise<{ bytes: number; problems: ModelProblem[] }> {
  const names = manifest?.files.map(({ path }) => path) ?? (await readdir(directory).catch(() => []));
  const problems: ModelProblem[] = [];
  let bytes = 0;
  for (const name of names) {
    const found = await stat(join(directory, name)).catch(() => null);
    const wanted = manifest?.files.find(({ path }) => path === name)?.bytes ?? null;
    if (!found) problems.push({ kind: 'missing', file: name });
    else if (wanted !== null && found.size !== wanted)
      problems.push({ kind: 'length', file: name, bytes: found.size, wanted });
    else if (manifest?.damaged.includes(name)) problems.push({ kind: 'damaged', file: name });
    if (found?.isFile()) bytes += found.size;
  }
  return { bytes, problems };
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Every model in the store's folder and every linked one; of weights at most the headers are read, to count them. */
export async function readInstalled(store: string, counts?: ParameterCounts): Promise<InstalledModel[]> {
  const found: InstalledModel[] = [];
  for (const id of (await readdir(store).catch(() => [] as string[])).sort()) {
    const directory = join(store, id);
    if (!modelIdSchema.safeParse(id).success || !(await exists(join(directory, 'config.json')))) continue;
    const manifest = await readManifest(join(directory, manifestName));
    const look = await lookAt(directory, manifest);
    const parameters = (await counts?.of(directory, look.bytes)) ?? null;
    found.push({ id, directory, manifest, missing: false, parameters, ...look });
  }
  for (const name of (await readdir(join(store, linkFolder)).catch(() => [] as string[])).sort()) {
    const text = await readTextIfThere(join(store, linkFolder, name)).catch(() => null);
    const link = parseJsonFile(text ?? '', linkSchema);
    if (!link || found.some(({ id }) => id === link.id)) continue;
    const { directory, ...manifest } = link;
    const missing = !(await exists(join(directory, 'config.json')));
    const look = missing ? { bytes: 0, problems: [] } : await lookAt(directory, manifest);
    const parameters = missing ? null : ((await counts?.of(directory, look.bytes)) ?? null);
    found.push({ id: link.id, directory, manifest, missing, parameters, ...look });
  }
  return found;
}

/** The model that comes with the program; it is part of it and has no record. */
export async function readBuiltIn(
  id: string,
  directory: string,
  counts: ParameterCounts,
): Promise<InstalledModel> {
  const file = await stat(join(directory, 'model.safetensors')).catch(() => null);
  const bytes = file?.size ?? 0;
  const parameters = await counts.of(directory, bytes);
  return { id, directory, manifest: null, missing: false, bytes, parameters, problems: [] };
}
