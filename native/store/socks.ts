import { buildConnector } from 'undici';
import { SocksClient } from 'socks';

/** How addresses of SOCKS proxies begin, and the version each means. Names are always looked up by the proxy. */
const versions: Readonly<Record<string, 4 | 5>> = {
  'socks:': 5,
  'socks5:': 5,
  'socks5h:': 5,
  'socks4:': 4,
  'socks4a:': 4,
};
const defaultPort = 1080;

export function isSocks({ protocol }: URL): boolean {
  return protocol in versions;
}

/**
 * Opens connections through a SOCKS proxy (RFC 1928 and 1929, and the older version 4), with TLS inside where the
 * address asks for it. The name and password of the proxy's address are the only ones it is given.
 *
 * @param connectMs time to reach the proxy, and for the proxy to reach the host
 */
export function socksConnector(proxy: URL, connectMs: number): buildConnector.connector {
  const secure = buildConnector({ timeout: connectMs });
  return (options, callback) => {
    const { hostname, port, protocol } = options;
    SocksClient.createConnection({
      command: 'connect',
      timeout: connectMs,
      proxy: {
        host: proxy.hostname.replace(/^\[|\]$/gu, ''),
        port: proxy.port === '' ? defaultPort : Number(proxy.port),
        type: versions[proxy.protocol] ?? 5,
        ...(proxy.username === '' ? {} : { userId: decodeURIComponent(proxy.username) }),
        ...(proxy.password === '' ? {} : { password: decodeURIComponent(proxy.password) }),
      },
      destination: {
        host: hostname.replace(/^\[|\]$/gu, ''),
        port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port),
      },
    }).then(
      ({ socket }) => {
        if (protocol === 'https:') secure({ ...options, httpSocket: socket }, callback);
        else callback(null, socket);
      },
      (error: unknown) => {
        callback(socksError(error), null);
      },
    );
  };
}

/** The library's errors carry its options, the password among them: only their words go on. */
function socksError(error: unknown): Error {
  const { code = '', message = '' } = error as NodeJS.ErrnoException;
  // Without a code the proxy was reached, and said no.
  const named = /timed out/u.test(message) ? 'ETIMEDOUT' : 'PROXY_REFUSED';
  return Object.assign(new Error(message), { code: code === '' ? named : code });
}
