import { LavidaError } from '../errors.ts';
import { isSocks } from './socks.ts';

/** Whether an address is this machine's own. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/u.test(hostname);
}

/** Whether NO_PROXY names an address. */
export function isExempt({ hostname, port }: URL, env: NodeJS.ProcessEnv = process.env): boolean {
  return (env['no_proxy'] ?? env['NO_PROXY'] ?? '')
    .split(/[\s,]+/u)
    .filter(Boolean)
    .some((entry) => {
      if (entry === '*') return true;
      const [name = '', wantedPort] = entry.toLowerCase().split(':');
      if (wantedPort !== undefined && wantedPort !== port) return false;
      const suffix = name.replace(/^\*?\.?/u, '');
      return hostname === suffix || hostname.endsWith(`.${suffix}`);
    });
}

/**
 * The proxy for an address: the user's setting, or what HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY say; null =
 * straight.
 * This machine's own addresses are never sent to a proxy.
 * @throws LavidaError download.insecure for a setting that is no address of a proxy
 */
export function proxyFor(url: URL, setting: string, env: NodeJS.ProcessEnv = process.env): string | null {
  if (isLoopback(url.hostname)) return null;
  const variable = (name: string) => env[name] ?? env[name.toUpperCase()] ?? '';
  if (setting === '' && isExempt(url, env)) return null;
  const fromEnv = url.protocol === 'https:' ? variable('https_proxy') : variable('http_proxy');
  const chosen = setting === '' ? fromEnv || variable('all_proxy') : setting;
  if (chosen === '') return null;
  const proxy = URL.parse(chosen.includes('://') ? chosen : `http://${chosen}`);
  if (!proxy || proxy.hostname === '' || !(isSocks(proxy) || /^https?:$/u.test(proxy.protocol)))
    throw new LavidaError(
      'download.insecure',
      'The proxy is not an http, https, socks5 or socks4 address.',
      proxy?.host ?? '',
    );
  return proxy.href;
}

/** What proxy scripts call a kind of proxy; plain SOCKS means version 4 there. */
const schemes: Readonly<Record<string, string>> = {
  PROXY: 'http',
  HTTP: 'http',
  HTTPS: 'https',
  SOCKS: 'socks4',
  SOCKS4: 'socks4',
  SOCKS5: 'socks5',
};

/** The first proxy of a list as proxy scripts write them (`PROXY host:port; DIRECT`); null = straight, or a kind not spoken here. */
export function firstProxy(list: string): string | null {
  const [kind = '', address] = (list.split(';')[0] ?? '').trim().split(/\s+/u);
  if (address === undefined) return null;
  const scheme = schemes[kind.toUpperCase()];
  return scheme === undefined ? null : new URL(`${scheme}://${address}`).href;
}
