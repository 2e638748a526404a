import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';

/** How the server answers one request; the ordinary way when there is none. */
export type Behaviour =
  /** Ends the connection after so many bytes of the body. */
  | { kind: 'drop'; after: number }
  /** Sends so many bytes and then nothing more. */
  | { kind: 'stall'; after: number }
  | { kind: 'status'; status: number; headers?: Record<string, string> }
  | { kind: 'redirect'; to: string }
  /** Sends the whole file whatever range was asked for. */
  | { kind: 'whole'; after?: number }
  /** One byte of the file is another. */
  | { kind: 'wrong byte'; at: number }
  /** Says another length than it sends. */
  | { kind: 'lie'; length: number }
  /** Gives no length, and more bytes than the file has. */
  | { kind: 'endless'; extra: number }
  /** Answers a range with the bytes of another place. */
  | { kind: 'wrong range' }
  /** A page of a hotel’s network in place of the file. */
  | { kind: 'portal' };

export interface SeenRequest {
  path: string;
  range: string | undefined;
  ifRange: string | undefined;
  authorization: string | undefined;
}

interface Hosted {
  bytes: Buffer;
  etag: string | null;
}

/** A real HTTP server on this machine that serves files, misbehaves as told, and remembers what it was asked. */
export class ModelServer {
  readonly seen: SeenRequest[] = [];
  readonly #server: Server;
  readonly #files = new Map<string, Hosted>();
  readonly #behaviours = new Map<string, Behaviour[]>();
  readonly #always = new Map<string, Behaviour>();
  readonly #sockets = new Set<{ destroy: () => void }>();
  /** Bytes a second, so that something can happen while a file comes; 0 = as fast as it goes. */
  pace = 0;

  private constructor() {
    this.#server = createServer((request, response) => {
      void this.#answer(request, response);
    });
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  static async start(): Promise<ModelServer> {
    const server = new ModelServer();
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get origin(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  get host(): string {
    return new URL(this.origin).host;
  }

  /** @param etag null: the server names no version */
  put(path: string, bytes: Buffer | string, etag?: string | null): void {
    const content = Buffer.from(bytes);
    const own = `"${createHash('sha256').update(content).digest('hex').slice(0, 16)}"`;
    this.#files.set(path, { bytes: content, etag: etag === undefined ? own : etag });
  }

  /** The next requests for a path are answered so, one after another; then the ordinary way. */
  next(path: string, ...behaviours: Behaviour[]): void {
    this.#behaviours.set(path, [...(this.#behaviours.get(path) ?? []), ...behaviours]);
  }

  /** Every request for a path is answered so. */
  always(path: string, behaviour: Behaviour | null): void {
    if (behaviour) this.#always.set(path, behaviour);
    else this.#always.delete(path);
  }

  requestsFor(path: string): SeenRequest[] {
    return this.seen.filter((request) => request.path === path);
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = decodeURIComponent(new URL(request.url ?? '/', this.origin).pathname);
    const { range, authorization } = request.headers;
    this.seen.push({ path, range, ifRange: request.headers['if-range']?.toString(), authorization });
    const behaviour = this.#behaviours.get(path)?.shift() ?? this.#always.get(path) ?? null;
    const file = this.#files.get(path);
    response.on('error', () => undefined);
    if (behaviour?.kind === 'status') {
      response.writeHead(behaviour.status, behaviour.headers).end();
      return;
    }
    if (behaviour?.kind === 'redirect') {
      response.writeHead(302, { location: behaviour.to }).end();
      return;
    }
    if (behaviour?.kind === 'portal') {
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end('<html>Please sign in to use this network.</html>');
      return;
    }
    if (!file) {
      response.writeHead(404).end();
      return;
    }
    await this.#send(file, behaviour, request, response).catch(() => undefined);
  }

  async #send(
    file: Hosted,
    behaviour: Behaviour | null,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { etag } = file;
    const bytes = Buffer.from(file.bytes);
    if (behaviour?.kind === 'wrong byte') bytes[behaviour.at] = (bytes[behaviour.at] ?? 0) ^ 1;
    const headers: Record<string, string> = etag === null ? {} : { etag };
    const condition = request.headers['if-range']?.toString();
    const asked = /^bytes=(\d+)-$/u.exec(request.headers.range ?? '');
    const mayCut = asked && behaviour?.kind !== 'whole' && (condition === undefined || condition === etag);
    let start = mayCut ? Number(asked[1]) : 0;
    if (mayCut && start >= bytes.length) {
      response.writeHead(416, { 'content-range': `bytes */${String(bytes.length)}` }).end();
      return;
    }
    if (mayCut && behaviour?.kind === 'wrong range') start = 0;
    const body = bytes.subarray(start);
    if (behaviour?.kind === 'endless') {
      response.writeHead(200, headers);
      response.end(Buffer.concat([body, Buffer.alloc(behaviour.extra, 7)]));
      return;
    }
    const length = behaviour?.kind === 'lie' ? behaviour.length : body.length;
    const last = start + length - 1;
    response.writeHead(mayCut ? 206 : 200, {
      ...headers,
      'content-length': String(length),
      ...(mayCut
        ? { 'content-range': `bytes ${String(start)}-${String(last)}/${String(start + length)}` }
        : {}),
    });
    const limit =
      behaviour && 'after' in behaviour ? Math.min(behaviour.after ?? body.length, body.length) : body.length;
    for (let at = 0; at < limit; at += 64 * 1024) {
      const piece = body.subarray(at, Math.min(limit, at + 64 * 1024));
      if (!response.write(piece)) await once(response, 'drain');
      if (this.pace > 0)
        await new Promise((resolve) => setTimeout(resolve, (piece.length * 1000) / this.pace));
    }
    if (behaviour?.kind === 'stall') return;
    if (limit < length || behaviour?.kind === 'lie' || behaviour?.kind === 'drop') {
      await new Promise((resolve) => setTimeout(resolve, 20));
      response.destroy();
    } else response.end();
  }
}
