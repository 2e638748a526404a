import { execFileSync } from 'node:child_process';
import { rmSync, truncateSync, writeFileSync } from 'node:fs';
import {
  chmod,
  copyFile,
  lstat,
  mkdir,
  mkdtemp,
  open,
  readFile,
  readdir,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { ModelJob } from '../../../electron/contract/models.ts';
import { ModelStore, type ModelStoreOptions } from '../../../native/store/model-store.ts';
import { nanoDirectory } from '../../support/cli.ts';
import { fullBundle } from '../../support/full-bundle.ts';
import { smallDisk } from '../../support/small-disk.ts';
import { filesBelow, quick } from './store-world.ts';

const weights = 'model.safetensors';

interface World {
  store: ModelStore;
  /** Folder of a small sound model of the user's own. */
  mine: string;
  /** An empty folder beside it. */
  aside: string;
}

async function world(options: Partial<ModelStoreOptions> = {}): Promise<World> {
  const home = await mkdtemp(join(tmpdir(), 'lavida-import-'));
  const bundle = await fullBundle();
  const store = new ModelStore({
    data: join(home, 'data'),
    settings: () => ({ modelFolder: '', mirror: '', proxy: '' }),
    builtIn: nanoDirectory,
    systemBin: null,
    limits: quick,
    ...options,
  });
  await store.open();
  onTestFinished(async () => {
    await store.close();
    await bundle.remove();
    await rm(home, { recursive: true, force: true });
  });
  const aside = join(home, 'aside');
  await mkdir(aside);
  return { store, mine: bundle.path, aside };
}

/** The error that bringing a folder in ends with, at once or on the way. */
async function refusal(store: ModelStore, folder: string, how: 'copy' | 'link' = 'copy'): Promise<unknown> {
  try {
    return (await store.settled(await store.import(folder, how, 'wanted')))?.error ?? null;
  } catch (error) {
    return error;
  }
}

/** Nothing of a refused model is in the store, and nothing it was made of lies about. */
async function expectNothingLeft(store: ModelStore): Promise<void> {
  await store.refresh();
  expect(store.models().find(({ id }) => id === 'wanted')?.installed ?? null).toBeNull();
  expect(await filesBelow(store.folder)).toEqual([]);
}

function header(length: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(length);
  return bytes;
}

test('links are followed to the files they mean; loops, pipes and links to nowhere beside a model stay behind', async () => {
  const { store, mine, aside } = await world();
  // As a hub's cache has it: every file is a link to one outside.
  for (const name of [weights, 'config.json']) {
    await rename(join(mine, name), join(aside, name));
    await symlink(join(aside, name), join(mine, name));
  }
  await symlink('/nowhere/at/all.json', join(mine, 'dangling.json'));
  await symlink('loop.json', join(mine, 'loop.json'));
  await symlink('..', join(mine, 'parent'));
  await symlink('/dev/zero', join(mine, 'endless.json'));
  execFileSync('mkfifo', [join(mine, 'pipe.json')]);
  const id = await store.import(mine, 'copy', 'wanted');
  expect(await store.settled(id)).toBeNull();
  const directory = store.directory(id);
  const names = await readdir(directory);
  expect(names.filter((name) => /dangling|loop|parent|endless|pipe/u.test(name))).toEqual([]);
  expect((await lstat(join(directory, weights))).isSymbolicLink()).toBe(false);
  expect(await readFile(join(directory, weights))).toEqual(await readFile(join(aside, weights)));
  expect(store.model(id)).toMatchObject({ state: 'installed', installed: { problems: [] } });
});

/** What may be wrong with a folder, and the code and words it is refused with. */
const wrong: [string, (mine: string) => Promise<unknown>, string, RegExp][] = [
  [
    'weights shorter than their header says',
    (m) => truncate(join(m, weights), 5000),
    'model.incomplete',
    /after the end of the file|header claims/u,
  ],
  [
    'weights with a hole at their end',
    async (m) => truncate(join(m, weights), (await stat(join(m, weights))).size + 2 ** 30),
    'model.incomplete',
    /belong to no tensor/u,
  ],
  [
    'a header of 2^62 bytes',
    (m) => writeFile(join(m, weights), Buffer.concat([header(2n ** 62n), Buffer.alloc(100)])),
    'model.incomplete',
    /header claims 4611686018427387904 bytes/u,
  ],
  [
    'a header of ninety million blanks',
    (m) =>
      writeFile(
        join(m, weights),
        Buffer.concat([
          header(90_000_000n),
          Buffer.from('{'),
          Buffer.alloc(89_999_998, ' '),
          Buffer.from('}'),
        ]),
      ),
    'model.incomplete',
    /has a header of 90000000 bytes; at most/u,
  ],
  [
    'a pipe for weights',
    async (m) => {
      await rm(join(m, weights));
      execFileSync('mkfifo', [join(m, weights)]);
    },
    'model.incomplete',
    /not a regular file/u,
  ],
  [
    'a folder for weights',
    async (m) => {
      await rm(join(m, weights));
      await mkdir(join(m, weights));
    },
    'model.incomplete',
    /not a regular file/u,
  ],
  [
    'weights that are a link to nowhere',
    async (m) => {
      await rm(join(m, weights));
      await symlink('gone.bin', join(m, weights));
    },
    'model.incomplete',
    /is missing/u,
  ],
  [
    'an index that points outside',
    (m) =>
      writeFile(
        join(m, `${weights}.index.json`),
        JSON.stringify({ weight_map: { a: '../other.safetensors' } }),
      ),
    'model.incomplete',
    /points outside/u,
  ],
  [
    'an index that names one file twice',
    (m) =>
      writeFile(
        join(m, `${weights}.index.json`),
        JSON.stringify({ weight_map: { a: weights, b: `./${weights}` } }),
      ),
    'model.incomplete',
    /Two files hold the tensor/u,
  ],
  ['no config', (m) => rm(join(m, 'config.json')), 'model.missing', /config\.json is not there/u],
  [
    'a config that is a link to nowhere',
    async (m) => {
      await rm(join(m, 'config.json'));
      await symlink('gone.json', join(m, 'config.json'));
    },
    'model.missing',
    /config\.json is not there/u,
  ],
  [
    'a config that is a link to itself',
    async (m) => {
      await rm(join(m, 'config.json'));
      await symlink('config.json', join(m, 'config.json'));
    },
    'file.unreadable',
    /cannot be looked into/u,
  ],
  [
    'a config that is a folder',
    async (m) => {
      await rm(join(m, 'config.json'));
      await mkdir(join(m, 'config.json'));
    },
    'model.missing',
    /config\.json/u,
  ],
  [
    'weights under a name that no store keeps',
    async (m) => {
      await rename(join(m, weights), join(m, 'one\ntwo.safetensors'));
      const { tensors } = { tensors: 'model.transformer.wte.weight' };
      await writeFile(
        join(m, `${weights}.index.json`),
        JSON.stringify({ weight_map: { [tensors]: 'one\ntwo.safetensors' } }),
      );
    },
    'model.incomplete',
    /cannot keep a file named "one\\ntwo/u,
  ],
  [
    'more files than a model has',
    async (m) => {
      for (let i = 0; i < 6000; i++) writeFileSync(join(m, `note-${i}.txt`), 'x');
    },
    'model.missing',
    /holds 60\d\d files/u,
  ],
];

test.each(wrong)(
  '%s: refused with a sentence, a cause and a way out, and nothing stays behind',
  async (_, spoil, code, words) => {
    const { store, mine } = await world();
    await spoil(mine);
    const error = await refusal(store, mine);
    expect(error).toMatchObject({ code });
    const { message, cause, detail } = error as { message: string; cause?: string; detail?: string };
    expect(`${message}\n${cause ?? detail ?? ''}`).toMatch(words);
    await expectNothingLeft(store);
  },
);

test('a folder that may not be looked into is not called empty', async () => {
  const { store, mine, aside } = await world();
  const closed = join(aside, 'closed');
  await mkdir(closed);
  // No folder is closed to root: a link that leads to itself is as unreadable for everyone.
  if (process.getuid?.() === 0) await symlink('round', join(closed, 'round'));
  else await chmod(closed, 0);
  const folder = process.getuid?.() === 0 ? join(closed, 'round') : closed;
  expect(await refusal(store, folder)).toMatchObject({ code: 'file.unreadable' });
  await chmod(closed, 0o700);
  expect(await refusal(store, mine)).toBeNull();
});

test('files of odd names come along or stay behind, and the model gets a plain name', async () => {
  const { store, mine, aside } = await world();
  const folder = join(aside, `模型 “nano”\n${'long '.repeat(40)}`);
  await rename(mine, folder);
  await writeFile(join(folder, '说明 é.md'), 'kept');
  await writeFile(join(folder, 'two\nlines.txt'), 'left');
  await writeFile(join(folder, 'x'.repeat(250)), 'left');
  await writeFile(join(folder, 'empty.txt'), '');
  const config = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')) as {
    lavida_studio?: object;
  };
  const named = { ...config, lavida_studio: { ...config.lavida_studio, name: 'N'.repeat(5000) } };
  await writeFile(join(folder, 'config.json'), JSON.stringify(named));
  const id = await store.import(folder, 'copy');
  expect(id).toMatch(/^[a-z0-9][a-z0-9._-]{0,63}$/u);
  await store.settled(id);
  const names = await readdir(store.directory(id));
  expect(names).toContain('说明 é.md');
  expect(names.some((name) => /two|xxx|empty/u.test(name))).toBe(false);
  // Its record can be read again: by the next program too.
  await store.refresh();
  expect(store.model(id).installed?.verifiedAt).not.toBeNull();
  await rename(folder, mine);
});

