import { spawn } from 'node:child_process';
import { cp, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { lavida, nanoDirectory, projectRoot } from '../../support/cli.ts';
import { isWhole, weights } from '../store/served-model.ts';
import { filesBelow, soon, storeWorld, type StoreWorld } from '../store/store-world.ts';

let world: StoreWorld;

const models = (...args: string[]) => lavida(['models', ...args]);

beforeEach(async () => {
  world = await storeWorld();
  process.env['LAVIDA_HOME'] = world.data;
  // The bin of this user is not the place for a test's models.
  process.env['XDG_DATA_HOME'] = join(world.data, 'share');
});

test('what is here and what can be had is listed without asking anyone', async () => {
  const { code, stdout } = await models('list');
  expect(code).toBe(0);
  expect(stdout).toMatch(/nano\s+installed/u);
  expect(stdout).toMatch(/lavida-o-v1\.0\s+available\s+not known yet.*noncommercial/u);
  expect(stdout).toMatch(/served\s+available\s+\d+\.\d MiB/u);
  expect(world.server.seen).toEqual([]);
  const { models: all } = JSON.parse((await models('list', '--json')).stdout) as { models: { id: string }[] };
  expect(all.map(({ id }) => id)).toEqual(['nano', 'lavida-o-v1.0', 'served']);
});

test('a licence must be accepted in so many words, then the model comes, is checked, repaired, used and removed', async () => {
  const refused = await models('get', 'served');
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('Only for tests.');
  expect(refused.stderr).toContain('has not been accepted');
  expect(world.server.seen).toEqual([]);

  const got = await models('get', 'served', '--accept-licence');
  expect(got.code).toBe(0);
  const directory = got.stdout.trim();
  expect(directory).toBe(join(world.data, 'models', 'served'));
  expect(got.stderr).toContain(`downloading ${weights}`);
  expect(await isWhole(directory, world.files)).toBe(true);

  expect((await models('verify', 'served')).code).toBe(0);
  const bytes = await readFile(join(directory, weights));
  bytes[5_000_000] = (bytes[5_000_000] ?? 0) ^ 1;
  await writeFile(join(directory, weights), bytes);
  const damaged = await models('verify', 'served');
  expect(damaged.code).toBe(1);
  expect(damaged.stderr).toContain(weights);
  expect((await models('repair', 'served')).code).toBe(0);
  expect(await isWhole(directory, world.files)).toBe(true);

  const picture = join(world.data, 'car.png');
  const painted = await lavida([
    'generate',
    'a red car',
    '--model',
    'served',
    '--out',
    picture,
    '--steps',
    '2',
  ]);
  expect(painted.code).toBe(0);
  expect((await stat(picture)).size).toBeGreaterThan(1000);

  expect((await models('remove', 'served')).code).toBe(0);
  expect(await stat(directory).catch(() => null)).toBeNull();
  const bin = await filesBelow(join(world.data, 'share', 'Trash', 'files'));
  expect(bin).toContain(`served/${weights}`);
});

test('interrupted, the same command goes on where it stopped', async () => {
  world.server.pace = 8_000_000;
  const child = spawn(
    process.execPath,
    [join(projectRoot, 'native', 'cli', 'main.ts'), 'models', 'get', 'served', '--accept-licence'],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let told = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (told += text));
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const parts = join(world.data, 'models', '.incoming', 'served', 'parts', `${weights}.part`);
  await expect
    .poll(
      () =>
        stat(parts).then(
          ({ size }) => size,
          () => 0,
        ),
      soon,
    )
    .toBeGreaterThan(3_000_000);
  child.kill('SIGINT');
  expect(await ended).toBe(130);
  expect(told).toContain('the same command goes on');
  expect((await models('list')).stdout).toMatch(/served\s+download paused/u);

  world.server.pace = 0;
  expect((await models('get', 'served')).code).toBe(0);
  expect(await isWhole(join(world.data, 'models', 'served'), world.files)).toBe(true);
  expect(world.server.requestsFor(world.address(weights)).at(-1)?.range).toMatch(/^bytes=\d{6,}-$/u);
});

test('a failed download ends with sentence, cause and way out', async () => {
  world.server.always(world.address(weights), { kind: 'status', status: 403 });
  const { code, stderr } = await models('get', 'served', '--accept-licence');
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /does not give model\.safetensors.*\n\s+cause: status 403.*\n\s+try: .*access token/u,
  );
});

test('a token is read from standard input, kept for one host, and forgotten again', async () => {
  const file = join(world.data, 'access-token.json');
  const child = spawn(process.execPath, [join(projectRoot, 'native', 'cli', 'main.ts'), 'models', 'token'], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let told = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => (told += data.toString()));
  child.stdin.end('hf_secret\n');
  expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
  expect(told).not.toContain('hf_secret');
  expect(told).toContain('huggingface.co');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await models('token', '--forget')).code).toBe(0);
  expect(await stat(file).catch(() => null)).toBeNull();
});

test('a folder is imported, the store moved, and the next start knows where', async () => {
  const mine = join(world.data, 'Mine');
  await mkdir(mine);
  await cp(nanoDirectory, mine, { recursive: true });
  const imported = await models('import', mine, '--name', 'mine');
  expect(imported.stdout.trim()).toBe('mine');
  expect((await models('import', mine, '--name', 'mine')).stderr).toContain('already a model named mine');
  const elsewhere = join(world.data, 'elsewhere');
  const moved = await models('move', elsewhere);
  expect(moved.stdout.trim()).toBe(elsewhere);
  expect(await isWhole(join(elsewhere, 'mine'), world.files)).toBe(true);
  expect(await filesBelow(join(world.data, 'models'))).toEqual([]);
  expect((await models('verify', 'mine')).code).toBe(0);
  expect((await models('use', 'mine')).stdout.trim()).toBe(join(elsewhere, 'mine'));
  await rm(mine, { recursive: true });
});
