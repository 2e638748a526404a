import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { UpdateCheck } from '../../../electron/contract/updates.ts';
import { checkForUpdates } from '../../../native/updates/check.ts';
import { releaseFeed } from '../../../native/updates/feed.ts';
import { openTestStudio, toyRequest } from '../../support/studio.ts';

let server: Server | null = null;
const asked: string[] = [];

afterEach(async () => {
  asked.length = 0;
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(null)));
  server = null;
});

/** A release feed on this machine. */
async function serveFeed(answer: RequestListener): Promise<URL> {
  server = createServer((request, response) => {
    asked.push(`${String(request.method)} ${String(request.url)}`);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return new URL(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/latest`);
}

const page = 'https://github.com/someone/studio/releases/tag/v0.10.0';
const release =
  (tag: string, html_url = page): RequestListener =>
  (_request, response) => {
    response
      .setHeader('content-type', 'application/json')
      .end(JSON.stringify({ tag_name: tag, html_url, assets: [{}] }));
  };
const check = (feed: URL | null): Promise<UpdateCheck> =>
  checkForUpdates({ current: '0.9.1', feed, proxy: '' });

test('a newer version is told with the page of its notes, and nothing more is asked', async () => {
  const feed = await serveFeed(release('v0.10.0'));
  expect(await check(feed)).toEqual({ outcome: 'newer', current: '0.9.1', version: '0.10.0', notes: page });
  expect(asked).toEqual(['GET /latest']);
});

test.each(['v0.9.1', '0.9.0', 'v0.9.1-beta.2'])('%s is not newer than 0.9.1', async (tag) => {
  expect(await check(await serveFeed(release(tag)))).toEqual({ outcome: 'current', current: '0.9.1' });
});

test('a release follows its own candidates', async () => {
  const feed = await serveFeed(release('v1.0.0'));
  expect(await checkForUpdates({ current: '1.0.0-rc.1', feed, proxy: '' })).toMatchObject({
    outcome: 'newer',
  });
});

test.each(['javascript:alert(1)', 'file:///etc/passwd', 'https://evil.example/notes', 'http://github.com/x'])(
  'a page the window may not open is left out: %s',
  async (notes) => {
    expect(await check(await serveFeed(release('v1.0.0', notes)))).toMatchObject({
      outcome: 'newer',
      notes: null,
    });
  },
);

test('every failure is an outcome', async () => {
  const failures: [RequestListener, string][] = [
    [(_request, response) => response.writeHead(404).end(), 'refused'],
    [(_request, response) => response.writeHead(500).end('oops'), 'refused'],
    [(_request, response) => response.end('<html>hello</html>'), 'unreadable'],
    [(_request, response) => response.end('{"tag_name": 7}'), 'unreadable'],
    [release('the newest one'), 'unreadable'],
    [(_request, response) => response.end(`"${'x'.repeat(2 ** 21)}"`), 'unreadable'],
    [(request) => request.socket.destroy(), 'unreachable'],
    [
      (_request, response) => response.writeHead(302, { location: 'http://example.com/' }).end(),
      'unreachable',
    ],
  ];
  for (const [answer, why] of failures) {
    const feed = await serveFeed(answer);
    expect(await check(feed)).toMatchObject({ outcome: 'failed', why });
    server?.closeAllConnections();
    server?.close();
  }
  expect(await check(new URL('http://127.0.0.1:9/latest'))).toMatchObject({ why: 'unreachable' });
  expect(await check(null)).toMatchObject({ outcome: 'failed', why: 'no-address', detail: '' });
});

test('the address is a repository, an address of its own, or nothing', () => {
  expect(releaseFeed('someone/studio')?.href).toBe(
    'https://api.github.com/repos/someone/studio/releases/latest',
  );
  expect(releaseFeed('https://example.com/latest.json')?.href).toBe('https://example.com/latest.json');
  expect(releaseFeed('')).toBeNull();
});

test('the studio asks nothing by itself: not at its start, not with runs, only when the channel is called', async () => {
  const feed = await serveFeed(release('v99.0.0'));
  const before = process.env['LAVIDA_RELEASES'];
  process.env['LAVIDA_RELEASES'] = feed.href;
  const here = await openTestStudio();
  try {
    await here.seen('engine.changed', ({ state }) => state === 'ready');
    await here.studio.dispatch('run.start', { request: toyRequest('a boat') });
    await here.seen('run.event', ({ event }) => event.type === 'run.done');
    expect(asked).toEqual([]);
    const reply = await here.studio.dispatch('updates.check', {});
    expect(reply).toMatchObject({ ok: true, value: { outcome: 'newer', version: '99.0.0' } });
    expect(asked).toEqual(['GET /latest']);
  } finally {
    await here.close();
    if (before === undefined) delete process.env['LAVIDA_RELEASES'];
    else process.env['LAVIDA_RELEASES'] = before;
  }
});
