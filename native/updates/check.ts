import semver from 'semver';
import { z } from 'zod';
import type { UpdateCheck } from '../../electron/contract/updates.ts';
import { LavidaError } from '../errors.ts';
import { isAllowedExternal } from '../policy/window-rules.ts';
import { HttpClient } from '../store/http-client.ts';
import { parseJson } from '../parse-json.ts';

/** A release as GitHub's API describes it, as far as it is read. */
const releaseSchema = z.object({ tag_name: z.string().max(100), html_url: z.string().max(2000).optional() });

/** The whole look takes no longer than this. */
const limitMs = 10_000;
/** No description of a release is longer. */
const maxBytes = 1024 * 1024;

export interface UpdateSource {
  current: string;
  feed: URL | null;
  /** Proxy setting; empty = what the environment says. */
  proxy: string;
}

async function readText(body: AsyncIterable<Uint8Array>): Promise<string | null> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body) {
    size += piece.length;
    if (size > maxBytes) return null;
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function parseRelease(text: string | null): z.infer<typeof releaseSchema> | null {
  try {
    return releaseSchema.safeParse(parseJson(text ?? '')).data ?? null;
  } catch {
    return null;
  }
}

/**
 * Asks the release feed for the newest version: one GET without anything about this machine or its user. Whatever goes
 * wrong is an outcome, not an error, because nobody's work depends on it.
 */
export async function checkForUpdates({ current, feed, proxy }: UpdateSource): Promise<UpdateCheck> {
  if (feed === null) return { outcome: 'failed', current, why: 'no-address', detail: '' };
  const client = new HttpClient({ proxy, token: null, connectMs: limitMs, stallMs: limitMs });
  try {
    const signal = AbortSignal.timeout(limitMs);
    const reply = await client.get(feed, { accept: 'application/json' }, signal);
    if (reply.status !== 200) {
      await reply.discard();
      return { outcome: 'failed', current, why: 'refused', detail: `status ${reply.status}` };
    }
    const release = parseRelease(await readText(reply.body));
    const version = semver.clean(release?.tag_name ?? '', { loose: true });
    if (!release || version === null)
      return { outcome: 'failed', current, why: 'unreadable', detail: reply.from };
    if (!semver.gt(version, current, { loose: true })) return { outcome: 'current', current };
    const { html_url: page } = release;
    return { outcome: 'newer', current, version, notes: page && isAllowedExternal(page) ? page : null };
  } catch (error) {
    const detail = error instanceof LavidaError ? error.message : error instanceof Error ? error.message : '';
    return { outcome: 'failed', current, why: 'unreachable', detail };
  } finally {
    await client.close();
  }
}
