import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PictureStore } from '../../../native/library/picture-store.ts';
import { projectRoot } from '../../support/cli.ts';

const samples = join(projectRoot, 'test', 'fixtures', 'imaging', 'pictures');
let home: string;
let store: PictureStore;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'lavida-pictures-'));
  store = new PictureStore(join(home, 'pictures'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const sample = async (name: string): Promise<Uint8Array> =>
  new Uint8Array(await readFile(join(samples, name)));

test('a photograph taken sideways is kept as it is and measured upright', async () => {
  const bytes = await sample('orientation6.jpg');
  const picture = await store.add('holiday.jpg', bytes);
  const plain = await store.add('upright.jpg', await sample('orientation1.jpg'));
  expect(picture).toMatchObject({ name: 'holiday.jpg', mediaType: 'image/jpeg' });
  // Both files store as many columns and rows; the first one's camera lay on its side.
  expect([plain.width, plain.height]).toEqual([41, 29]);
  expect([picture.width, picture.height]).toEqual([29, 41]);
  const read = await store.read(picture.id);
  expect(read.bytes).toEqual(bytes);
  expect((await store.list()).map(({ name }) => name)).toEqual(['upright.jpg', 'holiday.jpg']);
});

test('PNG, JPEG and WebP come in, with a word about what was left out', async () => {
  expect((await store.add('a.png', await sample('rgba8.png'))).notes).toContain('alpha-composited');
  expect((await store.add('b.webp', await sample('animated.webp'))).notes).toContain('first-frame');
  expect((await store.add('c.jpg', await sample('profile.jpg'))).notes).toContain('profile-ignored');
});

test('the same file dropped twice, even at once, is one picture', async () => {
  const bytes = await sample('rgb8.png');
  const [one, two] = await Promise.all([store.add('a.png', bytes), store.add('b.png', bytes)]);
  expect(two.id).toBe(one.id);
  expect(await readdir(join(home, 'pictures'))).toHaveLength(2);
});

test('pictures are there again after a restart; a damaged card hides only its own', async () => {
  const kept = await store.add('kept.png', await sample('rgb8.png'));
  const lost = await store.add('lost.png', await sample('rgb16.png'));
  await writeFile(join(home, 'pictures', `${lost.id}.json`), '{"version": 1');
  const again = new PictureStore(join(home, 'pictures'));
  expect(await again.list()).toEqual([kept]);
  await expect(again.read(lost.id)).rejects.toMatchObject({ code: 'run.unknown' });
});

test('what is no picture, or a broken one, is refused by name and leaves nothing behind', async () => {
  const bytes = await sample('rgb.jpg');
  await expect(store.add('notes.txt', new TextEncoder().encode('hello'))).rejects.toMatchObject({
    code: 'file.invalid',
    message: 'notes.txt is not a picture; PNG, JPEG and WebP can be read.',
  });
  await expect(store.add('half.png', (await sample('rgb8.png')).subarray(0, 60))).rejects.toMatchObject({
    code: 'file.invalid',
  });
  await expect(store.add('', bytes.subarray(0, 20))).rejects.toMatchObject({ code: 'file.invalid' });
  expect(await readdir(join(home, 'pictures')).catch(() => [])).toEqual([]);
});