test('what lies in the store cannot be brought in again, by whatever way it is named', async () => {
  const { store, mine, aside } = await world();
  const id = await store.import(mine, 'copy', 'wanted');
  expect(await store.settled(id)).toBeNull();
  const inside = join(store.directory(id), 'deeper');
  await mkdir(inside);
  await copyFile(join(mine, 'config.json'), join(inside, 'config.json'));
  await symlink(store.folder, join(aside, 'way-in'));
  for (const folder of [store.directory(id), inside, join(aside, 'way-in', id)])
    for (const how of ['copy', 'link'] as const)
      await expect(store.import(folder, how)).rejects.toMatchObject({ code: 'store.folder' });
});

/** A model whose copying takes a while before its weights come, and what happens to them when it has begun. */
async function changing(change: (mine: string, job: ModelJob) => void): Promise<unknown> {
  let mine = '';
  let done = false;
  const made: { store?: ModelStore } = {};
  const { store, mine: path } = await world({
    changed: () => {
      const job = made.store?.models().find(({ id }) => id === 'wanted')?.job;
      if (done || job?.phase !== 'copying') return;
      done = true;
      change(mine, job);
    },
  });
  made.store = store;
  mine = path;
  await writeFile(join(mine, 'a-long-text.txt'), Buffer.alloc(30_000_000, 'a'));
  const error = await refusal(store, mine);
  expect(done).toBe(true);
  await expectNothingLeft(store);
  return error;
}

