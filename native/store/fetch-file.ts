import { createHash } from 'node:crypto';
import { LavidaError } from '../errors.ts';
import type { HttpClient, HttpReply } from './http-client.ts';
import { discardPart, PartFile, type FileVersion } from './part-file.ts';

export interface WantedFile {
  url: URL;
  /** Name for sentences. */
  path: string;
  bytes: number | null;
  sha256: string | null;
}

export interface FetchOptions {
  signal: AbortSignal;
  /** Called as bytes come: how many of the file there are, and its length if known. */
  progress: (bytes: number, total: number | null) => void;
  /** Called before a piece is written; throws when the disk may not take more. */
  room: (bytes: number) => Promise<void>;
}

/** A status that may be another in a while; `afterMs` is what the server asked to wait. */
export class BusyError extends LavidaError {
  readonly afterMs: number | null;

  constructor(message: string, detail: string, afterMs: number | null) {
    super('download.busy', message, detail);
    this.afterMs = afterMs;
  }
}

/** What has arrived can never become the file: it is let go, and an attempt from the start may help. */
export class UselessBytesError extends LavidaError {}

/**
 * One attempt at one file: goes on where `part` ends, hashes as bytes come, and moves the file to `target` once its length
 * and hash are right. Whatever ends the attempt, what has arrived and can be trusted stays.
 * @throws LavidaError download.*, output.*; AbortError
 */
export async function fetchFile(
  http: HttpClient,
  wanted: WantedFile,
  { part: partPath, target }: { part: string; target: string },
  options: FetchOptions,
): Promise<{ bytes: number; sha256: string }> {
  const part = await PartFile.open(partPath);
  let open = true;
  try {
    const length = wanted.bytes ?? part.version.total;
    if (part.bytes === 0 || length === null || part.bytes < length)
      await receive(http, wanted, part, options);
    const { bytes } = part;
    const sha256 = part.digest();
    checkWhole(wanted, part, sha256);
    open = false;
    await part.finish(target);
    return { bytes, sha256 };
  } catch (error) {
    if (open) await part.leave();
    if (error instanceof UselessBytesError) await discardPart(partPath);
    throw error;
  }
}

function checkWhole({ path, bytes, sha256 }: WantedFile, part: PartFile, found: string): void {
  if (bytes !== null && part.bytes !== bytes)
    throw new LavidaError('download.network', `${path} ended early.`, `${part.bytes} of ${bytes} bytes`);
  if (sha256 !== null && found !== sha256)
    throw new UselessBytesError(
      'download.corrupt',
      `${path} did not arrive as it should.`,
      `SHA-256 ${found} instead of ${sha256}`,
    );
}

async function receive(
  http: HttpClient,
  wanted: WantedFile,
  part: PartFile,
  options: FetchOptions,
): Promise<void> {
  const reply = await http.get(wanted.url, rangeHeaders(part, wanted), options.signal);
  try {
    checkStatus(reply, wanted, part.bytes);
    const { start, version } = place(reply, wanted, part);
    checkVersion(reply, wanted, part, version);
    const limit = wanted.bytes ?? version.total;
    if (limit !== null) await options.room(limit - part.bytes);
    if (part.bytes === 0 || start > 0) await part.begin(version);
    const body = start === part.bytes ? reply.body : afterSame(reply.body, part, wanted);
    for await (const piece of body) {
      if (limit !== null && part.bytes + piece.length > limit)
        throw new UselessBytesError(
          'download.corrupt',
          `${reply.from} sends more than the ${limit} bytes of ${wanted.path}.`,
        );
      await options.room(piece.length);
      await part.append(piece);
      options.progress(part.bytes, limit);
    }
    if (limit !== null && part.bytes < limit)
      throw new LavidaError(
        'download.network',
        `The connection ended in the middle of ${wanted.path}.`,
        `${part.bytes} of ${limit} bytes`,
      );
  } finally {
    await reply.discard();
  }
}

/** Asks for the rest, on condition that the file is still the same version. */
function rangeHeaders(part: PartFile, { sha256 }: WantedFile): Record<string, string> {
  if (part.bytes === 0) return {};
  const { etag, lastModified } = part.version;
  const strong = etag !== null && !etag.startsWith('W/') ? etag : lastModified;
  // Without a version the hash known beforehand tells afterwards.
  if (strong === null && sha256 === null) return {};
  const range = { range: `bytes=${part.bytes}-` };
  return strong === null ? range : { ...range, 'if-range': strong };
}

