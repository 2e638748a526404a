import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { modelIdSchema, storedPrecisions } from '../../electron/contract/models.ts';
import { LavidaError } from '../errors.ts';
import { packageRoot } from '../library/paths.ts';
import { readTextIfThere } from '../library/read-text.ts';
import { isInsidePath } from './file-names.ts';
import { parseJson } from '../parse-json.ts';

const wordsSchema = z.object({ en: z.string().max(4000), zh: z.string().max(4000) });
const webAddress = z.url({ protocol: /^https?$/u }).max(2048);

export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/u);

/** A file of a model. Null size or hash: learnt at the first download and compared ever after. */
export const catalogueFileSchema = z.object({
  path: z.string().refine(isInsidePath, 'It must be a name inside the model’s folder.'),
  bytes: z.int().positive().nullable(),
  sha256: sha256Schema.nullable(),
});
export type CatalogueFile = z.infer<typeof catalogueFileSchema>;

const sourceSchema = z.discriminatedUnion('kind', [
  /** Comes with the program. */
  z.object({ kind: z.literal('built-in') }),
  /** Files below one address. */
  z.object({
    kind: z.literal('files'),
    base: webAddress,
    files: z.array(catalogueFileSchema).min(1).max(2000),
  }),
  /** A repository of a Hugging Face hub, whose own listing names the files; `files` are the patterns to take. */
  z.object({
    kind: z.literal('hub'),
    host: webAddress,
    repository: z.string().regex(/^[\w.-]+\/[\w.-]+$/u),
    revision: z.string().regex(/^[\w.-]+$/u),
    files: z.array(z.string().max(200)).min(1),
  }),
]);
export type ModelSource = z.infer<typeof sourceSchema>;

export const licenceSchema = z.object({
  name: z.string().min(1).max(200),
  url: webAddress,
  noncommercial: z.boolean(),
  text: wordsSchema,
});

const entrySchema = z.object({
  id: modelIdSchema,
  name: z.string().min(1).max(100),
  summary: wordsSchema,
  page: webAddress.nullable(),
  parameters: z.number().positive().nullable(),
  /** Sizes known before a download, so that its memory can be estimated. */
  architecture: z.literal('lavida-o-v1.0').nullable().default(null),
  licence: licenceSchema,
  source: sourceSchema,
  precisions: z.array(z.enum(storedPrecisions)).min(1),
});
export type CatalogueEntry = z.infer<typeof entrySchema>;

const catalogueSchema = z.object({ version: z.literal(1), models: z.array(entrySchema) });

/** The catalogue that comes with the program. */
export function catalogueFile(root: string = packageRoot()): string {
  return join(root, 'models', 'catalog.json');
}

async function readEntries(path: string): Promise<CatalogueEntry[] | null> {
  const text = await readTextIfThere(path).catch(() => null);
  if (text === null) return null;
  try {
    return catalogueSchema.parse(parseJson(text)).models;
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new LavidaError('file.invalid', `The model catalogue ${path} cannot be used.`, reason);
  }
}

/**
 * What can be had: the program's catalogue, and the user's own, whose entries stand above ours of the same name.
 * @throws LavidaError file.missing, file.invalid
 */
export async function readCatalogue(
  own: string,
  shipped: string = catalogueFile(),
): Promise<CatalogueEntry[]> {
  const ours = await readEntries(shipped);
  if (!ours) throw new LavidaError('file.missing', `The model catalogue ${shipped} is not there.`);
  const builtIn = ours.filter(({ source }) => source.kind === 'built-in');
  const theirs = (await readEntries(own)) ?? [];
  const known = new Map([...ours, ...theirs, ...builtIn].map((entry) => [entry.id, entry]));
  return [...known.values()];
}

/** What a user accepts: the licence's name, its address and the text that was shown. */
export function licenceHash({ name, url, text }: CatalogueEntry['licence']): string {
  return createHash('sha256').update(`${name}\n${url}\n${text.en}`).digest('hex');
}