test('a folder that changes while it is read is not taken for what was checked', async () => {
  expect(await changing((m) => truncateSync(join(m, weights), 4000))).toMatchObject({ code: 'file.changed' });
  expect(await changing((m) => rmSync(join(m, weights)))).toMatchObject({ code: 'file.changed' });
  expect(await changing((m) => writeFileSync(join(m, weights), 'other bytes'))).toMatchObject({
    code: 'file.changed',
  });
});

test('weights of terabytes that are nothing but a hole are measured, not read', async () => {
  const { store, mine } = await world();
  const file = await open(join(mine, 'hole.bin'), 'w');
  await file.truncate(2 ** 43);
  await file.close();
  expect(await refusal(store, mine)).toMatchObject({ code: 'output.full' });
  await expectNothingLeft(store);
  const id = await store.import(mine, 'link', 'wanted');
  await expect.poll(() => store.model(id).job?.phase, { timeout: 60_000 }).toBe('copying');
  await store.cancel(id);
  await expectNothingLeft(store);
});

test('a disk that fills up in the middle of a copy ends it, and room lets it be tried again', async () => {
  const disk = await smallDisk(64);
  let filled = disk === null;
  const made: { store?: ModelStore } = {};
  const { store, mine } = await world({
    ...(disk === null
      ? { limits: { ...quick, reserveBytes: 2 ** 60 } }
      : { settings: () => ({ modelFolder: join(disk, 'models'), mirror: '', proxy: '' }) }),
    changed: () => {
      const job = made.store?.models().find(({ id }) => id === 'wanted')?.job;
      if (filled || disk === null || job?.phase !== 'copying') return;
      filled = true;
      writeFileSync(join(disk, 'others.bin'), Buffer.alloc(50 * 2 ** 20));
    },
  });
  made.store = store;
  await writeFile(join(mine, 'long.txt'), Buffer.alloc(30_000_000, 'a'));
  expect(await refusal(store, mine)).toMatchObject({ code: 'output.full' });
  expect(filled).toBe(true);
  await expectNothingLeft(store);
  if (disk === null) return;
  await rm(join(disk, 'others.bin'));
  expect(await refusal(store, mine)).toBeNull();
  expect(store.model('wanted').state).toBe('installed');
});
