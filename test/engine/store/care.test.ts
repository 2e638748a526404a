import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { moveStore, finishMove } from '../../../native/store/move-store.ts';
import type { ModelStore } from '../../../native/store/model-store.ts';
import { nanoDirectory } from '../../support/cli.ts';
import { isWhole, weights } from './served-model.ts';
import { filesBelow, storeWorld, type StoreWorld } from './store-world.ts';

async function installed(world: StoreWorld): Promise<ModelStore> {
  const store = await world.open();
  await store.get('served', 'original', false, world.licence);
  await store.settled('served');
  return store;
}

async function flipByte(path: string, at: number): Promise<void> {
  const bytes = await readFile(path);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await writeFile(path, bytes);
}

test('verify finds one flipped bit, and repair fetches that file alone', async () => {
  const world = await storeWorld();
  const store = await installed(world);
  const directory = store.directory('served');
  store.verify('served');
  expect(await store.settled('served')).toBeNull();
  await flipByte(join(directory, weights), 9_999_999);
  store.verify('served');
  expect((await store.settled('served'))?.error).toMatchObject({ code: 'model.corrupt', cause: weights });
  expect(store.model('served')).toMatchObject({ state: 'damaged', installed: { verifiedAt: null } });
  // The next start knows it too.
  expect((await world.open()).model('served').state).toBe('damaged');

  await rm(join(directory, 'tokenizer.json'));
  const asked = world.server.seen.length;
  store.repair('served');
  expect(await store.settled('served')).toBeNull();
  expect(await isWhole(directory, world.files)).toBe(true);
  const paths = new Set(world.server.seen.slice(asked).map(({ path }) => path));
  expect(paths).toEqual(new Set([world.address(weights), world.address('tokenizer.json')]));
  expect(store.model('served')).toMatchObject({ state: 'installed', job: null });
});

test('a file of another length is seen without reading anything', async () => {
  const world = await storeWorld();
  const store = await installed(world);
  await writeFile(join(store.directory('served'), 'config.json'), '{}');
  await store.refresh();
  expect(store.model('served')).toMatchObject({ state: 'damaged' });
  expect(store.model('served').installed?.problems[0]).toMatchObject({ kind: 'length', file: 'config.json' });
});

test('converted on arrival, only the converted model stays unless the original is wanted too', async () => {
  const world = await storeWorld();
  const store = await world.open();
  await store.get('served', 'int8', false, world.licence);
  expect(await store.settled('served')).toBeNull();
  const small = store.model('served-int8');
  expect(small).toMatchObject({ state: 'installed', origin: 'converted', installed: { precision: 'int8' } });
  expect(small.installed?.bytes).toBeLessThan(
    [...world.files.values()].reduce((sum, { length }) => sum + length, 0),
  );
  expect(store.model('served').state).toBe('available');
  store.verify('served-int8');
  expect(await store.settled('served-int8')).toBeNull();
  expect(small.installed?.repairable).toBe(false);

  store.convert('nano', 'int4');
  expect(await store.settled('nano-int4')).toBeNull();
  expect(store.model('nano-int4').state).toBe('installed');
  expect(await filesBelow(join(world.data, 'models', '.incoming'))).toEqual([]);
});

test('a folder of the user’s is looked into, then copied or used where it lies', async () => {
  const world = await storeWorld();
  const store = await world.open();
  const mine = join(world.data, 'My Models', 'Nano of mine');
  await mkdir(join(world.data, 'My Models'));
  await cp(nanoDirectory, mine, { recursive: true });
  expect(await store.import(mine, 'copy')).toBe('nano-of-mine');
  expect(await store.settled('nano-of-mine')).toBeNull();
  expect(await isWhole(store.directory('nano-of-mine'), world.files)).toBe(true);

  const linked = await store.import(mine, 'link');
  expect(linked).toBe('nano-of-mine-2');
  expect(await store.settled(linked)).toBeNull();
  expect(store.directory(linked)).toBe(mine);
  await flipByte(join(mine, weights), 1_000_000);
  store.verify(linked);
  expect((await store.settled(linked))?.error?.code).toBe('model.corrupt');

  await rm(mine, { recursive: true });
  await store.refresh();
  expect(store.model(linked)).toMatchObject({ state: 'missing' });
  expect(() => store.directory(linked)).toThrow(/not at/u);

  await mkdir(mine, { recursive: true });
  await expect(store.import(mine, 'copy')).rejects.toMatchObject({ code: 'model.missing' });
  await writeFile(join(mine, 'config.json'), '{}');
  const broken = await store.import(mine, 'copy', 'broken');
  expect((await store.settled(broken))?.error?.code).toMatch(/^model\./u);
  expect(await stat(join(world.data, 'models', 'broken')).catch(() => null)).toBeNull();
});

test('removing goes to the bin; a linked folder stays where it is', async () => {
  const world = await storeWorld();
  const binned: string[] = [];
  const store = await world.open({
    systemBin: async (path) => {
      binned.push(path);
      await rm(path, { recursive: true });
    },
  });
  await store.get('served', 'original', false, world.licence);
  await store.settled('served');
  const directory = store.directory('served');
  await store.remove('served');
  expect(binned).toEqual([directory]);
  expect(store.model('served').state).toBe('available');
  await store.import(nanoDirectory, 'link', 'mine');
  await store.settled('mine');
  await store.remove('mine');
  expect(binned).toHaveLength(1);
  expect((await readdir(nanoDirectory)).includes(weights)).toBe(true);
  await expect(store.remove('nano')).rejects.toMatchObject({ code: 'store.no-source' });
});

test('the store moves whole: nothing old goes before the new is there and in use', async () => {
  const world = await storeWorld();
  const store = await installed(world);
  const from = store.folder;
  const to = join(world.data, 'elsewhere');
  const record = join(world.data, 'store-move.json');
  const before = await filesBelow(from);
  const options = { record, reserveBytes: 0, progress: () => undefined };
  await expect(
    moveStore(from, join(from, 'inside'), {
      ...options,
      signal: new AbortController().signal,
      switchTo: async () => undefined,
    }),
  ).rejects.toMatchObject({ code: 'store.folder' });
  await rm(join(from, 'inside'), { recursive: true });

  // Ended in the middle of copying: the old folder is as it was, and a second try goes on.
  const early = new AbortController();
  await expect(
    moveStore(from, to, {
      ...options,
      signal: early.signal,
      progress: () => early.abort(),
      switchTo: async () => undefined,
    }),
  ).rejects.toThrow();
  expect(await filesBelow(from)).toEqual(before);
  await finishMove(record, from);
  expect(await filesBelow(from)).toEqual(before);

  // Ended right after the switch: both are whole, and the next start removes the old one.
  const late = moveStore(from, to, {
    ...options,
    signal: new AbortController().signal,
    switchTo: () => Promise.reject(new Error('killed here')),
  });
  await expect(late).rejects.toThrow('killed here');
  expect(await filesBelow(from)).toEqual(before);
  expect(await filesBelow(to)).toEqual(before);
  await finishMove(record, to);
  expect(await filesBelow(from)).toEqual([]);
  expect(await filesBelow(to)).toEqual(before);
  expect(await isWhole(join(to, 'served'), world.files)).toBe(true);
});
