import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { maxClientMessageBytes } from '../../../electron/contract/transport.ts';
import { LavidaError } from '../../../native/errors.ts';
import { startServer } from '../../../native/serve/server.ts';
import { serveTestStudio } from '../../support/studio.ts';
import { attemptSocket, signIn, WindowClient } from '../../support/window-client.ts';

let site: Awaited<ReturnType<typeof serveTestStudio>>;
let cookie: string;

beforeAll(async () => {
  site = await serveTestStudio();
  cookie = await signIn(site.server.url);
});
afterAll(() => site.close());

/** A request exactly as written: fetch would tidy up the path and forbid the Host header. */
function rawGet(
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const { port } = site.server;
    httpRequest({ host: '127.0.0.1', port, path, method, headers: { cookie, ...headers } }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, body });
      });
    })
      .on('error', reject)
      .end();
  });
}

test('the printed address signs a browser in and leaves no token in the address bar', async () => {
  const response = await fetch(site.server.url, { redirect: 'manual' });
  expect(response.status).toBe(303);
  expect(response.headers.get('location')).toBe('/');
  const header = response.headers.get('set-cookie') ?? '';
  expect(header).toContain('HttpOnly');
  expect(header).toContain('SameSite=Strict');
  expect(header).not.toContain(new URL(site.server.url).searchParams.get('token') ?? 'no token');
  const page = await fetch(`${site.origin}/`, { headers: { cookie: header.split(';')[0] ?? '' } });
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('<title>page</title>');
});

test('without the cookie, or with a wrong token or cookie, nothing is served', async () => {
  const name = cookie.split('=')[0] ?? '';
  for (const headers of [
    {},
    { cookie: `${name}=${'A'.repeat(43)}` },
    { cookie: `other=${cookie.split('=')[1] ?? ''}` },
  ]) {
    expect((await fetch(`${site.origin}/`, { headers })).status).toBe(403);
    expect((await fetch(`${site.origin}/assets/page.js`, { headers })).status).toBe(403);
    expect(await attemptSocket(site.origin, { origin: site.origin, headers })).toBe('refused 403');
  }
  const wrong = await fetch(`${site.origin}/?token=${'A'.repeat(43)}`, { redirect: 'manual' });
  expect(wrong.status).toBe(403);
  expect(wrong.headers.get('set-cookie')).toBeNull();
});

test('only this server’s own names are answered, so a rebound name gets nothing', async () => {
  const { port } = site.server;
  for (const host of [
    'evil.example',
    `evil.example:${String(port)}`,
    '127.0.0.1',
    `127.0.0.1:${String(port + 1)}`,
    'localhost',
  ]) {
    expect((await rawGet('/', { host })).status, host).toBe(403);
    expect(
      await attemptSocket(site.origin, { origin: `http://${host}`, headers: { cookie, host } }),
      host,
    ).toBe('refused 403');
  }
  expect((await rawGet('/', { host: `localhost:${String(port)}` })).status).toBe(200);
});

test('a page of another origin cannot attach, even with the cookie', async () => {
  const { port } = site.server;
  const origins = [
    'http://evil.example',
    `http://127.0.0.1:${String(port + 1)}`,
    `https://127.0.0.1:${String(port)}`,
    'null',
  ];
  for (const origin of origins) {
    expect(await attemptSocket(site.origin, { origin, headers: { cookie } }), origin).toBe('refused 403');
  }
  expect(await attemptSocket(site.origin, { headers: { cookie } }), 'no origin').toBe('refused 403');
  expect(await attemptSocket(site.origin, { origin: site.origin, headers: { cookie } }, '/elsewhere')).toBe(
    'refused 403',
  );
  expect(await attemptSocket(site.origin, { origin: site.origin, headers: { cookie } })).toBe('open');
});

