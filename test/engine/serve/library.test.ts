import { mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunEvent } from '../../../electron/contract/events.ts';
import { mustServe, serveToyOn, stop, type ServedToy } from '../../support/served-toy.ts';
import { toyRequest } from '../../support/studio.ts';

let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'lavida-library-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

/** Asks for a picture and waits for the end. */
async function paint({ window }: ServedToy, prompt: string): Promise<RunEvent & { id: string }> {
  const reply = await window.invoke('run.start', { request: toyRequest(prompt) });
  if (!reply.ok) throw new Error(reply.error.message);
  const { event } = await window.seen(
    'run.event',
    ({ id, event: { type } }) => id === reply.value.id && (type === 'run.done' || type === 'run.error'),
  );
  return { ...event, id: reply.value.id };
}

test('two studios never work on one library, and a killed one leaves no lock behind', async () => {
  const first = await mustServe(home);
  const refused = await serveToyOn(home);
  expect(refused).toMatchObject({ code: 1 });
  expect('said' in refused && refused.said).toContain(`Another Lavida Studio has the library ${home} open.`);
  expect((await paint(first, 'undisturbed')).type).toBe('run.done');
  await stop(first, 'SIGKILL');
  const next = await mustServe(home);
  expect((await paint(next, 'after the kill')).type).toBe('run.done');
  await stop(next, 'SIGINT');
});

test('an output folder whose disk goes away is not made anew: the picture waits, and is saved when it is back', async () => {
  const disk = join(home, 'disk');
  const outputs = join(disk, 'pictures');
  await mkdir(outputs, { recursive: true });
  await mkdir(join(home, 'data'));
  await writeFile(join(home, 'data', 'settings.json'), JSON.stringify({ outputFolder: outputs }));
  const studio = await mustServe(join(home, 'data'));
  const { window } = studio;
  const ids = async (): Promise<string[]> => {
    const query = { view: { kind: 'all' }, text: '', sort: 'newest' } as const;
    const reply = await window.invoke('gallery.query', query);
    return reply.ok ? reply.value.ids : [];
  };
  const first = await paint(studio, 'first');
  expect(first.type).toBe('run.done');
  await expect.poll(ids, { timeout: 20_000 }).toEqual([first.id]);

  await rename(outputs, join(disk, 'elsewhere'));
  const lost = await paint(studio, 'second');
  expect(lost).toMatchObject({ type: 'run.error', error: { code: 'output.gone' } });
  expect(await stat(outputs).catch(() => null)).toBeNull();
  const problems = await window.invoke('run.problems', {});
  expect(problems).toMatchObject({ ok: true, value: [{ file: outputs, error: { code: 'output.gone' } }] });
  // The pictures are still known: their disk may only be unplugged.
  expect(await ids()).toEqual([first.id]);

  await rename(join(disk, 'elsewhere'), outputs);
  const second = await paint(studio, 'second');
  expect(second.type).toBe('run.done');
  await expect.poll(ids, { timeout: 20_000 }).toEqual([second.id, first.id]);
  // What comes into the folder from outside is noticed again.
  await rename(join(outputs, `${first.id}.png`), join(home, 'taken.png'));
  await expect.poll(ids, { timeout: 20_000 }).toEqual([second.id]);
  await stop(studio, 'SIGINT');
});

test('a library that can be neither made nor written does not keep the studio from starting, and says so at the first save', async () => {
  await writeFile(join(home, 'file'), 'of the user');
  const studio = await mustServe(join(home, 'file', 'library'));
  const info = await studio.window.invoke('app.info', {});
  expect(info.ok).toBe(true);
  const ended = await paint(studio, 'nowhere');
  expect(ended).toMatchObject({ type: 'run.error', error: { code: 'output.unwritable' } });
  expect(await readdir(home)).toEqual(['file']);
  await stop(studio, 'SIGINT');
});
