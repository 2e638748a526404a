import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ErrorCode } from '../../../electron/contract/errors.ts';
import type { ModelStore } from '../../../native/store/model-store.ts';
import { ModelServer, type Behaviour } from '../../support/model-server.ts';
import { entryFor, isWhole, sha256, weights } from './served-model.ts';
import { filesBelow, storeWorld, soon, type StoreWorld } from './store-world.ts';

const half = 10_000_000;

async function download(world: StoreWorld, store: ModelStore): Promise<ErrorCode | null> {
  await store.get(world.entry.id, 'original', false, world.licence);
  const left = await store.settled(world.entry.id);
  return left?.error?.code ?? null;
}

function ranges(world: StoreWorld): (string | undefined)[] {
  return world.server.requestsFor(world.address(weights)).map(({ range }) => range);
}

async function expectInstalled(world: StoreWorld, store: ModelStore): Promise<void> {
  const { installed, job } = store.model(world.entry.id);
  expect(job).toBeNull();
  expect(await isWhole(installed?.directory ?? '', world.files)).toBe(true);
  expect(await filesBelow(join(world.data, 'models', '.incoming'))).toEqual([]);
}

test('a model comes whole, with a record of what it is', async () => {
  const world = await storeWorld();
  const store = await world.open();
  expect(world.server.seen).toEqual([]);
  expect(await download(world, store)).toBeNull();
  await expectInstalled(world, store);
  const { installed, state } = store.model('served');
  expect(state).toBe('installed');
  const manifest = JSON.parse(
    await readFile(join(installed?.directory ?? '', 'lavida-model.json'), 'utf8'),
  ) as {
    files: { path: string; sha256: string }[];
    licence: { noncommercial: boolean };
  };
  expect(manifest.files).toHaveLength(world.files.size);
  expect(manifest.licence.noncommercial).toBe(true);
});

test('nothing is fetched before the licence as it stands is accepted, and the acceptance is kept with its date', async () => {
  const world = await storeWorld();
  const store = await world.open();
  for (const shown of [null, 'f'.repeat(64)])
    await expect(store.get('served', 'original', false, shown)).rejects.toMatchObject({
      code: 'licence.needed',
    });
  expect(world.server.seen).toEqual([]);
  await download(world, store);
  const kept = JSON.parse(await readFile(join(world.data, 'licences.json'), 'utf8')) as {
    accepted: { model: string; sha256: string; acceptedAt: string }[];
  };
  expect(kept.accepted).toMatchObject([{ model: 'served', sha256: world.licence }]);
  expect(Date.parse(kept.accepted[0]?.acceptedAt ?? '')).not.toBeNaN();
  // Another text is another licence.
  const { licence } = world.entry;
  await world.offer({
    ...world.entry,
    id: 'served',
    licence: { ...licence, text: { ...licence.text, en: 'Stricter.' } },
  });
  const later = await world.open();
  expect(later.model('served').licence?.acceptedAt).toBeNull();
});

test('a connection that drops again and again costs nothing that had come', async () => {
  const world = await storeWorld();
  const store = await world.open();
  world.server.next(
    world.address(weights),
    { kind: 'drop', after: half },
    { kind: 'drop', after: 5_000_000 },
    { kind: 'drop', after: 0 },
  );
  expect(await download(world, store)).toBeNull();
  await expectInstalled(world, store);
  const [first, second, third, fourth] = ranges(world);
  expect(first).toBeUndefined();
  expect(Number(/\d+/u.exec(second ?? '')?.[0])).toBeGreaterThan(half / 2);
  expect(third).toBe(fourth);
});

test('a server that goes silent is left, and the rest is asked for again', async () => {
  const world = await storeWorld();
  const store = await world.open();
  world.server.next(world.address(weights), { kind: 'stall', after: half });
  expect(await download(world, store)).toBeNull();
  await expectInstalled(world, store);
  expect(ranges(world)[1]).toMatch(/^bytes=\d+-$/u);
});

test('a server that sends the whole file again is listened to until new bytes come', async () => {
  const world = await storeWorld();
  const store = await world.open();
  world.server.next(
    world.address(weights),
    { kind: 'drop', after: half },
    { kind: 'whole', after: half / 2 },
    { kind: 'whole' },
  );
  expect(await download(world, store)).toBeNull();
  await expectInstalled(world, store);
});

