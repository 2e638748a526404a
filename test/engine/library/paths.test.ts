import { expect, test } from 'vitest';
import { dataFolder, packageRoot, packageVersion, studioPaths } from '../../../native/library/paths.ts';
import { newRunId, runIdTime } from '../../../native/library/run-ids.ts';
import { runIdSchema } from '../../../electron/contract/runs.ts';

test('pictures go where each platform keeps a program’s data, or where the user says', () => {
  const around = { home: '/home/ada', env: {} };
  expect(dataFolder({ ...around, platform: 'linux' })).toBe('/home/ada/.local/share/lavida-studio');
  expect(dataFolder({ ...around, platform: 'linux', env: { XDG_DATA_HOME: '/data' } })).toBe(
    '/data/lavida-studio',
  );
  expect(dataFolder({ ...around, platform: 'linux', env: { XDG_DATA_HOME: 'data' } })).toBe(
    '/home/ada/.local/share/lavida-studio',
  );
  expect(dataFolder({ ...around, platform: 'darwin' })).toBe(
    '/home/ada/Library/Application Support/lavida-studio',
  );
  expect(dataFolder({ ...around, platform: 'win32', env: { APPDATA: '/roaming' } })).toBe(
    '/roaming/lavida-studio',
  );
  expect(dataFolder({ ...around, platform: 'linux', env: { LAVIDA_HOME: '/mine' } })).toBe('/mine');
  expect(studioPaths('/mine').outputs).toBe('/mine/outputs');
});

test('the program finds its own folder from its sources and from a bundle', () => {
  const root = packageRoot();
  expect(packageRoot(`${root}/out/main`)).toBe(root);
  expect(packageVersion(root)).toMatch(/^\d+\.\d+\.\d+/);
  expect(() => packageRoot('/')).toThrow();
});

test('run ids sort by time, never repeat, and are safe as file names', () => {
  const ids = Array.from({ length: 50 }, () => newRunId());
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids.map((id) => id.slice(0, 19))).size).toBe(50);
  for (const id of ids) expect(runIdSchema.safeParse(id).success).toBe(true);
  expect(runIdTime(newRunId(Date.UTC(2031, 1, 3, 4, 5, 6, 7)))?.toISOString()).toBe(
    '2031-02-03T04:05:06.007Z',
  );
  expect(runIdTime('holiday')).toBeNull();
});
