import { expect, test } from 'vitest';
import { fitsPatterns, isInsidePath, modelIdOf } from '../../../native/store/file-names.ts';
import { readCatalogue } from '../../../native/store/catalogue.ts';
import { firstProxy, proxyFor } from '../../../native/store/proxy.ts';
import { HttpClient } from '../../../native/store/http-client.ts';
import type { CatalogueEntry } from '../../../native/store/catalogue.ts';
import { isWhole, sha256, weights } from './served-model.ts';
import { storeWorld, type StoreWorld } from './store-world.ts';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';

const commit = '0123456789abcdef0123456789abcdef01234567';

/** The server speaks as a hub does: a commit, a listing, files by commit. */
async function asHub(world: StoreWorld, extra: object[] = []): Promise<CatalogueEntry> {
  const { server, files } = world;
  server.put('/api/models/someone/served/revision/main', JSON.stringify({ sha: commit }));
  const tree = [...files].map(([path, bytes]) => ({
    type: 'file',
    path,
    size: bytes.length,
    oid: 'f'.repeat(40),
    ...(path === weights ? { lfs: { oid: sha256(bytes), size: bytes.length, pointerSize: 134 } } : {}),
  }));
  server.put(`/api/models/someone/served/tree/${commit}`, JSON.stringify([...tree, ...extra]));
  for (const [path, bytes] of files) server.put(`/someone/served/resolve/${commit}/${path}`, bytes);
  const entry: CatalogueEntry = {
    ...world.entry,
    source: {
      kind: 'hub',
      host: server.origin,
      repository: 'someone/served',
      revision: 'main',
      files: ['*.json', '*.safetensors', 'vqvae/*.json'],
    },
  };
  await world.offer(entry);
  return entry;
}

test('the program’s own catalogue is sound, and names nothing nobody could know', async () => {
  const entries = await readCatalogue('/nowhere');
  expect(entries.map(({ id }) => id)).toEqual(['nano', 'lavida-o-v1.0']);
  const published = entries[1];
  expect(published?.licence.noncommercial).toBe(true);
  expect(published?.source).toMatchObject({ kind: 'hub', repository: 'jacklishufan/LaViDa-O-v1.0' });
});

test('a hub is asked for its list, every file comes from one commit, and large ones carry their hash', async () => {
  const world = await storeWorld();
  await asHub(world, [
    { type: 'file', path: 'pickle.bin', size: 10 },
    { type: 'directory', path: 'vqvae' },
    { type: 'file', path: 'empty.json', size: 0 },
  ]);
  const store = await world.open();
  await store.get('served', 'original', false, world.licence);
  expect(await store.settled('served')).toBeNull();
  expect(await isWhole(store.directory('served'), world.files)).toBe(true);
  const files = world.server.seen.filter(({ path }) => path.includes('/resolve/'));
  expect(files).toHaveLength(world.files.size);
  expect(files.every(({ path }) => path.includes(commit))).toBe(true);
  expect(files.some(({ path }) => path.includes('pickle'))).toBe(false);
});

test.each([
  [{ type: 'file', path: '../../evil.json', size: 3 }, 'evil'],
  [{ type: 'file', path: 'a/../../evil.json', size: 3 }, 'evil'],
])('a list that names a file outside the folder (%o) is refused whole', async (file) => {
  const world = await storeWorld();
  const entry = await asHub(world, [file]);
  // The pattern lets it through, so that the name itself must be what is refused.
  if (entry.source.kind === 'hub')
    await world.offer({ ...entry, source: { ...entry.source, files: ['*', '*/*', '*/*/*', '*/*/*/*'] } });
  const store = await world.open();
  await store.get('served', 'original', false, world.licence);
  expect((await store.settled('served'))?.error?.code).toBe('download.changed');
  expect(world.server.seen.every(({ path }) => !path.includes('evil'))).toBe(true);
});

test('a hub that answers nonsense, or asks who is there, is told in a sentence', async () => {
  const world = await storeWorld();
  await asHub(world);
  const store = await world.open();
  const head = '/api/models/someone/served/revision/main';
  world.server.next(head, { kind: 'portal' });
  await store.get('served', 'original', false, world.licence);
  expect((await store.settled('served'))?.error?.code).toMatch(/^download\.(changed|network)$/u);
  world.server.next(head, { kind: 'status', status: 401 });
  await store.resume('served');
  expect((await store.settled('served'))?.error?.code).toBe('download.refused');
  await store.resume('served');
  expect(await store.settled('served')).toBeNull();
});

test('names of files stay inside their folder on every system', () => {
  for (const good of ['config.json', 'vqvae/config.json', 'model-00001-of-00005.safetensors'])
    expect(isInsidePath(good), good).toBe(true);
  for (const bad of [
    '',
    '.',
    '..',
    '../x',
    'a/../b',
    '/x',
    'a//b',
    'C:/x',
    'a\\b',
    'con',
    'NUL.txt',
    'x.',
    'x ',
    '.hidden',
    'a\u0000b',
    'a/b/c/d/e',
  ])
    expect(isInsidePath(bad), bad).toBe(false);
  expect(fitsPatterns('a.json', ['*.json'])).toBe(true);
  expect(fitsPatterns('vqvae/a.json', ['*.json'])).toBe(false);
  expect(modelIdOf('My Model (v2)')).toBe('my-model-v2');
  expect(modelIdOf('模型')).toBe('model');
  expect(modelIdOf('NUL')).toBe('model-nul');
});