test('a file replaced on the way starts anew when nobody said which one it should be', async () => {
  const world = await storeWorld({ unknown: true });
  const store = await world.open();
  const path = world.address(weights);
  world.server.next(path, { kind: 'drop', after: half });
  const replaced = Buffer.from(world.files.get(weights) ?? []);
  replaced[100_000] = (replaced[100_000] ?? 0) ^ 1;
  await store.get('served', 'original', false, world.licence);
  await expect.poll(() => world.server.requestsFor(path).length, soon).toBeGreaterThan(0);
  world.server.put(path, replaced);
  await store.settled('served');
  const { installed } = store.model('served');
  const found = await readFile(join(installed?.directory ?? '', weights));
  expect([sha256(replaced), sha256(world.files.get(weights) ?? Buffer.of())]).toContain(sha256(found));
  expect(await isWhole(installed?.directory ?? '', new Map([...world.files, [weights, found]]))).toBe(true);
});

test('a piece of another version is never joined to what had come', async () => {
  const world = await storeWorld({ unknown: true });
  const store = await world.open({ limits: { failures: 1, pauseMs: 5, stallMs: 1000, reserveBytes: 0 } });
  const path = world.address(weights);
  world.server.next(path, { kind: 'drop', after: half });
  expect(await download(world, store)).toBe('download.network');
  const replaced = Buffer.from(world.files.get(weights) ?? []);
  replaced[0] = (replaced[0] ?? 0) ^ 1;
  world.server.put(path, replaced);
  await store.resume('served');
  await store.settled('served');
  const [, second, third] = world.server.requestsFor(path);
  expect(second?.ifRange).toMatch(/^"/u);
  expect(third?.range).toBeUndefined();
});

test.each<[string, Behaviour, ErrorCode]>([
  ['an unknown visitor', { kind: 'status', status: 401 }, 'download.refused'],
  ['a forbidden file', { kind: 'status', status: 403 }, 'download.refused'],
  ['a file that is not there', { kind: 'status', status: 404 }, 'download.missing'],
  ['too many requests', { kind: 'status', status: 429, headers: { 'retry-after': '0' } }, 'download.busy'],
  [
    'a wait longer than anyone’s patience',
    { kind: 'status', status: 503, headers: { 'retry-after': '86400' } },
    'download.busy',
  ],
  ['a broken server', { kind: 'status', status: 500 }, 'download.busy'],
  ['a wrong byte', { kind: 'wrong byte', at: 20_000_000 }, 'download.corrupt'],
  ['another length than the catalogue’s', { kind: 'lie', length: 1000 }, 'download.changed'],
  ['more bytes than the file has', { kind: 'endless', extra: 1 }, 'download.corrupt'],
  ['a page that asks to sign in', { kind: 'portal' }, 'download.network'],
  [
    'a redirect without encryption',
    { kind: 'redirect', to: 'http://models.example/file' },
    'download.insecure',
  ],
  ['a redirect to nowhere', { kind: 'redirect', to: 'http://:' }, 'download.network'],
])('%s ends with a sentence and a way out, and later goes on', async (_name, behaviour, code) => {
  const world = await storeWorld();
  const store = await world.open();
  const path = world.address(weights);
  world.server.next(path, { kind: 'drop', after: half });
  world.server.always(path, behaviour);
  expect(await download(world, store)).toBe(code);
  const { job, state } = store.model('served');
  expect(state).toBe('available');
  expect(job).toMatchObject({ kind: 'download', state: 'failed' });
  expect(job?.error?.message).not.toBe('');
  expect(job?.error?.action).not.toBe('');
  world.server.always(path, null);
  const before = ranges(world).length;
  await store.resume('served');
  await store.settled('served');
  await expectInstalled(world, store);
  // What had come and could be trusted was not fetched again.
  const [resumed] = ranges(world).slice(before);
  if (code !== 'download.corrupt') expect(resumed).toMatch(/^bytes=\d+-$/u);
});

test('a server that lies about the length of a file nobody knows is found out', async () => {
  const world = await storeWorld({ unknown: true });
  const store = await world.open();
  const { length } = world.files.get(weights) ?? Buffer.of();
  world.server.next(world.address(weights), { kind: 'lie', length: length + 1000 });
  // Whether the last bytes came before the connection broke is the network's affair: asked for more than there is, the
  // server refuses and the download stops; asked for the rest, it tells another length and the download begins anew.
  const end = await download(world, store);
  if (end !== null) {
    expect(end).toBe('download.changed');
    await store.cancel('served');
    expect(await filesBelow(join(world.data, 'models'))).toEqual([]);
    expect(await download(world, store)).toBeNull();
  }
  await expectInstalled(world, store);
});

test('sizes and hashes nobody knew are learnt, and compared from then on', async () => {
  const world = await storeWorld({ unknown: true });
  const store = await world.open();
  expect(store.model('served').downloadBytes).toBeNull();
  expect(await download(world, store)).toBeNull();
  store.verify('served');
  expect(await store.settled('served')).toBeNull();
  expect(store.model('served').installed?.verifiedAt).not.toBeNull();
});

test('the token goes to its own host and to no other, whatever the redirects', async () => {
  const world = await storeWorld();
  const other = await ModelServer.start();
  for (const [path, bytes] of world.files) {
    other.put(world.address(path), bytes);
    world.server.always(world.address(path), { kind: 'redirect', to: other.origin + world.address(path) });
  }
  const store = await world.open();
  await store.tokens.keep(world.server.host, 'secret-token');
  expect(await download(world, store)).toBeNull();
  await expectInstalled(world, store);
  expect(new Set(world.server.seen.map(({ authorization }) => authorization))).toEqual(
    new Set(['Bearer secret-token']),
  );
  expect(new Set(other.seen.map(({ authorization }) => authorization))).toEqual(new Set([undefined]));
  const file = join(world.data, 'access-token.json');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await other.stop();
});

test('addresses without encryption are never asked', async () => {
  const world = await storeWorld();
  await world.offer({ ...entryFor('http://models.example', world.files), id: 'served' });
  const store = await world.open();
  expect(await download(world, store)).toBe('download.insecure');
});

test('a mirror stands in for the address of the catalogue', async () => {
  const world = await storeWorld();
  await world.offer({ ...entryFor('https://models.example', world.files), id: 'served' });
  for (const [path, bytes] of world.files) world.server.put(`/mirror${world.address(path)}`, bytes);
  const mirror = `${world.server.origin}/mirror/`;
  const store = await world.open({ settings: () => ({ modelFolder: '', mirror, proxy: '' }) });
  expect(await download(world, store)).toBeNull();
  await expectInstalled(world, store);
});

test('paused, and taken up by the next start of the program', async () => {
  const world = await storeWorld();
  world.server.pace = 8_000_000;
  const store = await world.open();
  await store.get('served', 'original', false, world.licence);
  await expect.poll(() => store.model('served').job?.done ?? 0, soon).toBeGreaterThan(4_000_000);
  await store.pause('served');
  expect(store.model('served').job).toMatchObject({ state: 'paused', error: null });
  await store.close();

  world.server.pace = 0;
  const asked = world.server.seen.length;
  const later = await world.open();
  expect(later.model('served').job).toMatchObject({ kind: 'download', state: 'paused' });
  expect(world.server.seen).toHaveLength(asked);
  await later.resume('served');
  expect(await later.settled('served')).toBeNull();
  await expectInstalled(world, later);
  expect(ranges(world).at(-1)).toMatch(/^bytes=\d{7,}-$/u);
});

test('what one program paused another may end, and the first one sees it', async () => {
  const world = await storeWorld();
  world.server.pace = 8_000_000;
  const first = await world.open();
  await first.get('served', 'original', false, world.licence);
  await expect.poll(() => first.model('served').job?.done ?? 0, soon).toBeGreaterThan(1_000_000);
  await first.pause('served');
  world.server.pace = 0;
  const second = await world.open();
  await second.resume('served');
  expect(await second.settled('served')).toBeNull();
  await first.refresh();
  await expectInstalled(world, first);
});

test('a damaged part on this disk is noticed and fetched again', async () => {
  const world = await storeWorld();
  const store = await world.open({ limits: { failures: 1, pauseMs: 5, stallMs: 1000, reserveBytes: 0 } });
  world.server.next(world.address(weights), { kind: 'drop', after: half });
  await download(world, store);
  const { open } = await import('node:fs/promises');
  const part = await open(
    join(world.data, 'models', '.incoming', 'served', 'parts', `${weights}.part`),
    'r+',
  );
  await part.write(Buffer.from([255, 255, 255, 255]), 0, 4, 1_000_000);
  await part.close();
  await store.resume('served');
  expect(await store.settled('served')).toBeNull();
  await expectInstalled(world, store);
  expect(ranges(world).at(-1)).toBeUndefined();
});

test('cancelled, it leaves nothing behind', async () => {
  const world = await storeWorld();
  world.server.pace = 8_000_000;
  const store = await world.open();
  await store.get('served', 'original', false, world.licence);
  await expect.poll(() => store.model('served').job?.done ?? 0, soon).toBeGreaterThan(2_000_000);
  await store.cancel('served');
  expect(store.model('served')).toMatchObject({ state: 'available', job: null });
  expect(await filesBelow(join(world.data, 'models'))).toEqual([]);
});

test('two programs do not fetch into the same place', async () => {
  const world = await storeWorld();
  world.server.pace = 8_000_000;
  const store = await world.open();
  await store.get('served', 'original', false, world.licence);
  await expect.poll(() => store.model('served').job?.done ?? 0, soon).toBeGreaterThan(0);
  const { fork } = await import('node:child_process');
  const child = fork(new URL('../../support/second-download.ts', import.meta.url), [world.data], {
    execArgv: [],
  });
  const word = await new Promise((resolve) => child.once('message', resolve));
  expect(word).toBe('store.busy');
  await store.cancel('served');
});
