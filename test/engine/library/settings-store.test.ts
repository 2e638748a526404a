import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { defaultSettings } from '../../../electron/contract/settings.ts';
import { SettingsStore } from '../../../native/library/settings-store.ts';

let folder = '';
let path = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lavida-settings-'));
  path = join(folder, 'new', 'settings.json');
});
afterEach(async () => {
  await chmod(folder, 0o700);
  await rm(folder, { recursive: true, force: true });
});

test('a first start has the defaults and writes nothing', async () => {
  expect((await SettingsStore.open(path)).current).toEqual(defaultSettings);
  expect(await readdir(folder)).toEqual([]);
});

test('what is saved is there at the next start, readable', async () => {
  const store = await SettingsStore.open(path);
  await store.save({ ...defaultSettings, theme: 'light', threads: 3 });
  expect((await SettingsStore.open(path)).current).toEqual({
    ...defaultSettings,
    theme: 'light',
    threads: 3,
  });
  expect(await readFile(path, 'utf8')).toContain('\n  "theme": "light"');
});

test('one bad setting falls back alone', async () => {
  const file = join(folder, 'settings.json');
  await writeFile(file, JSON.stringify({ theme: 'light', threads: 'many', density: 'compact', unknown: 1 }));
  expect((await SettingsStore.open(file)).current).toEqual({
    ...defaultSettings,
    theme: 'light',
    density: 'compact',
  });
});

test('a damaged file is set aside, not overwritten', async () => {
  const file = join(folder, 'settings.json');
  await writeFile(file, '{"theme": "li');
  const store = await SettingsStore.open(file);
  expect(store.current).toEqual(defaultSettings);
  await store.save({ ...defaultSettings, threads: 2 });
  const others = (await readdir(folder)).filter((name) => name !== 'settings.json');
  expect(others).toHaveLength(1);
  expect(await readFile(join(folder, others[0] ?? ''), 'utf8')).toBe('{"theme": "li');
});

test('an output folder that cannot be used is refused, and nothing is changed', async () => {
  const store = await SettingsStore.open(path);
  await writeFile(join(folder, 'file'), '');
  for (const outputFolder of ['pictures', join(folder, 'file', 'below')]) {
    await expect(store.save({ ...defaultSettings, outputFolder })).rejects.toMatchObject({
      code: 'output.unwritable',
    });
  }
  expect(store.current).toEqual(defaultSettings);
  await store.save({ ...defaultSettings, outputFolder: join(folder, 'pictures') });
  expect(await readdir(join(folder, 'pictures'))).toEqual([]);
});
