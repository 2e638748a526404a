import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildShell } from '../../scripts/bundles.ts';
import { projectRoot } from '../support/cli.ts';

const run = promisify(execFile);
const register = fileURLToPath(new URL('double/register.mjs', import.meta.url));
const drive = fileURLToPath(new URL('double/drive-built.ts', import.meta.url));
/** Inside the project, so that the bundles find the packages they leave out. */
let folder: string;

beforeAll(async () => {
  await mkdir(join(projectRoot, 'out'), { recursive: true });
  folder = await mkdtemp(join(projectRoot, 'out', 'test-'));
  await buildShell(join(folder, 'out'));
  await mkdir(join(folder, 'dist', 'renderer'), { recursive: true });
  await writeFile(join(folder, 'dist', 'renderer', 'index.html'), '<!doctype html>');
  await symlink(join(projectRoot, 'models'), join(folder, 'models'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('the built app makes a picture with the model it comes with, and tries a backend', async () => {
  const { stdout } = await run(process.execPath, ['--import', pathToFileURL(register).href, drive, folder], {
    env: { ...process.env, LAVIDA_HOME: join(folder, 'home') },
    timeout: 100_000,
  });
  const { event, trial, steps } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as {
    event: { type: string; result: { imageFile: string } };
    trial: { usable: boolean; reason: string };
    steps: number;
  };
  expect(event.type).toBe('run.done');
  expect(steps).toBe(4);
  expect(trial.usable, trial.reason).toBe(true);
  expect((await readFile(event.result.imageFile)).subarray(1, 4).toString()).toBe('PNG');
});

test('no bundle carries what it must not: no contract in the preload, no Electron in the engine', async () => {
  const preload = await readFile(join(folder, 'out', 'preload', 'preload.cjs'), 'utf8');
  expect([...preload.matchAll(/require\("([^"]+)"\)/g)].map((match) => match[1])).toEqual(['electron']);
  expect(preload).not.toMatch(/zod|safeParse/i);
  expect(preload).toContain('"run.start"');
  const engine = await readFile(join(folder, 'out', 'engine', 'host.js'), 'utf8');
  expect(engine).not.toMatch(/from ?"electron"/);
});
