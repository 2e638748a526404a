import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HttpClient } from '../../../native/store/http-client.ts';
import { SocksProxy } from '../../support/socks-proxy.ts';

const run = promisify(execFile);
const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../fixtures/tls/${name}`, import.meta.url));
const httpClient = fileURLToPath(new URL('../../../native/store/http-client.ts', import.meta.url));
const body = 'weights '.repeat(100_000);
const site = createServer((_request, response) => response.end(body));
let proxy: SocksProxy;

beforeAll(async () => {
  const [key, cert] = await Promise.all([readFile(fixture('key.pem')), readFile(fixture('cert.pem'))]);
  site.setSecureContext({ key, cert });
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
  proxy = await new SocksProxy((site.address() as AddressInfo).port).open();
});
afterAll(() => {
  proxy.close();
  site.close();
});

function client(address: string): HttpClient {
  return new HttpClient({ proxy: address, token: null, connectMs: 5000, stallMs: 5000 });
}

async function failure(http: HttpClient): Promise<unknown> {
  try {
    await http.get(new URL('https://models.example/file'), {}, new AbortController().signal);
    return null;
  } catch (error) {
    return error;
  } finally {
    await http.close();
  }
}

test('a file comes through a SOCKS proxy that asks for a name, and the proxy looks the host up', async () => {
  const address = `socks5://name:pass%20word@127.0.0.1:${String(proxy.port)}`;
  const script = `
    import { HttpClient } from ${JSON.stringify(httpClient)};
    const http = new HttpClient({ proxy: ${JSON.stringify(address)}, token: null, connectMs: 5000, stallMs: 5000 });
    const reply = await http.get(new URL('https://models.example/file'), {}, new AbortController().signal);
    let bytes = 0;
    for await (const piece of reply.body) bytes += piece.length;
    await http.close();
    console.log(reply.status, bytes);`;
  // A certificate of one's own is trusted from the start of a program only.
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: fixture('cert.pem') },
  });
  expect(stdout.trim()).toBe(`200 ${String(body.length)}`);
  expect(proxy.calls.at(-1)).toEqual({ name: 'name', password: 'pass word', target: 'models.example:443' });
});

test('a host behind a SOCKS proxy must still prove who it is', async () => {
  const error = await failure(client(`socks5h://127.0.0.1:${String(proxy.port)}`));
  expect(error).toMatchObject({
    code: 'download.insecure',
    message: 'models.example cannot prove who it is.',
  });
  expect(proxy.calls.at(-1)).toEqual({ name: null, password: null, target: 'models.example:443' });
});

test('a proxy that refuses, or is not there, is named, and its password is not', async () => {
  proxy.reply = 2;
  const refused = await failure(client(`socks5://name:hidden@127.0.0.1:${String(proxy.port)}`));
  expect(refused).toMatchObject({
    code: 'download.network',
    message: 'The proxy does not let models.example through.',
  });
  const gone = await failure(client('socks5://name:hidden@127.0.0.1:9'));
  expect(gone).toMatchObject({
    code: 'download.network',
    message: 'The proxy 127.0.0.1:9 cannot be reached.',
  });
  for (const error of [refused, gone]) {
    const { message, detail, stack } = error as Error & { detail: string };
    expect([message, detail, stack].join()).not.toContain('hidden');
    expect(JSON.stringify(error)).not.toContain('hidden');
  }
});
