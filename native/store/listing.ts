import { z } from 'zod';
import { LavidaError } from '../errors.ts';
import { sha256Schema, type CatalogueEntry, type CatalogueFile, type ModelSource } from './catalogue.ts';
import { fitsPatterns, isInsidePath } from './file-names.ts';
import { plainAddress, type HttpClient } from './http-client.ts';
import { parseJson } from '../parse-json.ts';

/** Files to fetch, each with its address; made once for a download and kept with it. */
export interface FileListing {
  /** The exact version the source named, so that a download never mixes two; null where there is none. */
  revision: string | null;
  files: CatalogueFile[];
}

type RemoteSource = Exclude<ModelSource, { kind: 'built-in' }>;

const revisionSchema = z.looseObject({ sha: z.string().regex(/^[0-9a-f]{7,64}$/u) });
const treeSchema = z
  .array(
    z.looseObject({
      type: z.string(),
      path: z.string().max(1000),
      size: z.number().int().nonnegative().optional(),
      lfs: z.looseObject({ oid: z.string(), size: z.number().int().positive() }).optional(),
    }),
  )
  .max(10_000);
/** A listing is text; more than this is something else. */
const maxListingBytes = 8 * 2 ** 20;

/** The source's own host, or the mirror's address in its place; a path of the mirror goes first. */
function baseOf(source: RemoteSource, mirror: string): URL {
  const own = new URL(source.kind === 'hub' ? source.host : source.base);
  if (mirror === '') return own;
  const other = URL.parse(mirror);
  if (!other) throw new LavidaError('download.insecure', 'The mirror is no address.', mirror.slice(0, 100));
  const path = source.kind === 'hub' ? '' : own.pathname;
  return new URL(`${other.origin}${other.pathname.replace(/\/+$/u, '')}${path}`);
}

function below(base: URL, path: string): URL {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/+$/u, '')}/${path.split('/').map(encodeURIComponent).join('/')}`;
  return url;
}

/** Host that an access token belongs to for a source. */
export function hostOf(source: ModelSource, mirror: string): string {
  return source.kind === 'built-in' ? '' : baseOf(source, mirror).host;
}

/** Where a file of a listing lies. */
export function fileAddress(
  source: RemoteSource,
  mirror: string,
  revision: string | null,
  path: string,
): URL {
  const base = baseOf(source, mirror);
  if (source.kind === 'files') return below(base, path);
  return below(base, `${source.repository}/resolve/${revision ?? source.revision}/${path}`);
}

async function readJson<T>(
  http: HttpClient,
  url: URL,
  schema: z.ZodType<T>,
  signal: AbortSignal,
): Promise<{ value: T; next: URL | null }> {
  const reply = await http.get(url, { accept: 'application/json' }, signal);
  try {
    const detail = `status ${reply.status} from ${reply.from}`;
    if (reply.status === 401 || reply.status === 403)
      throw new LavidaError(
        'download.refused',
        'The server does not show the list of files to everyone.',
        detail,
      );
    if (reply.status === 404)
      throw new LavidaError('download.missing', 'The server does not know this model.', detail);
    if (reply.status === 429 || reply.status >= 500)
      throw new LavidaError('download.busy', 'The server cannot list the files at the moment.', detail);
    if (reply.status !== 200)
      throw new LavidaError('download.network', 'The server answered in an unknown way.', detail);
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    for await (const piece of reply.body) {
      bytes += piece.length;
      if (bytes > maxListingBytes)
        throw new LavidaError('download.changed', 'The list of files is too long.', reply.from);
      pieces.push(piece);
    }
    const value = schema.safeParse(parse(Buffer.concat(pieces).toString('utf8')));
    if (!value.success)
      throw new LavidaError(
        'download.changed',
        'The server sends something else than a list of files.',
        reply.from,
      );
    const link = /<([^>]+)>;\s*rel="next"/u.exec(reply.headers['link'] ?? '')?.[1];
    return { value: value.data, next: link === undefined ? null : URL.parse(link, url) };
  } finally {
    await reply.discard();
  }
}

function parse(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return null;
  }
}

/**
 * The exact files of a catalogue entry. A hub is asked: its listing gives sizes, and the SHA-256 of large files; what it
 * does not say is null and learnt when it comes.
 * @throws LavidaError download.*
 */
export async function listFiles(
  { source, name }: CatalogueEntry,
  mirror: string,
  http: HttpClient,
  signal: AbortSignal,
): Promise<FileListing> {
  if (source.kind === 'built-in') throw new LavidaError('store.exists', `${name} comes with the program.`);
  if (source.kind === 'files') return { revision: null, files: source.files };
  const api = `api/models/${source.repository}`;
  const base = baseOf(source, mirror);
  const { value: head } = await readJson(
    http,
    below(base, `${api}/revision/${source.revision}`),
    revisionSchema,
    signal,
  );
  const files: CatalogueFile[] = [];
  let page: URL | null = below(base, `${api}/tree/${head.sha}`);
  page.searchParams.set('recursive', 'true');
  while (page !== null) {
    const { value, next }: { value: z.infer<typeof treeSchema>; next: URL | null } = await readJson(
      http,
      page,
      treeSchema,
      signal,
    );
    for (const { type, path, size, lfs } of value) {
      if (type !== 'file' || !fitsPatterns(path, source.files)) continue;
      if (!isInsidePath(path))
        throw new LavidaError(
          'download.changed',
          'The list of files names one outside the model’s folder.',
          path.slice(0, 200),
        );
      const bytes = lfs?.size ?? size ?? null;
      if (bytes === 0) continue;
      files.push({ path, bytes, sha256: sha256Schema.safeParse(lfs?.oid).data ?? null });
    }
    if (next && next.host !== base.host)
      throw new LavidaError('download.insecure', 'The list of files goes on at another host.', next.host);
    page = next;
  }
  if (
    !files.some(({ path }) => path === 'config.json') ||
    !files.some(({ path }) => path.endsWith('.safetensors'))
  )
    throw new LavidaError(
      'download.missing',
      'The server lists no model under this name.',
      plainAddress(base),
    );
  return { revision: head.sha, files };
}
