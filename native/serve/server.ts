import { createReadStream } from 'node:fs';
import {
  createServer,
  STATUS_CODES,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { WebSocketServer, type WebSocket } from 'ws';
import { maxClientMessageBytes, socketPath } from '../../electron/contract/transport.ts';
import { LavidaError } from '../errors.ts';
import { findAppFile } from '../policy/app-files.ts';
import { mediaCaching, securityHeaders } from '../policy/csp.ts';
import type { StudioService } from '../studio/service.ts';
import { Access } from './access.ts';
import { encodeEvent, WindowSocket } from './window-socket.ts';

const defaultPort = 4317;
const loopback = '127.0.0.1';
const pingEvery = 30_000;

/** What strangers may take of a server before they have shown their cookie. */
export interface ConnectionLimits {
  /** Connections at a time; those beyond are closed at once, so that the studio keeps file handles for its own files. */
  connections: number;
  /** Time to send the head of a request, milliseconds. */
  headMs: number;
  /** Time to send a whole request, milliseconds. */
  requestMs: number;
}

const defaultLimits: ConnectionLimits = { connections: 200, headMs: 10_000, requestMs: 30_000 };

export interface ServeOptions {
  studio: StudioService;
  /** Folder of the built window. */
  rendererRoot: string;
  /** When absent the default port, or a free one if that is taken; 0 takes a free one. */
  port?: number;
  /** Address to listen on; other than loopback only with `allowRemote`. */
  host?: string;
  allowRemote?: boolean;
  limits?: Partial<ConnectionLimits>;
}

export interface RunningServer {
  /** The address to open, with the token. */
  url: string;
  port: number;
  close(): Promise<void>;
}

/**
 * Serves the studio to browsers: the built window over HTTP and the contract's channels over a WebSocket.
 *
 * @throws LavidaError request.invalid when the port is taken, or when the host is not loopback and not allowed
 */
export async function startServer(options: ServeOptions): Promise<RunningServer> {
  const { studio, rendererRoot, host = loopback, allowRemote = false } = options;
  if (!allowRemote && !isLoopback(host)) {
    const sentence = `Listening on ${host} would let other machines in; add --allow-remote if that is wanted.`;
    throw new LavidaError('request.invalid', sentence);
  }
  const server = createLimitedServer({ ...defaultLimits, ...options.limits });
  const port = await listen(server, host, options.port);
  const access = new Access({ port, remote: !isLoopback(host) });
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxClientMessageBytes,
    perMessageDeflate: false,
  });
  const headers = securityHeaders({
    connect: [`ws://127.0.0.1:${String(port)}`, `ws://localhost:${String(port)}`],
  });
  server.on('request', (request, response) => {
    answer(request, response, { access, rendererRoot, headers, studio }).catch((error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      response.destroy();
    });
  });
  server.on('upgrade', (request, socket, head) => {
    const refusal =
      request.url?.split('?', 1)[0] === socketPath
        ? (access.refuseHost(request) ?? access.refuseOrigin(request) ?? access.refuseCookie(request))
        : 'There is nothing here.';
    if (refusal) refuseUpgrade(socket, refusal);
    else sockets.handleUpgrade(request, socket, head, (webSocket) => sockets.emit('connection', webSocket));
  });
  const windows = new Map<WebSocket, WindowSocket>();
  sockets.on('connection', (socket: WebSocket) => {
    windows.set(socket, new WindowSocket(socket, studio));
    socket.on('close', () => windows.delete(socket));
  });
  const unsubscribe = studio.onEvent((event, payload) => {
    const text = encodeEvent(event, payload);
    for (const window of windows.values()) window.sendEvent(event, payload, text);
  });
  const pings = keepAlive(windows);
  const name = host === '0.0.0.0' || host === '::' ? loopback : host.includes(':') ? `[${host}]` : host;
  return {
    url: `http://${name}:${String(port)}/?token=${access.token}`,
    port,
    close: async () => {
      clearInterval(pings);
      unsubscribe();
      for (const socket of windows.keys()) socket.close(1001, 'the studio is closing');
      const closed = new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
      setTimeout(() => {
        for (const socket of windows.keys()) socket.terminate();
        server.closeAllConnections();
      }, 1000).unref();
      server.closeIdleConnections();
      await closed;
    },
  };
}

