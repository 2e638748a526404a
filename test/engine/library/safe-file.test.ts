import { execFile } from 'node:child_process';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  checkWritable,
  makeFolder,
  removeLeftovers,
  setAside,
  withTemporaryFolder,
  writeFileSafely,
} from '../../../native/library/safe-file.ts';

const run = promisify(execFile);
const safeFile = fileURLToPath(new URL('../../../native/library/safe-file.ts', import.meta.url));
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lavida-safe-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('writes whole files and leaves nothing else in the folder', async () => {
  const path = join(folder, 'a.txt');
  await writeFileSafely(path, 'one');
  await writeFileSafely(path, new Uint8Array([116, 119, 111]));
  expect(await readFile(path, 'utf8')).toBe('two');
  await writeFileSafely(path, [Buffer.from('in '), Buffer.from('pieces')]);
  expect(await readFile(path, 'utf8')).toBe('in pieces');
  expect(await readdir(folder)).toEqual(['a.txt']);
});

test('a write that fails half-way leaves the old file as it was', async () => {
  const path = join(folder, 'a.txt');
  await writeFileSafely(path, 'old');
  const pieces = function* (): Generator<Uint8Array> {
    yield Buffer.from('new');
    throw new Error('the source broke');
  };
  await expect(writeFileSafely(path, pieces())).rejects.toThrow('the source broke');
  expect(await readFile(path, 'utf8')).toBe('old');
  expect(await readdir(folder)).toEqual(['a.txt']);
});

test('a link is followed and stays a link', async () => {
  await mkdir(join(folder, 'real'));
  await writeFile(join(folder, 'real', 'a.txt'), 'old');
  await symlink(join(folder, 'real', 'a.txt'), join(folder, 'link.txt'));
  await writeFileSafely(join(folder, 'link.txt'), 'new');
  expect(await readFile(join(folder, 'real', 'a.txt'), 'utf8')).toBe('new');
  expect(await readdir(join(folder, 'real'))).toEqual(['a.txt']);
});

test('a full disk is told apart from a folder that cannot be written', async () => {
  await expect(writeFileSafely('/dev/full', 'x'.repeat(100_000))).rejects.toMatchObject({
    code: 'output.full',
  });
  expect((await stat('/dev/full')).isCharacterDevice()).toBe(true);
  await expect(writeFileSafely(join(folder, 'none', 'a'), 'x')).rejects.toMatchObject({
    code: 'output.unwritable',
  });
  await expect(writeFileSafely(folder, 'x')).rejects.toMatchObject({ code: 'output.unwritable' });
  await writeFile(join(folder, 'file'), '');
  await expect(writeFileSafely(join(folder, 'file', 'a'), 'x')).rejects.toMatchObject({
    code: 'output.unwritable',
  });
  await expect(writeFileSafely('/proc/a.txt', 'x')).rejects.toMatchObject({ code: 'output.unwritable' });
});

test('running out of room in the middle of a file keeps the old one and tidies up', async () => {
  const path = join(folder, 'a.bin');
  await writeFileSafely(path, 'old');
  const script = `
    import { writeFileSafely } from ${JSON.stringify(safeFile)};
    await writeFileSafely(${JSON.stringify(path)}, new Uint8Array(1_000_000)).catch((error) => console.log(error.code));`;
  const { stdout } = await run('bash', [
    '-c',
    'ulimit -f 64; exec "$0" --input-type=module -e "$1"',
    process.execPath,
    script,
  ]);
  expect(stdout.trim()).toBe('output.full');
  expect(await readFile(path, 'utf8')).toBe('old');
  expect(await readdir(folder)).toEqual(['a.bin']);
});

test('a process killed while it writes leaves the old file, and its leftovers are removed at the next start', async () => {
  const path = join(folder, 'a.txt');
  await writeFileSafely(path, 'old');
  const script = `
    import { writeFileSafely } from ${JSON.stringify(safeFile)};
    await writeFileSafely(${JSON.stringify(path)}, (function* () {
      yield Buffer.from('new');
      process.kill(process.pid, 'SIGKILL');
      yield Buffer.from('never');
    })());`;
  await expect(run(process.execPath, ['--input-type=module', '-e', script])).rejects.toMatchObject({
    signal: 'SIGKILL',
  });
  expect(await readFile(path, 'utf8')).toBe('old');
  expect(await readdir(folder)).toHaveLength(2);
  expect(await removeLeftovers(folder)).toBe(1);
  expect(await readdir(folder)).toEqual(['a.txt']);
});

test('what a living process is writing is left alone; very old leftovers go whatever their number', async () => {
  const living = join(folder, `.b.png.${String(process.ppid)}-0011aabb.lavida-tmp`);
  const old = join(folder, `.c.png.${String(process.ppid)}-0011aabc.lavida-tmp`);
  await writeFile(living, '');
  await writeFile(old, '');
  await writeFile(join(folder, '.notes.lavida-tmp'), 'of the user');
  await utimes(old, 0, 0);
  expect(await removeLeftovers(folder)).toBe(1);
  expect((await readdir(folder)).sort()).toEqual([
    `.b.png.${String(process.ppid)}-0011aabb.lavida-tmp`,
    '.notes.lavida-tmp',
  ]);
});

test('whether a file can be written is found out without leaving one', async () => {
  await checkWritable(join(folder, 'a.png'));
  expect(await readdir(folder)).toEqual([]);
  await expect(checkWritable(join(folder, 'none', 'a.png'))).rejects.toMatchObject({
    code: 'output.unwritable',
  });
  await expect(checkWritable(folder)).rejects.toMatchObject({ code: 'output.unwritable' });
});

test('a file only its owner may read stays so when it is replaced', async () => {
  const path = join(folder, 'private.json');
  await writeFile(path, 'old');
  await chmod(path, 0o600);
  await writeFileSafely(path, 'new');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readFile(path, 'utf8')).toBe('new');
});

test('folders are made with those above them, and making one twice does no harm', async () => {
  const deep = join(folder, 'a', 'b', 'c');
  await makeFolder(deep);
  await makeFolder(deep);
  await writeFileSafely(join(deep, 'x'), 'here');
  expect(await readFile(join(deep, 'x'), 'utf8')).toBe('here');
  await writeFile(join(folder, 'file'), '');
  await expect(makeFolder(join(folder, 'file', 'below'))).rejects.toMatchObject({
    code: 'output.unwritable',
  });
});

test('a file set aside never takes the place of one set aside before', async () => {
  const path = join(folder, 'session.json');
  for (const text of ['first', 'second', 'third']) {
    await writeFile(path, text);
    await setAside(path);
  }
  expect(await readFile(`${path}.bak`, 'utf8')).toBe('first');
  expect(await readFile(`${path}.bak-2`, 'utf8')).toBe('second');
  expect(await readFile(`${path}.bak-3`, 'utf8')).toBe('third');
  expect(await setAside(path)).toBeNull();
});

test('a temporary folder is gone after its work, whether that went well or not', async () => {
  let place = '';
  const work = async (inside: string): Promise<string> => {
    place = inside;
    await writeFileSafely(join(inside, 'a'), 'x');
    return readFile(join(inside, 'a'), 'utf8');
  };
  expect(await withTemporaryFolder(work)).toBe('x');
  await expect(stat(place)).rejects.toThrow('ENOENT');
  const failing = withTemporaryFolder(async (inside) => {
    await work(inside);
    throw new Error('it broke');
  });
  await expect(failing).rejects.toThrow('it broke');
  await expect(stat(place)).rejects.toThrow('ENOENT');
});