test('upgrades with an address that is none are refused, and the server lives on', async () => {
  for (const path of ['//', '//:x', 'http://', '/socket/', '/Socket', '*', '/%', 'x']) {
    const socket = connect(site.server.port, '127.0.0.1');
    const head = [
      `GET ${path} HTTP/1.1`,
      `Host: 127.0.0.1:${String(site.server.port)}`,
      `Origin: ${site.origin}`,
    ];
    const upgrade = [
      'Connection: Upgrade',
      'Upgrade: websocket',
      `Cookie: ${cookie}`,
      'Sec-WebSocket-Version: 13',
    ];
    socket.write(
      `${[...head, ...upgrade, 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=='].join('\r\n')}\r\n\r\n`,
    );
    const answer = await new Promise<string>((resolve) => {
      let text = '';
      socket.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      socket.on('close', () => {
        resolve(text);
      });
      socket.on('error', () => undefined);
    });
    expect(answer, path).toMatch(/^HTTP\/1\.1 40[03]/);
  }
  expect((await rawGet('/')).status).toBe(200);
});

test('no path leads out of the page’s folder', async () => {
  for (const path of [
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/..%5csecret.txt',
    '/%00',
    '/%E0%A4%A',
    '//secret.txt',
    '/assets',
    '/C:/secret.txt',
  ]) {
    const { status, body } = await rawGet(path);
    expect(status, path).toBe(404);
    expect(body, path).not.toContain('secret\n');
  }
  expect((await rawGet('/assets/page.js')).status).toBe(200);
});

test('every answer carries the security headers, and nothing but reading is possible', async () => {
  for (const path of ['/', '/nowhere']) {
    const { headers } = await fetch(`${site.origin}${path}`, { headers: { cookie } });
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
  }
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
    expect((await rawGet('/', {}, method)).status).toBe(405);
});

test('each start has its own token', async () => {
  const second = await startServer({ studio: site.studio, rendererRoot: '/nowhere', port: 0 });
  try {
    expect(new URL(second.url).searchParams.get('token')).not.toBe(
      new URL(site.server.url).searchParams.get('token'),
    );
    const origin = `http://127.0.0.1:${String(second.port)}`;
    expect((await fetch(`${origin}/`, { headers: { cookie } })).status).toBe(403);
  } finally {
    await second.close();
  }
});

test('other machines are let in only when that is asked for in so many words', async () => {
  const options = { studio: site.studio, rendererRoot: '/nowhere', port: 0, host: '0.0.0.0' };
  await expect(startServer(options)).rejects.toMatchObject({ code: 'request.invalid' });
  const open = await startServer({ ...options, allowRemote: true });
  try {
    expect((await fetch(open.url, { redirect: 'manual' })).status).toBe(303);
  } finally {
    await open.close();
  }
});

test('a taken port is an error when it was asked for', async () => {
  const again = startServer({ studio: site.studio, rendererRoot: '/nowhere', port: site.server.port });
  await expect(again).rejects.toBeInstanceOf(LavidaError);
});

test('messages out of protocol end the connection, and the server lives on', async () => {
  const bad: (string | Buffer)[] = [
    'not json',
    '{}',
    '[]',
    'null',
    '{"id":-1,"channel":"app.info","input":{}}',
    '{"id":1,"channel":"app.info","input":{},"more":1}',
    '{"id":1,"channel":"app.info","input":{"$type":"f32","base64":"AAA="}}',
    Buffer.from([1, 2, 3]),
    `{"id":1,"channel":"session.save","input":{"session":{"x":"${'y'.repeat(maxClientMessageBytes)}"}}}`,
  ];
  for (const message of bad) {
    const client = await WindowClient.attach(site.origin, cookie);
    const closed = client.closed();
    client.socket.send(message);
    expect([4400, 1009, 1006], String(message).slice(0, 60)).toContain(await closed);
  }
  const client = await WindowClient.attach(site.origin, cookie);
  expect(await client.invoke('app.info', {})).toMatchObject({ ok: true, value: { shell: 'serve' } });
  client.socket.close();
});

test('unknown channels and inputs that do not fit are refused by a reply', async () => {
  const client = await WindowClient.attach(site.origin, cookie);
  for (const [channel, input] of [
    ['run.delete', {}],
    ['__proto__', {}],
    ['constructor', {}],
    ['run.image', { id: '../../etc/passwd' }],
    ['run.list', { limit: 0 }],
    ['run.start', { request: { version: 1, task: 'text-to-image' } }],
    ['trace.step', { id: '20261124-031405-123-abcd', step: -1 }],
  ] as const) {
    expect(await client.send(channel, input), channel).toMatchObject({
      ok: false,
      error: { code: 'request.invalid' },
    });
  }
  client.socket.close();
});
