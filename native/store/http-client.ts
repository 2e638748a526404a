import { Agent, ProxyAgent, request, type Dispatcher } from 'undici';
import { LavidaError } from '../errors.ts';
import { isExempt, isLoopback, proxyFor } from './proxy.ts';
import { isSocks, socksConnector } from './socks.ts';

/** How the store speaks to servers. */
export interface HttpOptions {
  /** Proxy setting; empty = what the environment says. */
  proxy: string;
  /** What the system’s own settings say for an address, asked where neither setting nor environment do. */
  systemProxy?: ((url: string) => Promise<string | null>) | undefined;
  /** A secret and the only host (with port) it is ever sent to. */
  token: { host: string; value: string } | null;
  /** Time limits in milliseconds: to connect, to the first byte, and between two pieces of a body. */
  connectMs: number;
  stallMs: number;
}

export interface HttpReply {
  status: number;
  headers: Readonly<Record<string, string | undefined>>;
  body: AsyncIterable<Uint8Array>;
  /** Lets go of a body that is not read. */
  discard: () => Promise<void>;
  /** Where the reply came from, without anything secret. */
  from: string;
}

const maxRedirects = 6;
const redirects = new Set([301, 302, 303, 307, 308]);

/** Host and path: the query of a signed address is a secret. */
export function plainAddress(url: URL): string {
  return `${url.host}${url.pathname}`;
}

/**
 * GET over undici, by these rules: https only, but for this machine's own addresses; at most six redirects, never from
 * another machine to this one and never away from https; the token goes to its own host and to no other, whatever
 * redirects say; no cookies.
 */
export class HttpClient {
  readonly #options: HttpOptions;
  readonly #agents = new Map<string, Dispatcher>();

  constructor(options: HttpOptions) {
    this.#options = options;
  }

  /** @throws LavidaError download.*; AbortError */
  async get(start: URL, headers: Record<string, string>, signal: AbortSignal): Promise<HttpReply> {
    let url = start;
    for (let hop = 0; hop <= maxRedirects; hop++) {
      checkScheme(url, hop === 0 ? null : start);
      const reply = await this.#once(url, headers, signal);
      if (!redirects.has(reply.status)) return reply;
      await reply.discard();
      const next = URL.parse(reply.headers['location'] ?? '', url);
      if (!next) throw new LavidaError('download.network', `${url.host} redirects to no address.`);
      url = next;
    }
    throw new LavidaError('download.network', `${start.host} redirects without end.`, plainAddress(start));
  }

  async close(): Promise<void> {
    const agents = [...this.#agents.values()];
    this.#agents.clear();
    await Promise.all(agents.map((agent) => agent.destroy()));
  }

  async #once(url: URL, headers: Record<string, string>, signal: AbortSignal): Promise<HttpReply> {
    const { token } = this.#options;
    const secret = token?.host === url.host ? { authorization: `Bearer ${token.value}` } : {};
    const through = await this.#proxy(url);
    try {
      const reply = await request(url, {
        dispatcher: this.#agent(through),
        headers: { 'user-agent': 'lavida-studio', 'accept-encoding': 'identity', ...headers, ...secret },
        signal,
      });
      const { body } = reply;
      return {
        status: reply.statusCode,
        headers: flat(reply.headers),
        body: readBody(body, url, signal, through),
        discard: async () => {
          body.on('error', () => undefined);
          body.destroy();
          await Promise.resolve();
        },
        from: plainAddress(url),
      };
    } catch (error) {
      throw signal.aborted ? error : networkError(error, url, through);
    }
  }

  async #proxy(url: URL): Promise<URL | null> {
    const { proxy, systemProxy } = this.#options;
    const named = proxyFor(url, proxy);
    const mayAsk = proxy === '' && !isLoopback(url.hostname) && !isExempt(url);
    const through = named ?? (mayAsk ? ((await systemProxy?.(url.origin)) ?? null) : null);
    return through === null ? null : new URL(through);
  }

  #agent(through: URL | null): Dispatcher {
    const { connectMs, stallMs } = this.#options;
    const key = through?.href ?? '';
    const known = this.#agents.get(key);
    if (known) return known;
    const limits = { headersTimeout: stallMs, bodyTimeout: stallMs };
    const connect = { timeout: connectMs };
    const agent =
      through === null
        ? new Agent({ ...limits, connect })
        : isSocks(through)
          ? new Agent({ ...limits, connect: socksConnector(through, connectMs) })
          : new ProxyAgent({ uri: through.href, ...limits, connect });
    this.#agents.set(key, agent);
    return agent;
  }
}

function checkScheme(url: URL, from: URL | null): void {
  const local = isLoopback(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && local))
    throw new LavidaError(
      'download.insecure',
      `${url.host} would be asked without encryption.`,
      url.protocol,
    );
  if (url.username !== '' || url.password !== '')
    throw new LavidaError('download.insecure', `The address of ${url.host} carries a password.`);
  if (from && local && !isLoopback(from.hostname))
    throw new LavidaError('download.insecure', `${from.host} redirects to this machine itself.`);
  if (from?.protocol === 'https:' && url.protocol !== 'https:')
    throw new LavidaError('download.insecure', `${from.host} redirects away from https.`);
}

function flat(headers: Record<string, string | string[] | undefined>): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
  );
}

async function* readBody(
  body: AsyncIterable<Uint8Array>,
  url: URL,
  signal: AbortSignal,
  through: URL | null,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of body) yield piece;
  } catch (error) {
    throw signal.aborted || error instanceof LavidaError ? error : networkError(error, url, through);
  }
}

const sentences: readonly (readonly [RegExp, (host: string) => string])[] = [
  [/CONNECT_TIMEOUT|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/u, (host) => `${host} cannot be reached.`],
  [/HEADERS_TIMEOUT|BODY_TIMEOUT/u, (host) => `${host} stopped sending.`],
  [/ENOTFOUND|EAI_AGAIN/u, (host) => `The name ${host} is not known here.`],
  [/ECONNREFUSED/u, (host) => `${host} refuses connections.`],
  [/PROXY|UND_ERR_ABORTED/u, (host) => `The proxy does not let ${host} through.`],
];

/** No connection came about; through a proxy it is the proxy's own that did not. */
const unreachable = /CONNECT_TIMEOUT|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ECONNREFUSED/u;

/** What went wrong on the way, as a sentence; nothing secret in it. */
function networkError(error: unknown, url: URL, through: URL | null): LavidaError {
  const {
    code = '',
    message = '',
    cause,
  } = error as NodeJS.ErrnoException & { cause?: NodeJS.ErrnoException };
  const technical = [code, cause?.code ?? '', message].filter(Boolean).join(' ');
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS|EPROTO/u.test(technical))
    return new LavidaError('download.insecure', `${url.host} cannot prove who it is.`, technical);
  if (through && unreachable.test(technical))
    return new LavidaError('download.network', `The proxy ${through.host} cannot be reached.`, technical);
  const sentence =
    sentences.find(([pattern]) => pattern.test(technical))?.[1] ??
    ((host: string) => `The connection to ${host} broke.`);
  return new LavidaError('download.network', sentence(url.host), technical);
}
