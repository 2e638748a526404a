import { cp, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { ChannelInput, ChannelName, ChannelOutput } from '../../electron/contract/index.ts';
import { nanoDirectory } from '../support/cli.ts';
import { world } from './double/electron.ts';
import { runApp, type RunningApp } from './support.ts';

vi.mock('electron', () => import('./double/electron.ts'));

let running: RunningApp;

async function call<C extends ChannelName>(channel: C, input: ChannelInput<C>): Promise<ChannelOutput<C>> {
  const reply = await running.page.studio.invoke(channel, input);
  if (!reply.ok) throw new Error(`${channel}: ${reply.error.message} ${reply.error.cause}`);
  return reply.value;
}

beforeAll(async () => {
  running = await runApp();
});
afterAll(() => running.quit());

test('a token is sealed by the key ring of the system, and never shown again', async () => {
  await call('models.token', { token: 'hf_secret' });
  const kept = await readFile(join(running.folder, 'home', 'access-token.json'), 'utf8');
  expect(kept).not.toContain('hf_secret');
  expect(JSON.parse(kept)).toMatchObject({ kept: 'keychain', host: 'huggingface.co' });
  const state = await call('models.list', {});
  expect(state.access).toEqual({ kept: 'keychain', host: 'huggingface.co' });
  expect(JSON.stringify(state)).not.toContain('hf_secret');
  const { report } = await call('diagnostics.collect', { prompts: true });
  expect(report).not.toContain('hf_secret');
  await call('models.token', { token: null });
  expect((await call('models.list', {})).access.kept).toBe('none');
});

test('a folder to import is asked for by the system’s dialog, whatever the page says', async () => {
  world.chosenFolder = null;
  expect(await call('models.import', { folder: nanoDirectory, how: 'copy' })).toEqual({ id: null });
  const mine = join(running.folder, 'Mine');
  await mkdir(mine);
  await cp(nanoDirectory, mine, { recursive: true });
  world.chosenFolder = mine;
  const done = running.seen('models.changed', ({ models }) =>
    models.some(({ id, state, job }) => id === 'mine' && state === 'installed' && job === null),
  );
  expect(await call('models.import', { folder: '/etc', how: 'copy' })).toEqual({ id: 'mine' });
  await done;
});

test('a model is chosen, survives the move of the store, cannot be removed while it runs, and goes to the bin afterwards', async () => {
  await call('models.use', { id: 'mine' });
  const { models, folder } = await call('models.list', {});
  expect((await call('settings.load', {})).settings.model).toBe('mine');
  expect(models.find(({ id }) => id === 'mine')?.installed?.directory).toBe(join(folder, 'mine'));

  const refused = await running.page.studio.invoke('models.remove', { id: 'mine' });
  expect(refused).toMatchObject({ ok: false, error: { code: 'store.in-use' } });

  const elsewhere = join(running.folder, 'elsewhere');
  world.chosenFolder = elsewhere;
  const moved = running.seen('models.changed', (state) => state.folder === elsewhere && state.move === null);
  expect(await call('models.move', { folder: null })).toEqual({ moving: true });
  const state = await moved;
  expect(state.current).toBe('mine');
  expect(await call('engine.status', {})).toMatchObject({ restarts: expect.any(Number) as number });

  await call('models.use', { id: 'nano' });
  expect((await call('settings.load', {})).settings.model).toBe('');
  await call('models.remove', { id: 'mine' });
  expect(world.trashed).toContain(join(elsewhere, 'mine'));
});