interface Site {
  access: Access;
  rendererRoot: string;
  headers: Record<string, string>;
  studio: StudioService;
}

async function answer(request: IncomingMessage, response: ServerResponse, site: Site): Promise<void> {
  const { access, rendererRoot, headers, studio } = site;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.setHeader('Cache-Control', 'no-store');
  const wrongHost = access.refuseHost(request);
  if (wrongHost) {
    say(response, 403, wrongHost);
    return;
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    say(response, 405, 'Only GET and HEAD are answered.');
    return;
  }
  const [pathname = '/', query = ''] = (request.url ?? '/').split('?', 2);
  const token = new URLSearchParams(query).get('token');
  if (pathname === '/' && access.isToken(token)) {
    response.setHeader('Set-Cookie', access.cookie);
    response.writeHead(303, { Location: '/' }).end();
    return;
  }
  const refusal = access.refuseCookie(request);
  if (refusal) {
    say(response, 403, refusal);
    return;
  }
  const media = await studio.media(pathname);
  if (media) {
    response.writeHead(200, { 'Content-Type': media.type, 'Cache-Control': mediaCaching });
    response.end(request.method === 'HEAD' ? undefined : media.bytes);
    return;
  }
  const file = await findAppFile(pathname, rendererRoot);
  if (!file) {
    say(
      response,
      404,
      pathname === '/' ? 'The window is not built yet: run npm run build.' : 'There is nothing here.',
    );
    return;
  }
  response.setHeader('Content-Type', file.type);
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  // A browser that breaks off must not leave the file open; a pipe alone would.
  await pipeline(createReadStream(file.path), response).catch(() => undefined);
}

function say(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${sentence}\n`);
}

function refuseUpgrade(socket: Duplex, sentence: string): void {
  const body = `${sentence}\n`;
  socket.on('error', () => undefined);
  // The server no longer counts a socket that asked to be upgraded: one whose peer never closes would stay for ever.
  socket.once('finish', () => socket.destroy());
  socket.end(
    `HTTP/1.1 403 ${STATUS_CODES[403] ?? ''}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n` +
      `Content-Length: ${String(Buffer.byteLength(body))}\r\n\r\n${body}`,
  );
}

/** Cuts off windows that no longer answer, so that a vanished machine holds no memory here. */
function keepAlive(windows: Map<WebSocket, WindowSocket>): NodeJS.Timeout {
  const silent = new WeakSet<WebSocket>();
  return setInterval(() => {
    for (const socket of windows.keys()) {
      if (silent.has(socket)) {
        socket.terminate();
        continue;
      }
      silent.add(socket);
      socket.once('pong', () => silent.delete(socket));
      socket.ping();
    }
  }, pingEvery).unref();
}

function createLimitedServer({ connections, headMs, requestMs }: ConnectionLimits): Server {
  const server = createServer({
    headersTimeout: headMs,
    requestTimeout: requestMs,
    connectionsCheckingInterval: headMs / 2,
  });
  server.maxConnections = connections;
  return server;
}

function isLoopback(host: string): boolean {
  return host === loopback || host === 'localhost' || host === '::1';
}

async function listen(server: Server, host: string, wanted: number | undefined): Promise<number> {
  try {
    return await listenOn(server, host, wanted ?? defaultPort);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (wanted === undefined && code === 'EADDRINUSE') return listenOn(server, host, 0);
    throw new LavidaError(
      'request.invalid',
      `The studio cannot listen on ${host}, port ${String(wanted)}.`,
      message,
    );
  }
}

function listenOn(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
