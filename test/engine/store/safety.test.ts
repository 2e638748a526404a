import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { smallDisk } from '../../support/small-disk.ts';
import { isWhole, weights } from './served-model.ts';
import { filesBelow, quick, storeWorld, soon, type StoreWorld } from './store-world.ts';

/** Another program of the same user downloads `served`; `blocks` limits its files, in KiB. */
function downloadElsewhere(world: StoreWorld, blocks?: number): ChildProcess {
  const script = fileURLToPath(new URL('../../support/second-download.ts', import.meta.url));
  const limit = blocks === undefined ? '' : `ulimit -f ${String(blocks)}; `;
  return spawn('bash', ['-c', `${limit}exec "$0" "$@"`, process.execPath, script, world.data], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

async function accept(world: StoreWorld): Promise<void> {
  await writeFile(
    join(world.data, 'licences.json'),
    JSON.stringify({
      version: 1,
      accepted: [
        {
          model: 'served',
          name: world.entry.licence.name,
          url: world.entry.licence.url,
          sha256: world.licence,
          acceptedAt: new Date().toISOString(),
        },
      ],
    }),
  );
}

test('killed at any moment of a download, the next start goes on and ends with the same bytes', async () => {
  const world = await storeWorld();
  await accept(world);
  world.server.pace = 12_000_000;
  const part = join(world.data, 'models', '.incoming', 'served', 'parts', `${weights}.part.json`);
  for (const kill of [150, 400, 700]) {
    const child = downloadElsewhere(world);
    const asked = world.server.seen.length;
    await expect.poll(() => world.server.seen.length, soon).toBeGreaterThan(asked);
    await new Promise((resolve) => setTimeout(resolve, kill));
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    const store = await world.open();
    expect(['paused', undefined]).toContain(store.model('served').job?.state);
    expect(store.model('served').state).toBe('available');
    await store.close();
  }
  expect(JSON.parse(await readFile(part, 'utf8').catch(() => '{"version":1}'))).toMatchObject({ version: 1 });
  world.server.pace = 0;
  const store = await world.open();
  if (store.model('served').job) await store.resume('served');
  else await store.get('served', 'original', false, null);
  expect(await store.settled('served')).toBeNull();
  expect(await isWhole(store.directory('served'), world.files)).toBe(true);
});

test('a disk that is too small is found out before anything is fetched', async () => {
  const world = await storeWorld();
  const disk = await smallDisk(8);
  const folder = disk ?? join(world.data, 'models');
  const store = await world.open({
    settings: () => ({ modelFolder: folder, mirror: '', proxy: '' }),
    // Without a disk of its own, the reserve is more than any disk has.
    limits: { ...quick, reserveBytes: disk ? 0 : 2 ** 60 },
  });
  await store.get('served', 'original', false, world.licence);
  const left = await store.settled('served');
  expect(left?.error).toMatchObject({ code: 'output.full' });
  expect(left?.error?.message).toContain('needed');
  expect(world.server.seen).toEqual([]);
});

test('a disk that fills up on the way stops the download, and room lets it go on', async () => {
  const world = await storeWorld({ unknown: true });
  const size = [...world.files.values()].reduce((sum, { length }) => sum + length, 0) / 2 ** 20;
  // Room for the model and a little, until others take half of it.
  const disk = await smallDisk(Math.ceil(size) + 4);
  if (disk === null) {
    // Where nothing may be mounted, a limit on file sizes fails the same writes.
    await accept(world);
    const child = downloadElsewhere(world, 10_000);
    const [word] = (await once(child, 'message')) as [string];
    expect(word).toBe('output.full');
  } else {
    const others = join(disk, 'others.bin');
    await mkdir(join(disk, 'models'));
    await writeFile(others, Buffer.alloc(Math.ceil(size / 2) * 2 ** 20));
    const settings = () => ({ modelFolder: join(disk, 'models'), mirror: '', proxy: '' });
    const store = await world.open({ settings });
    // Nobody knows the sizes beforehand, so the disk is found to be full only while it is written.
    world.server.always(world.address(weights), { kind: 'endless', extra: 0 });
    await store.get('served', 'original', false, world.licence);
    expect((await store.settled('served'))?.error).toMatchObject({ code: 'output.full' });
    expect(store.model('served').job).toMatchObject({ state: 'failed' });
    world.server.always(world.address(weights), null);
    await rm(others);
    const asked = world.server.requestsFor(world.address(weights)).length;
    await store.resume('served');
    expect(await store.settled('served')).toBeNull();
    expect(await isWhole(store.directory('served'), world.files)).toBe(true);
    expect(world.server.requestsFor(world.address(weights))[asked]?.range).toMatch(/^bytes=\d{6,}-$/u);
    return;
  }
  const store = await world.open();
  await store.resume('served');
  expect(await store.settled('served')).toBeNull();
  expect(await isWhole(store.directory('served'), world.files)).toBe(true);
  expect(await filesBelow(join(world.data, 'models', '.incoming'))).toEqual([]);
});
