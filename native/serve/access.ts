import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { hostname } from 'node:os';

/** Why a request is turned away, in words for whoever sees the page. */
export type Refusal = string;

export interface AccessOptions {
  port: number;
  /** True when the server listens beyond loopback, by the user's explicit wish. */
  remote: boolean;
}

/**
 * Who may talk to the server. A fresh token is made at every start; opening the printed address exchanges it for an
 * HttpOnly, SameSite=Strict cookie. A cookie rather than a token kept by the page: no script can read it, it comes along
 * with reloads and with the WebSocket, and the address bar and history are left without the secret.
 *
 * Host and Origin are compared exactly, with the port: a page of another name that resolves to this machine (DNS
 * rebinding), or a page on another local port, is turned away even if the browser sends the cookie.
 */
export class Access {
  readonly token = randomBytes(32).toString('base64url');
  readonly #cookieValue = randomBytes(32).toString('base64url');
  readonly #cookieName: string;
  readonly #hosts: Set<string>;
  readonly #options: AccessOptions;

  constructor(options: AccessOptions) {
    this.#options = options;
    this.#cookieName = `lavida-${String(options.port)}`;
    const names = ['127.0.0.1', 'localhost', '[::1]', ...(options.remote ? [hostname().toLowerCase()] : [])];
    this.#hosts = new Set(names.map((name) => `${name}:${String(options.port)}`));
    if (options.port === 80) for (const name of names) this.#hosts.add(name);
  }

  /** The header that makes a browser an authorised one. */
  get cookie(): string {
    return `${this.#cookieName}=${this.#cookieValue}; HttpOnly; SameSite=Strict; Path=/`;
  }

  isToken(candidate: string | null): boolean {
    return candidate !== null && sameText(candidate, this.token);
  }

  /** For every request. */
  refuseHost(request: IncomingMessage): Refusal | null {
    const host = request.headers.host?.toLowerCase() ?? '';
    if (this.#isHost(host)) return null;
    return 'This address is not one the studio answers to. Open the one that was printed at its start.';
  }

  /** For everything but the token exchange. */
  refuseCookie(request: IncomingMessage): Refusal | null {
    const cookies = (request.headers.cookie ?? '').split(';').map((part) => part.trim());
    const prefix = `${this.#cookieName}=`;
    const isKnown = cookies.some(
      (part) => part.startsWith(prefix) && sameText(part.slice(prefix.length), this.#cookieValue),
    );
    if (isKnown) return null;
    return 'This browser is not signed in. Open the address with the token that was printed at the start.';
  }

  /** For the WebSocket: browsers always say where the page came from, and nothing else is served. */
  refuseOrigin(request: IncomingMessage): Refusal | null {
    const { origin, host } = request.headers;
    if (origin !== undefined && host !== undefined && origin.toLowerCase() === `http://${host.toLowerCase()}`)
      return null;
    return 'Only the studio’s own page may connect.';
  }

  /** Remote use is by address: an address cannot be rebound, a name can. */
  #isHost(host: string): boolean {
    if (this.#hosts.has(host)) return true;
    // A host is a name and a port: with a path, a user or a query behind it, it is somebody's trick.
    if (!this.#options.remote || /[/?#@\\\s]/u.test(host) || !URL.canParse(`http://${host}`)) return false;
    const { hostname: name, port } = new URL(`http://${host}`);
    return isIP(name.replace(/^\[|\]$/g, '')) !== 0 && Number(port || 80) === this.#options.port;
  }
}

/** Compares in a time that does not depend on where the texts differ. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