test('the proxy is the setting’s, else the environment’s, and never for this machine', () => {
  const url = new URL('https://models.example/x');
  const env = { HTTPS_PROXY: 'http://proxy.example:3128', NO_PROXY: 'other.example,.local.example' };
  expect(proxyFor(url, '', {})).toBeNull();
  expect(proxyFor(url, '', env)).toBe('http://proxy.example:3128/');
  expect(proxyFor(url, 'http://mine.example:8080', env)).toBe('http://mine.example:8080/');
  expect(proxyFor(new URL('https://a.local.example/'), '', env)).toBeNull();
  expect(proxyFor(new URL('http://127.0.0.1/'), 'http://mine.example', env)).toBeNull();
  expect(firstProxy('PROXY a.example:8080; DIRECT')).toBe('http://a.example:8080/');
  expect(firstProxy('DIRECT')).toBeNull();
  expect(firstProxy('SOCKS5 a.example:1080')).toBe('socks5://a.example:1080');
  expect(firstProxy('WAIS a.example:210')).toBeNull();
  expect(proxyFor(url, '', { ALL_PROXY: 'socks5h://s.example' })).toBe('socks5h://s.example');
  expect(proxyFor(url, '', { ...env, ALL_PROXY: 'socks5://s.example' })).toBe('http://proxy.example:3128/');
  expect(() => proxyFor(url, 'socks5://', {})).toThrow();
  expect(() => proxyFor(url, 'ftp://mine.example', {})).toThrow();
});

test('downloads go through a proxy by CONNECT, with the name and password of its address', async () => {
  const seen: { target: string | undefined; authorization: string | undefined }[] = [];
  const proxy = createServer();
  proxy.on('connect', (request, socket) => {
    seen.push({ target: request.url, authorization: request.headers['proxy-authorization'] });
    socket.on('error', () => undefined);
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const { port } = proxy.address() as AddressInfo;
  const http = new HttpClient({
    proxy: `http://name:word@127.0.0.1:${String(port)}`,
    token: { host: 'models.example', value: 'secret' },
    connectMs: 2000,
    stallMs: 2000,
  });
  const failed = await http
    .get(new URL('https://models.example/file?signature=hidden'), {}, new AbortController().signal)
    .catch((error: unknown) => error as Error & { detail: string });
  expect(seen[0]?.target).toBe('models.example:443');
  expect(Buffer.from(seen[0]?.authorization?.split(' ')[1] ?? '', 'base64').toString()).toBe('name:word');
  expect(failed).toMatchObject({ code: 'download.network' });
  // Nothing secret is in what a user sees or a report holds.
  expect(JSON.stringify({ ...failed, message: (failed as Error).message })).not.toMatch(
    /secret|hidden|word/u,
  );
  await http.close();

  const asked: string[] = [];
  const system = new HttpClient({
    proxy: '',
    systemProxy: (address) => {
      asked.push(address);
      return Promise.resolve(`http://127.0.0.1:${String(port)}`);
    },
    token: null,
    connectMs: 2000,
    stallMs: 2000,
  });
  await expect(
    system.get(new URL('https://other.example/file'), {}, new AbortController().signal),
  ).rejects.toMatchObject({ code: 'download.network' });
  expect(asked).toEqual(['https://other.example']);
  expect(seen[1]?.target).toBe('other.example:443');
  await system.close();
  proxy.close();
});

test('whether a model has room is told before it is downloaded, and of the files once it is here', async () => {
  const world = await storeWorld();
  const store = await world.open();
  const gib = 2 ** 30;
  const room = (gibibytes: number) => ({ limitBytes: gibibytes * gib, freeBytes: gibibytes * gib });
  const needs = (await store.fits('lavida-o-v1.0', room(64))).map(({ precision, fit }) => [
    precision,
    fit.verdict,
  ]);
  expect(needs).toEqual([
    ['original', 'fits'],
    ['int8', 'fits'],
    ['int4', 'fits'],
    ['fp32', 'fits'],
  ]);
  const small = await store.fits('lavida-o-v1.0', room(2));
  expect(small.every(({ fit }) => fit.verdict === 'will-not-fit')).toBe(true);
  // Where tasks have no room, the one that needs most is named.
  for (const { fit, lacking } of small) {
    expect(lacking?.fit.verdict).toBe('will-not-fit');
    expect(lacking?.fit.needBytes).toBeGreaterThanOrEqual(fit.needBytes);
  }
  const some = await store.fits('lavida-o-v1.0', room(16));
  expect(new Map(some.map(({ precision, lacking }) => [precision, lacking?.fit.verdict]))).toEqual(
    new Map([
      ['original', 'tight'],
      ['int8', 'tight'],
      ['int4', undefined],
      ['fp32', 'tight'],
    ]),
  );
  const bytes = new Map(small.map(({ precision, fit }) => [precision, fit.needBytes]));
  expect(bytes.get('int4')).toBeLessThan(bytes.get('int8') ?? 0);
  expect(bytes.get('int8')).toBeLessThan(bytes.get('original') ?? 0);
  // A model whose sizes nobody wrote down is told of once its files are here.
  expect(await store.fits('served', room(64))).toEqual([]);
  expect(await store.fits('nano', room(4))).toMatchObject([
    { precision: 'original', fit: { verdict: 'fits' } },
  ]);
});