function checkStatus({ status, headers, from }: HttpReply, { path }: WantedFile, have: number): void {
  if (status === 200 || status === 206) {
    if (/^text\/html\b/iu.test(headers['content-type'] ?? '') && !path.endsWith('.html'))
      throw new LavidaError(
        'download.network',
        'A web page came in place of the file: this network may ask to sign in.',
        from,
      );
    return;
  }
  const detail = `status ${status} from ${from}`;
  if (status === 416 && have > 0)
    throw new LavidaError(
      'download.changed',
      `${path} is shorter on the server than what has arrived of it.`,
      detail,
    );
  if (status === 401 || status === 403 || status === 451)
    throw new LavidaError('download.refused', `The server does not give ${path} away to everyone.`, detail);
  if (status === 404 || status === 410)
    throw new LavidaError('download.missing', `The server has no file ${path}.`, detail);
  if (status === 407)
    throw new LavidaError('download.network', 'The proxy asks for a name and a password.', detail);
  if (status === 408 || status === 425 || status === 429 || status >= 500)
    throw new BusyError(
      `The server cannot send ${path} at the moment.`,
      detail,
      retryAfter(headers['retry-after']),
    );
  throw new LavidaError('download.network', `The server answered ${path} in an unknown way.`, detail);
}

/** Seconds or a date, as a pause in milliseconds. */
function retryAfter(value: string | undefined): number | null {
  if (value === undefined) return null;
  const ms = /^\d+$/u.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}

/** Where in the file the body begins, and which version it is of. */
function place(
  reply: HttpReply,
  { path }: WantedFile,
  part: PartFile,
): { start: number; version: FileVersion } {
  const { headers, status } = reply;
  const etag = headers['etag'] ?? null;
  const lastModified = headers['last-modified'] ?? null;
  const length = headers['content-length'] === undefined ? null : Number(headers['content-length']);
  if (status === 200) return { start: 0, version: { etag, lastModified, total: length } };
  const match = /^bytes (\d+)-(\d+)\/(\d+|\*)$/u.exec(headers['content-range'] ?? '');
  const start = Number(match?.[1] ?? NaN);
  if (!match || start !== part.bytes)
    throw new LavidaError(
      'download.changed',
      `The server sends another piece of ${path} than was asked for.`,
      headers['content-range'] ?? '',
    );
  return { start, version: { etag, lastModified, total: match[3] === '*' ? null : Number(match[3]) } };
}

function checkVersion(
  reply: HttpReply,
  wanted: WantedFile,
  part: PartFile,
  { total, etag }: FileVersion,
): void {
  const { path, bytes, sha256 } = wanted;
  if (bytes !== null && total !== null && total !== bytes)
    throw new LavidaError(
      'download.changed',
      `${path} has ${total} bytes on the server instead of ${bytes}.`,
      reply.from,
    );
  const before = part.version;
  // A whole file is compared byte by byte on the way, and a hash known beforehand tells in the end.
  if (part.bytes === 0 || reply.status === 200 || sha256 !== null) return;
  const isOther =
    (before.etag !== null && etag !== null && before.etag !== etag) ||
    (before.total !== null && total !== null && before.total !== total);
  if (isOther) throw replaced(path, `${before.etag ?? ''} became ${etag ?? ''}`);
}

function replaced(path: string, detail = ''): UselessBytesError {
  return new UselessBytesError(
    'download.changed',
    `${path} was replaced on the server while it was on its way.`,
    detail,
  );
}

/**
 * For servers that send the whole file although the rest was asked for: passes over what is there already, if it is the
 * same, so that nothing on the disk is given up.
 */
async function* afterSame(
  body: AsyncIterable<Uint8Array>,
  part: PartFile,
  { path }: WantedFile,
): AsyncGenerator<Uint8Array> {
  const have = part.bytes;
  const hash = createHash('sha256');
  let seen = 0;
  for await (const piece of body) {
    if (seen >= have) {
      yield piece;
      continue;
    }
    const known = piece.subarray(0, have - seen);
    hash.update(known);
    seen += known.length;
    if (seen < have) continue;
    if (hash.digest('hex') !== part.digest()) throw replaced(path);
    if (known.length < piece.length) yield piece.subarray(known.length);
  }
  if (seen < have)
    throw new LavidaError('download.network', `The connection ended in the middle of ${path}.`);
}
